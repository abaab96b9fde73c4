"""From the words to the loudspeaker, and what the journal tells. Sectioned by edge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from assistant.messages.heard import (
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Transcript,
    WakeDismissed,
    WakeSensed,
    Woken,
)
from assistant.messages.thought import ToolCall, ToolResult

# ── think → speak → room ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to say. `asks` reopens the ear for one answer without the wake word."""

    text: str
    asks: bool = False
    filler: bool = False
    """It only bridges a silence: no part of the answer."""
    begins: bool = False
    """Only the beginning of the next one, told while its end is not known: it claims nothing."""
    led: str = ""
    """The beginning of `text` that was told already, by a sentence with `begins`."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Speech or a chime: mono s16le at `rate_hz`."""

    pcm: bytes
    rate_hz: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """What of a reply was really played."""

    sentences: Sequence[str]
    finished: bool
    asks: bool = False


# ── happenings: the journal's further words ──────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Yielded:
    """Several rooms heard the same words, and another one is nearer to whoever spoke."""

    to: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Words were heard but not understood whole, so nothing is done."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Speculated:
    """An answer was begun in a pause, on words that may not be all."""

    pause: int
    ending: str
    """How the words end: `whole`, `open`, `number`, `unfinished` or `unknown`."""
    silence_ms: int | None
    """Silence that ends the utterance here; None: the usual one."""
    answering: bool
    """false: only the end of the utterance hangs on it."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """What was begun in a pause is thrown away, unheard and without effect."""

    reason: str


@dataclass(frozen=True, slots=True)
class Routed:
    """Which mind took the words."""

    route: Literal["intents", "llm", "question", "none"]
    reason: str
    engine_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class PromptRead:
    """What the language model read for a turn, in tokens."""

    read: int
    after_commit: int
    """Of these, read while somebody waited for the answer."""
    reused: int
    """Still there from before."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A sentence handed to the voice."""

    text: str
    engine_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Speaking:
    """The first sample of words that answer is playing."""

    latency_ms: float | None
    """End of speech to first sample, in loop time; None where input runs faster than real time."""
    engine_ms: float = 0.0
    """The voice's time to its first sound."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Something went wrong; `spoken` is what the room was told."""

    error: str
    spoken: str


@dataclass(frozen=True, slots=True)
class HomeReached:
    """The home's devices can be asked (again)."""

    what: str
    """What was reached, and how much of it."""


@dataclass(frozen=True, slots=True)
class HomeLost:
    """The home's devices cannot be asked; told once, however often it is tried again."""

    reason: str


Happening: TypeAlias = (
    WakeSensed
    | WakeDismissed
    | Woken
    | SpeechStarted
    | SpeechPaused
    | SpeechResumed
    | SpeechEnded
    | Speculated
    | Discarded
    | Yielded
    | Transcript
    | Refused
    | Routed
    | PromptRead
    | ToolCall
    | ToolResult
    | Reply
    | Speaking
    | Spoken
    | Failed
    | HomeReached
    | HomeLost
)
