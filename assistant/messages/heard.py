"""From the microphone to the words. Sectioned by edge."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

EAR_RATE_HZ = 16_000
BUTTON = "button"
"""In the place of a wake word: a button was pressed."""

# ── microphone → hear ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """A piece of microphone sound. A gap shows as a jump in `at_sample`."""

    pcm: bytes
    """Mono s16le at 16 kHz."""
    at_sample: int
    """Index of the first sample since the microphone opened."""


# ── hear → room ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class WakeSensed:
    """The sensitive first stage fired: capture is open, sound is ducked, nothing is decided."""

    word: str
    score: float
    at_sample: int


@dataclass(frozen=True, slots=True)
class WordSound:
    """How a wake word sounded."""

    level_db: float
    noise_db: float
    late_samples: int
    """Heard after the end of the word until it was told."""


@dataclass(frozen=True, slots=True)
class WakeDismissed:
    """The confirmer disagreed: sound comes back, nothing was said."""

    word: str
    score: float
    at_sample: int


@dataclass(frozen=True, slots=True)
class Woken:
    """The wake word is confirmed."""

    word: str
    score: float
    """The fused score, 0 to 1."""
    level_db: float
    noise_db: float
    at_sample: int
    """Estimated end of the wake word."""
    late_samples: int = 0
    """Heard after that until it was sure."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Voice was found after the wake word (or after a question)."""

    at_sample: int
    aside: bool = False
    """Without either, in the gap of what rings: only words for that count."""


@dataclass(frozen=True, slots=True)
class SpeechChunk:
    """Sound of the utterance, from the wake word's end minus 200 ms on; `voiced` is the VAD's word on it."""

    pcm: bytes
    at_sample: int
    voiced: bool
    paused: bool = False
    """With it a pause has become long enough to read what was said so far, or to read it again."""


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """Perhaps the speaker is done. A chunk marked `paused` goes before it."""

    at_sample: int
    """The last voiced sample."""
    pause: int
    """How many chunks of the utterance were marked `paused`, this one included."""


@dataclass(frozen=True, slots=True)
class SpeechResumed:
    """The speaker was not done: what was made of the pause is void."""

    at_sample: int
    pause_ms: int


class EndReason(StrEnum):
    """Why an utterance ended."""

    SILENCE = "silence"
    NO_SPEECH = "no_speech"
    TOO_LONG = "too_long"
    GONE = "gone"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The utterance is over; the stream of `SpeechChunk` ends with it."""

    reason: EndReason
    at_sample: int
    """The last voiced sample: where the speaker stopped."""
    silence_ms: int
    """Silence waited after it before the end was called."""


EarEvent: TypeAlias = (
    WakeSensed
    | WakeDismissed
    | Woken
    | SpeechStarted
    | SpeechChunk
    | SpeechPaused
    | SpeechResumed
    | SpeechEnded
)

# ── hear → think ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was understood. Partials have `final=False`; the last one of a call is final."""

    text: str
    final: bool
    confidence: float = 1.0
    """0 to 1."""
    engine: str = ""
    refused: str | None = None
    """Why the engine would not vouch for `text` (it may hold its best guess), or None."""
    ask: bool = False
    """Between sure and refused: the house may ask "Did you say …?"."""
    engine_ms: float = 0.0
    """Time the engine worked on it after the last sample arrived."""
    at_pause: int = 0
    """Not final, but of all that was said up to this pause (`SpeechPaused.pause`); 0: of no pause."""
    firm: bool = False
    """Of a pause: only more speech can change it, no more silence."""


@dataclass(frozen=True, slots=True)
class TurnOver:
    """What the sound of a pause tells of the speaker."""

    probability: float
    """That more will not follow, 0 to 1."""
