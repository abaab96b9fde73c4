"""Turns → figures: latencies, waste, efficiency, and the price of being quick."""

from collections.abc import Sequence

from assistant.upkeep.bench.costed import tokens_of
from assistant.upkeep.bench.findings import Figure, Findings
from assistant.upkeep.bench.log import Span
from assistant.upkeep.bench.statistics import percentile, ratio
from assistant.upkeep.bench.turn import Turn

FIXED_TAIL = "<|im_end|>\n<|im_start|>assistant\n"
"""What a template writes after a person's words, always: it cannot be read before they are final."""
LEAST_PAIRS = 5
"""Fewer have no interval worth the name."""
KINDS = ("command", "reading", "question")


def latencies(findings: Findings, box: str, turns: Sequence[Turn], kinds: Sequence[str] = KINDS) -> None:
    """End of speech → first sound of each kind of turn, and what of it was waiting for silence."""
    for kind in kinds:
        of_kind = [turn for turn in turns if turn.kind == kind]
        found = [ms for turn in of_kind if (ms := turn.first_sound_ms) is not None]
        for rank, percent in (("p50", 50), ("p95", 95)):
            about = f"end of speech → first sound, {len(found)} turns"
            findings.add(Figure(f"{box}: {kind}, {rank}", percentile(found, percent), "ms", about=about))
        if len(found) < len(of_kind):
            lost = len(of_kind) - len(found)
            findings.notes.append(f"{box}: {lost} of {len(of_kind)} turns ({kind}) had no answer in words")
    silences = [ms for turn in turns if (ms := turn.silence_ms) is not None]
    findings.add(Figure(f"{box}: silence waited, p50", percentile(silences, 50), "ms"))
    findings.add(Figure(f"{box}: silence waited, p95", percentile(silences, 95), "ms"))
    if filled := sum(turn.filled for turn in turns):
        findings.add(Figure(f"{box}: turns bridged by a filler", 100 * filled / len(turns), "%"))


def paired(
    first: Sequence[Turn], second: Sequence[Turn], kinds: Sequence[str] = KINDS
) -> list[tuple[float, float]]:
    """(first sound of one condition, of the other), utterance by utterance, where both answered."""
    pairs = []
    for one, other in zip(first, second, strict=False):
        a, b = one.first_sound_ms, other.first_sound_ms
        if one.kind in kinds and a is not None and b is not None and b > 0:
            pairs.append((a, b))
    return pairs


def add_ratio(findings: Findings, name: str, pairs: Sequence[tuple[float, float]], about: str = "") -> None:
    """A ratio with its interval, or why there is none."""
    if not pairs:
        findings.miss(name, "no pair of turns was answered in both conditions")
        return
    found = ratio(pairs)
    told = f"{len(pairs)} pairs" + (f", {about}" if about else "")
    if len(pairs) < LEAST_PAIRS:
        findings.add(Figure(name, found.value, "x", about=f"{told}: too few for an interval"))
    else:
        findings.add(Figure(name, found.value, "x", found.low, found.high, told))


def waste(findings: Findings, turns: Sequence[Turn]) -> None:
    """Prompt tokens read after the commit, and answers begun in vain."""
    tail = len(tokens_of(FIXED_TAIL))
    late = [max(0, n - tail) for turn in turns if (n := turn.prefilled_after_commit) is not None]
    about = f"beyond the template's fixed {tail}; {len(late)} turns of the language model"
    findings.add(Figure("tokens after the commit, p95", percentile(late, 95), "", about=about))
    begun = sum(turn.speculations[0] for turn in turns)
    thrown = sum(turn.speculations[1] for turn in turns)
    if begun:
        about = f"{thrown} of {begun} answers begun in a pause"
        findings.add(Figure("discarded speculation", 100 * thrown / begun, "%", about=about))
    else:
        findings.miss("discarded speculation", "no answer was begun in a pause")


def efficiency(findings: Findings, turns: Sequence[Turn]) -> None:
    """Critical path / measured, median over the turns."""
    found = [
        bound / measured
        for turn in turns
        if (measured := turn.first_sound_ms) is not None and (bound := critical_path_ms(turn)) is not None
    ]
    about = f"critical path / measured, {len(found)} turns"
    findings.add(Figure("overlap efficiency", percentile(found, 50), "", about=about))
    findings.add(Figure("overlap efficiency, p5", percentile(found, 5), "", about=about))


def critical_path_ms(turn: Turn) -> float | None:
    """The least that this turn's stages allow, each as long as on an idle box, none waiting needlessly.

    Reading can begin when silence is first noticed; nothing sounds before the end is called; what changes
    something waits for that, and is told only after the home's report, but for the subject of the sentence.
    """
    commit_ms = turn.silence_ms
    if commit_ms is None or turn.first_sound_s is None:
        return None
    begin_ms = commit_ms if turn.last_pause_s is None else min(commit_ms, turn.ms(turn.last_pause_s))
    heard_ms = begin_ms + _last_ms([span for span in turn.spans if span.text], turn.ear)
    voices = [span for span in turn.spans if span.engine == "voice" and span.ended_s <= turn.first_sound_s]
    voice = max(voices, key=lambda span: span.ended_s, default=None)
    voice_ms = 0.0 if voice is None else voice.cost_s * 1000
    home_ms = _last_ms(turn.spans, "home", seconds=True)
    told_before = turn.ms(turn.first_sound_s) < _ended_ms(turn, "home")
    if home_ms and not told_before:
        return max(commit_ms, heard_ms) + home_ms + voice_ms
    spoken_s = turn.first_sound_s if voice is None else voice.began_s
    mind_ms = 1000 * sum(
        span.cost_s
        for span in turn.spans
        if span.engine in ("reading", "thinking")
        and span.ended_s <= spoken_s + 1e-6
        and turn.ms(span.began_s) > 0
    )
    return max(commit_ms, heard_ms + mind_ms + voice_ms)


def _ended_ms(turn: Turn, engine: str) -> float:
    """When the last span of an engine ended, that came to its end."""
    return max(
        (turn.ms(span.ended_s) for span in turn.spans if span.engine == engine and span.whole), default=0.0
    )


def _last_ms(spans: Sequence[Span], engine: str, *, seconds: bool = False) -> float:
    """Of the last span of an engine that came to its end: its cost, or how long it really was; 0: none."""
    found = [span for span in spans if span.engine == engine and span.whole]
    if not found:
        return 0.0
    return 1000 * (found[-1].seconds if seconds else found[-1].cost_s)


def price(findings: Findings, name: str, turns: Sequence[Turn]) -> None:
    """How often the end was called before all was said."""
    cut = [turn for turn in turns if turn.cut_off]
    about = f"{len(cut)} of {len(turns)} sentences with a pause in the middle"
    findings.add(Figure(name, 100 * len(cut) / len(turns) if turns else float("nan"), "%", about=about))
