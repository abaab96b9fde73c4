"""Journal entries → what a person reads of a turn: heard, done, said, and where the milliseconds went."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.journal import Entry
from assistant.messages import (
    Discarded,
    Failed,
    HomeLost,
    HomeReached,
    JsonValue,
    Refused,
    Reply,
    Routed,
    Speaking,
    Speculated,
    SpeechEnded,
    Spoken,
    ToolCall,
    ToolResult,
    Transcript,
    WakeDismissed,
    Woken,
)

WIDTH = 44
"""Characters of the longest waterfall line."""
MOST_TURNS = 400
"""Turns whose figures are kept for the page: eight rooms' ledgers."""
WriteLine = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a turn, in milliseconds after the end of speech."""

    name: str
    start_ms: float
    end_ms: float


@dataclass
class _Turn:
    ended: Entry | None = None
    stages: list[Stage] = field(default_factory=list)
    at_ms: float = 0.0
    begun: int = 0
    """Answers begun in pauses …"""
    discarded: int = 0
    """… and thrown away."""

    def take(self, entry: Entry) -> None:
        """Note what an entry tells of where the time went."""
        match entry.happening:
            case SpeechEnded(silence_ms=silence_ms):
                self.ended = entry
                self.stages = [Stage("silence waited", 0, silence_ms)]
                self.at_ms = silence_ms
            case Speculated(answering=True):
                self.begun += 1
            case Discarded():
                self.discarded += 1
            case Transcript():
                self.until("speech to text", entry)
            case Routed():
                self.until("mind", entry)
            case ToolResult():
                self.until("tool", entry)
            case Speaking():
                self.until("voice", entry)

    def until(self, name: str, entry: Entry) -> None:
        """A stage that ran from the last one's end to this entry."""
        if self.ended is None or not isinstance(self.ended.happening, SpeechEnded):
            return
        zero = self.ended.t - self.ended.happening.silence_ms / 1000
        now_ms = (entry.t - zero) * 1000
        self.stages.append(Stage(name, self.at_ms, now_ms))
        self.at_ms = now_ms


def bars(stages: list[Stage]) -> list[str]:
    """The stages as lines on one time axis."""
    longest = max((stage.end_ms for stage in stages), default=0.0)
    if longest <= 0:
        return []
    lines = []
    for stage in stages:
        start = round(stage.start_ms / longest * WIDTH)
        length = max(1, round((stage.end_ms - stage.start_ms) / longest * WIDTH))
        took = f"{stage.end_ms - stage.start_ms:6.0f} ms"
        lines.append(f"    {stage.name:<16}{took}  {' ' * start}{'█' * length}")
    return lines


def without_words(write_line: WriteLine) -> Callable[[Entry], None]:
    """A journal reader for logs: what failed, by its kind alone. What was said stays out of every log."""

    def read(entry: Entry) -> None:
        if isinstance(entry.happening, Failed):
            write_line(f"error in {entry.room or 'the house'}: {entry.happening.error.partition(':')[0]}")
        elif line := _of_the_home(entry):
            write_line(line)

    return read


def _of_the_home(entry: Entry) -> str:
    """Whether the home's devices can be asked: a line a change."""
    match entry.happening:
        case HomeReached(what=what):
            return f"  home     reached: {what}"
        case HomeLost(reason=reason):
            return f"  home     away, tried again: {reason}"
        case _:
            return ""


class Waterfalls:
    """A journal reader that keeps where the time of the last turns went, as figures: no word of them."""

    def __init__(self) -> None:
        self._turns: OrderedDict[tuple[str, int], _Turn] = OrderedDict()
        self._first_sound_ms: dict[tuple[str, int], float] = {}

    def read(self, entry: Entry) -> None:
        """Take one journal entry."""
        key = (entry.room, entry.turn)
        if key in self._first_sound_ms:
            return
        if key not in self._turns and not isinstance(entry.happening, SpeechEnded):
            return
        self._turns.setdefault(key, _Turn()).take(entry)
        if isinstance(entry.happening, Speaking) and entry.happening.latency_ms is not None:
            self._first_sound_ms[key] = entry.happening.latency_ms
        while len(self._turns) > MOST_TURNS:
            gone, _ = self._turns.popitem(last=False)
            self._first_sound_ms.pop(gone, None)

    def of(self, room: str, turn: int) -> dict[str, JsonValue] | None:
        """Stages of a spoken turn and when its first sound came, in ms; None: it was typed, or long ago."""
        found = self._turns.get((room, turn))
        if found is None:
            return None
        stages: list[JsonValue] = [
            {"name": each.name, "start_ms": round(each.start_ms), "end_ms": round(each.end_ms)}
            for each in found.stages
        ]
        sound_ms = self._first_sound_ms.get((room, turn))
        return {"stages": stages, "first_sound_ms": None if sound_ms is None else round(sound_ms)}

    def forget(self) -> None:
        """A house that opens anew counts its turns from the beginning."""
        self._turns.clear()
        self._first_sound_ms.clear()


class Narrator:
    """A journal reader that tells each turn to a person; `stages=False` leaves the waterfall out.

    Where input runs faster than real time only the engines' own milliseconds are told.
    """

    def __init__(self, write_line: WriteLine, *, live: bool = True) -> None:
        self._write_line = write_line
        self._live = live
        self._turns: dict[tuple[str, int], _Turn] = {}

    def read(self, entry: Entry) -> None:
        """Take one journal entry."""
        turn = self._turns.setdefault((entry.room, entry.turn), _Turn())
        if line := self._line(entry):
            self._write_line(line)
        turn.take(entry)
        match entry.happening:
            case Speaking():
                self._tell_waterfall(turn, entry.happening)
            case Spoken() | Refused():
                self._turns.pop((entry.room, entry.turn), None)

    def _tell_waterfall(self, turn: _Turn, speaking: Speaking) -> None:
        if not self._live:
            return
        for line in bars(turn.stages):
            self._write_line(line)
        if speaking.latency_ms is not None:
            begun = f"; {turn.begun} begun in pauses, {turn.discarded} thrown away" if turn.begun else ""
            self._write_line(f"    first word {speaking.latency_ms:.0f} ms after the end of speech{begun}")

    def _line(self, entry: Entry) -> str:
        match entry.happening:
            case Woken(word=word, score=score):
                return f"  woken    {word.replace('_', ' ')} (score {score:.2f})"
            case WakeDismissed(word=word, score=score):
                return f"  no wake  {word.replace('_', ' ')} sounded like it (score {score:.2f})"
            case Transcript(text=text, engine=engine, refused=None, engine_ms=ms):
                # Live, the waterfall tells how long it took.
                took = "" if self._live or ms < 1 else f", {ms:.0f} ms after the last sample"
                return f'  heard    "{text}" ({engine}{took})'
            case Refused(text=text, reason=reason):
                return f"  refused  {reason}" + (f' (best guess "{text}")' if text else "")
            case ToolCall(name=name, arguments=arguments):
                told = ", ".join(f"{key}={value}" for key, value in arguments.items())
                return f"  tool     {name}({told})"
            case Reply(text=text):
                return f'  says     "{text}"'
            case Failed(error=error):
                return f"  error    {error}"
            case _:
                return _of_the_home(entry)
