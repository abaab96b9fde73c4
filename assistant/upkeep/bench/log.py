"""What the engines of a run did, and when: the spans that every figure is computed from."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Span:
    """One stretch of an engine's work, in loop time."""

    engine: str
    """`narrow ear`, `wide ear`, `reading`, `thinking`, `voice` or `home`."""
    began_s: float
    ended_s: float = 0.0
    cost_s: float = 0.0
    """What it takes on an idle box, where that is known."""
    tokens: int = 0
    """Prompt tokens read, or tokens written."""
    whole: bool = False
    """It came to its end; else it was cancelled."""
    first_s: float = 0.0
    """When its first item was there (the voice's first sound)."""
    text: str = ""
    sound_s: float = 0.0
    """Seconds of sound it made."""

    @property
    def seconds(self) -> float:
        return self.ended_s - self.began_s


@dataclass(slots=True)
class WorkLog:
    """The spans of a house, oldest first."""

    spans: list[Span] = field(default_factory=list)
    own_s: float = 0.0
    """Processor time that scripted engines took on the loop themselves, to read and make their sound."""

    def begin(self, engine: str, now_s: float, text: str = "") -> Span:
        """A stretch of work begins; whoever begins it sets its end."""
        span = Span(engine, now_s, now_s, text=text)
        self.spans.append(span)
        return span

    @contextmanager
    def own(self) -> Iterator[None]:
        """Count the block as an engine's own work."""
        before_s = time.thread_time()
        try:
            yield
        finally:
            self.own_s += time.thread_time() - before_s

    def since(self, began_s: float) -> list[Span]:
        """Those that began then or later."""
        return [span for span in self.spans if span.began_s >= began_s]
