"""One turn that was measured: when what happened, and the figures computed from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.journal import Entry
from assistant.messages import (
    Discarded,
    Failed,
    LlmUsage,
    Refused,
    Reply,
    Routed,
    Speculated,
    SpeechEnded,
    SpeechPaused,
    SpeechStarted,
    Transcript,
)
from assistant.think.bridge import ONE_MOMENT
from assistant.upkeep.bench.log import Span
from assistant.upkeep.bench.said import Said

__all__ = ["LlmUsage", "Turn", "Uttered"]
CUT_OFF_S = 0.15
"""The end was called with more of the sentence than this still to come."""


@dataclass(frozen=True, slots=True)
class Uttered:
    """What was said, and when its last sample was, in loop time."""

    said: Said
    ended_s: float
    began_s: float


@dataclass(frozen=True, slots=True)
class Turn:
    """What is known of one turn. Times in milliseconds count from the last sample that was said."""

    uttered: Uttered
    entries: Sequence[Entry]
    spans: Sequence[Span]
    first_sound_s: float | None
    """Loop time of the first audible sample of words that answer; None: there was none."""
    cpu_s: float = 0.0
    """Of the hub and its engines, from the wake word to the end of the answer; 0: virtual."""

    @property
    def name(self) -> str:
        return self.uttered.said.words

    @property
    def kind(self) -> str:
        return self.uttered.said.kind

    def ms(self, at_s: float) -> float:
        """A loop time, as milliseconds after the last sample that was said."""
        return (at_s - self.uttered.ended_s) * 1000

    @property
    def first_sound_ms(self) -> float | None:
        return None if self.first_sound_s is None or self.failed else self.ms(self.first_sound_s)

    @property
    def committed_s(self) -> float | None:
        """When the end of the utterance was called."""
        ends = [entry.t for entry in self.entries if isinstance(entry.happening, SpeechEnded)]
        return ends[0] if ends else None

    @property
    def silence_ms(self) -> float | None:
        """Silence waited, as it was: from the last sample said to the end's being called."""
        return None if self.committed_s is None else self.ms(self.committed_s)

    @property
    def cut_off(self) -> bool:
        """The end was called before all was said."""
        at_s = self.committed_s
        return at_s is not None and at_s < self.uttered.ended_s - CUT_OFF_S

    @property
    def filled(self) -> bool:
        """It was bridged with a filler."""
        return any(isinstance(e.happening, Reply) and e.happening.text == ONE_MOMENT for e in self.entries)

    @property
    def heard(self) -> str:
        """What was understood last."""
        texts = [e.happening.text for e in self.entries if isinstance(e.happening, Transcript)]
        return texts[-1] if texts else ""

    @property
    def ear(self) -> str:
        """Whose words counted; empty: nobody's."""
        ears = [e.happening.engine for e in self.entries if isinstance(e.happening, Transcript)]
        return ears[-1] if ears else ""

    @property
    def route(self) -> str:
        """Which mind answered; empty: none did."""
        routes = [e.happening.route for e in self.entries if isinstance(e.happening, Routed)]
        return routes[-1] if routes else ""

    @property
    def failed(self) -> bool:
        """An engine failed or took too long: what sounded then is an apology, no answer."""
        return any(isinstance(e.happening, Failed) for e in self.entries)

    @property
    def refused(self) -> bool:
        return any(isinstance(e.happening, Refused) for e in self.entries)

    @property
    def prefilled_after_commit(self) -> int | None:
        """Prompt tokens read after the end was called, for the answer; None: the language model gave none."""
        if self.committed_s is None or self.route != "llm":
            return None
        wrote_s = [span.began_s for span in self.spans if span.engine == "thinking"]
        reading = [
            span for span in self.spans if span.engine == "reading" and span.ended_s > self.committed_s
        ]
        return sum(span.tokens for span in reading if not wrote_s or span.began_s < wrote_s[0])

    @property
    def speculations(self) -> tuple[int, int]:
        """Answers begun in a pause, and those of them that were thrown away."""
        begun = sum(isinstance(e.happening, Speculated) and e.happening.answering for e in self.entries)
        thrown = sum(isinstance(e.happening, Discarded) for e in self.entries)
        return begun, min(begun, thrown)

    @property
    def began_s(self) -> float:
        """When the voice was noticed."""
        starts = [e.t for e in self.entries if isinstance(e.happening, SpeechStarted)]
        return starts[0] if starts else self.uttered.began_s

    @property
    def last_pause_s(self) -> float | None:
        """When the silence that ended it was long enough to begin on; it may have been told again later."""
        pauses = [(e.t, e.happening) for e in self.entries if isinstance(e.happening, SpeechPaused)]
        return next((t for t, pause in pauses if pause.at_sample == pauses[-1][1].at_sample), None)
