"""A turn as a picture: every stage as a bar on one time axis in milliseconds, nought where speech ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from assistant.journal import Entry
from assistant.messages import (
    Discarded,
    Reply,
    Speculated,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    ToolResult,
    Transcript,
)
from assistant.upkeep.bench.turn import Turn

LEFT, TOP, ROW, BAR = 120, 64, 26, 16
WIDTH = 860
"""Pixels of the time axis."""
COLOURS = {
    "speech": "#7a8794",
    "silence waited": "#d8dee4",
    "narrow ear": "#3d8f5f",
    "wide ear": "#6fb98f",
    "reading": "#8b6fc0",
    "thinking": "#b59be0",
    "home": "#c98a2b",
    "voice": "#3b7dd8",
    "answer": "#d1495b",
}
GAP_MS = 35.0
"""Stretches of one engine that lie closer are one bar: the narrow ear reads 32 ms at a time."""
STEPS_MS = (50, 100, 200, 250, 500, 1000, 2000, 5000)


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a stage, in milliseconds after the end of speech."""

    stage: str
    start_ms: float
    end_ms: float
    whole: bool = True
    """It came to its end; what was thrown away is drawn hollow."""


def bars(turn: Turn) -> list[Bar]:
    """What happened when: speech, silence, each engine, the answer's sound."""
    found = [Bar("speech", turn.ms(turn.uttered.began_s), 0.0)]
    if turn.silence_ms is not None and turn.silence_ms > 0:
        found.append(Bar("silence waited", 0.0, turn.silence_ms))
    for stage in ("narrow ear", "wide ear", "reading", "thinking", "home", "voice"):
        spans = [
            Bar(stage, turn.ms(s.began_s), turn.ms(s.ended_s), s.whole)
            for s in turn.spans
            if s.engine == stage
        ]
        found += _joined(spans)
    if turn.first_sound_ms is not None:
        last_ms = max([turn.first_sound_ms + 150, *(bar.end_ms for bar in found)])
        found.append(Bar("answer", turn.first_sound_ms, last_ms))
    return found


def _joined(spans: Sequence[Bar]) -> Iterator[Bar]:
    held: Bar | None = None
    for bar in spans:
        if held is not None and bar.whole == held.whole and bar.start_ms - held.end_ms <= GAP_MS:
            held = Bar(bar.stage, held.start_ms, bar.end_ms, bar.whole)
            continue
        if held is not None:
            yield held
        held = bar
    if held is not None:
        yield held


def moments(turn: Turn) -> list[tuple[str, float]]:
    """Points in time worth a mark."""
    return [(name, turn.ms(entry.t)) for entry in turn.entries if (name := _moment(entry))]


def _moment(entry: Entry) -> str:
    match entry.happening:
        case SpeechPaused():
            return "pause"
        case SpeechResumed():
            return "speech goes on"
        case Speculated():
            return "begun"
        case Discarded():
            return "thrown away"
        case SpeechEnded():
            return "end called"
        case Transcript(final=True):
            return "words"
        case ToolResult():
            return "read back"
        case Reply():
            return "reply"
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class Axis:
    """Milliseconds → pixels, the same for the whole picture."""

    first_ms: float
    last_ms: float

    @classmethod
    def of(cls, drawn: Sequence[Bar]) -> "Axis":
        """Long enough for every bar."""
        return cls(min(bar.start_ms for bar in drawn), max(bar.end_ms for bar in drawn))

    def x(self, at_ms: float) -> float:
        """Pixels from the left."""
        return LEFT + (at_ms - self.first_ms) / (self.last_ms - self.first_ms) * WIDTH

    def ticks(self) -> list[float]:
        """Round times, at most twelve."""
        span = self.last_ms - self.first_ms
        step = next((step for step in STEPS_MS if span / step <= 12), 10_000)
        first = -(-self.first_ms // step) * step
        return [first + step * at for at in range(int((self.last_ms - first) // step) + 1)]


def waterfall(title: str, turn: Turn) -> str:
    """The picture, as SVG."""
    drawn = bars(turn)
    axis = Axis.of(drawn)
    stages = list(dict.fromkeys(bar.stage for bar in drawn))
    bottom = TOP + ROW * len(stages)
    sound = turn.first_sound_ms
    told = "no answer in words" if sound is None else f"first word {sound:.0f} ms after the end of speech"
    parts = [
        _text(LEFT, 20, f"{title}: “{turn.name}”", size=14),
        _text(LEFT, 38, told, size=12),
        *(part for tick in axis.ticks() for part in _tick(axis.x(tick), tick, bottom)),
        *_marks(axis, moments(turn), bottom),
        *(_bar(axis, bar, TOP + ROW * stages.index(bar.stage)) for bar in drawn),
        *(_text(LEFT - 8, TOP + ROW * at + 13, stage, anchor="end") for at, stage in enumerate(stages)),
    ]
    height = bottom + 90
    body = "\n  ".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 60} {height}" '
        f'width="{LEFT + WIDTH + 60}" height="{height}" font-family="sans-serif">\n'
        f'  <rect width="100%" height="100%" fill="white"/>\n  {body}\n</svg>\n'
    )


def _bar(axis: Axis, bar: Bar, y: int) -> str:
    x, end = axis.x(bar.start_ms), axis.x(bar.end_ms)
    colour = COLOURS[bar.stage]
    fill = f'fill="{colour}"' if bar.whole else f'fill="white" stroke="{colour}" stroke-dasharray="3 2"'
    told = f"{bar.stage}: {bar.start_ms:.0f} to {bar.end_ms:.0f} ms" + ("" if bar.whole else ", thrown away")
    return (
        f'<rect class="bar" x="{x:.2f}" y="{y}" width="{max(0.5, end - x):.2f}" height="{BAR}" {fill}>'
        f"<title>{escape(told)}</title></rect>"
    )


def _tick(x: float, at_ms: float, bottom: int) -> Iterator[str]:
    colour, width = ("#222", 1.5) if at_ms == 0 else ("#e6e6e6", 1)
    yield _line(x, bottom, f'stroke="{colour}" stroke-width="{width}"')
    yield _text(x, bottom + 14, f"{at_ms:.0f} ms", anchor="middle", size=10)


def _marks(axis: Axis, points: Sequence[tuple[str, float]], bottom: int) -> Iterator[str]:
    """Each with its name below the axis, in four lines so that neighbours don't cover each other."""
    for at, (name, at_ms) in enumerate(p for p in points if axis.first_ms <= p[1] <= axis.last_ms):
        x, y = axis.x(at_ms), bottom + 32 + 14 * (at % 4)
        yield _line(x, y - 10, 'stroke="#d1495b" stroke-dasharray="2 3"')
        yield _text(x, y, name, anchor="middle", size=10, colour="#a3323f")


def _line(x: float, bottom: float, look: str) -> str:
    return f'<line x1="{x:.2f}" y1="{TOP - 6}" x2="{x:.2f}" y2="{bottom}" {look}/>'


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, colour: str = "#222"
) -> str:
    look = f'font-size="{size}" text-anchor="{anchor}" fill="{colour}"'
    return f'<text x="{x:.2f}" y="{y}" {look}>{escape(text)}</text>'
