"""What a person reads of a turn."""

from assistant.journal import Entry
from assistant.messages import (
    EndReason,
    Failed,
    Happening,
    Refused,
    Reply,
    Routed,
    Speaking,
    SpeechEnded,
    ToolCall,
    ToolResult,
    Transcript,
)
from assistant.upkeep.waterfall import MOST_TURNS, Narrator, Stage, Waterfalls, bars, without_words


def _told(*happenings: tuple[float, Happening], live: bool = True) -> list[str]:
    lines: list[str] = []
    narrator = Narrator(lines.append, live=live)
    for t, happening in happenings:
        narrator.read(Entry(t, "kitchen", 1, happening))
    return lines


TURN: tuple[tuple[float, Happening], ...] = (
    (10.0, SpeechEnded(EndReason.SILENCE, 100, 700)),
    (10.1, Transcript("what time is it", final=True, engine="narrow", engine_ms=80)),
    (10.11, Routed("intents", "clock")),
    (10.12, ToolCall("1", "time_now", {})),
    (10.12, ToolResult("1", True, "It is noon.")),
    (10.12, Reply("It is noon.")),
    (10.2, Speaking(900.0)),
)


def test_a_turn_is_told_with_its_stages_in_order() -> None:
    lines = _told(*TURN)
    stages = [line for line in lines if line.startswith("    ")]
    names = ["silence waited", "speech to text", "mind", "tool", "voice", "first word 900 ms"]
    positions = [next(i for i, line in enumerate(stages) if name in line) for name in names]
    assert positions == sorted(positions)
    assert any("700 ms" in line for line in lines)
    assert any("time_now()" in line for line in lines)


def test_without_real_time_no_waterfall_is_shown() -> None:
    assert not any("silence waited" in line for line in _told(*TURN, live=False))


def test_bars_lie_on_one_axis() -> None:
    first, second = bars([Stage("a", 0, 500), Stage("b", 500, 1000)])
    assert second.index("█") >= first.rindex("█")


def test_a_refusal_tells_its_reason_and_the_best_guess() -> None:
    (line,) = _told((1.0, Refused("turn of the moon", "the sound does not fit the words")))
    assert "does not fit" in line
    assert "turn of the moon" in line


def test_a_log_never_holds_what_was_said() -> None:
    lines: list[str] = []
    read = without_words(lines.append)
    happenings: list[Happening] = [happening for _, happening in TURN]
    happenings += [Refused("the secret", "unclear"), Failed("ToolError: no device 'secret lamp'", "Sorry.")]
    for happening in happenings:
        read(Entry(1.0, "kitchen", 1, happening))
    assert lines == ["error in kitchen: ToolError"]


def test_the_page_has_the_stages_of_a_spoken_turn_as_figures_and_no_word_of_it() -> None:
    falls = Waterfalls()
    for t, happening in TURN:
        falls.read(Entry(t, "kitchen", 1, happening))
    told = falls.of("kitchen", 1)
    assert told is not None
    assert told["first_sound_ms"] == 900
    stages = told["stages"]
    assert isinstance(stages, list)
    names = [stage["name"] for stage in stages if isinstance(stage, dict)]
    assert names == ["silence waited", "speech to text", "mind", "tool", "voice"]
    assert stages[0] == {"name": "silence waited", "start_ms": 0, "end_ms": 700}
    assert "time" not in str(told)


def test_a_typed_turn_has_no_waterfall_and_old_ones_are_let_go() -> None:
    falls = Waterfalls()
    falls.read(Entry(1.0, "kitchen", 5, Routed("intents", "clock")))
    assert falls.of("kitchen", 5) is None
    for turn in range(MOST_TURNS + 1):
        falls.read(Entry(1.0, "kitchen", turn, SpeechEnded(EndReason.SILENCE, 100, 700)))
    assert falls.of("kitchen", 0) is None
    assert falls.of("kitchen", MOST_TURNS) is not None
    falls.forget()
    assert falls.of("kitchen", MOST_TURNS) is None
