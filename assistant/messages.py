"""What flows along the road, sectioned by edge. Frozen; standard library only.

Sound inside the house is mono, 16-bit little-endian; the microphone's side runs at 16,000 samples per second.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, TypeAlias

EAR_RATE_HZ = 16_000
BUTTON = "button"
"""In the place of a wake word: a button was pressed."""

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"

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


# ── the turn ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange in one room. Effects and sound wait for `committed`."""

    id: int
    room: str
    revision: int = 0
    committed: asyncio.Event = field(default_factory=asyncio.Event, compare=False)
    acted: asyncio.Event = field(default_factory=asyncio.Event, compare=False)
    """Set once a tool has begun to change something: nobody may be asked to say it all again."""
    highest_risk: int = 4
    """What is beyond it is refused, whatever the room allows: nobody knows who asked."""
    leads: bool = False
    """Its answer is spoken, and may begin before its end is known (`Sentence.begins`)."""
    _held: "list[Callable[[], None]]" = field(default_factory=list, compare=False, repr=False)

    def revised(self, revision: int) -> "Turn":
        """The same turn on other words, not committed."""
        return replace(self, revision=revision, committed=asyncio.Event(), acted=asyncio.Event(), _held=[])

    def commit(self) -> None:
        """The words are final and count: what was held for that is done now, before any waiter goes on."""
        held = tuple(self._held)
        self._held.clear()
        self.committed.set()
        for do in held:
            do()

    def when_committed(self, do: Callable[[], None]) -> None:
        """Do it now, or, in the order asked, when the turn is committed; never if it is discarded."""
        if self.committed.is_set():
            do()
        else:
            self._held.append(do)


# ── inside think ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool by name with typed arguments, from the intents or the LLM alike."""

    id: str
    name: str
    arguments: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool did, after reading the state back."""

    call_id: str
    ok: bool
    say: str
    """The sentence that tells it; built from the state read back. Empty: nothing to say."""
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    changed: bool = False
    """A write took effect: only then may anyone say so."""
    asks: bool = False
    """`say` is a question; one answer may follow without the wake word."""
    undo: tuple[ToolCall, ...] = ()
    """What takes the change back, in order; empty: nothing can."""
    led: str = ""
    """As `say`, in words that begin with the subject; empty: `say` does, or nothing better is known."""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the LLM and the intents see it."""

    name: str
    description: str
    parameters: Mapping[str, JsonValue]
    """JSON schema of the arguments."""
    writes: bool
    risk: int
    """0 answer, 1 reversible, 2 lasting or for others, 3 security, 4 money and configuration."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One entry of the dialogue; a tool's answer has role `tool` and the call's id and name."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything the LLM reads: the stable part first, so that its cache lives."""

    messages: tuple[ChatMessage, ...]
    tools: tuple[ToolSpec, ...] = ()
    """Told in every prompt of this house, at its head."""
    max_tokens: int = 200
    temperature: float = 0.2
    found_tools: tuple[ToolSpec, ...] = ()
    """Those that fit the words: told after them, unless they are named at the head."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Argument, or tool.argument, → the only texts it may be; empty: any."""
    named_tools: tuple[ToolSpec, ...] = ()
    """Told at the head by name alone: what they take, the grammar of a call says."""

    @property
    def every_tool(self) -> tuple[ToolSpec, ...]:
        """All that may be called, each once."""
        return tuple(
            {tool.name: tool for tool in (*self.tools, *self.named_tools, *self.found_tools)}.values()
        )


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the LLM's answer."""

    text: str


@dataclass(frozen=True, slots=True)
class PrefillProgress:
    """The LLM is still reading its prompt: alive, nothing to say yet."""

    done_tokens: int
    total_tokens: int


@dataclass(frozen=True, slots=True)
class LlmUsage:
    """What a reply cost; the last item of a call."""

    prefilled_tokens: int
    reused_tokens: int
    generated_tokens: int


LlmItem: TypeAlias = TextDelta | ToolCall | PrefillProgress | LlmUsage

# ── skills ⇄ the home ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the home that has a name."""

    name: str
    """Canonical, lower case; `Device.area` names it."""
    aliases: tuple[str, ...] = ()
    floors: tuple[str, ...] = ()
    """What the floor it lies on is called: `first floor`, `upstairs`."""


@dataclass(frozen=True, slots=True)
class Device:
    """Something in the home that has a state."""

    name: str
    """Canonical, lower case, unique in the home."""
    area: str
    kind: str
    """light, switch, fan, cover, lock, climate, media_player, vacuum, valve, todo, sensor, scene, script,
    weather or another word."""
    aliases: tuple[str, ...] = ()
    can: frozenset[str] = frozenset()
    """What it can do beyond on and off: `brightness`, `color`, `position`, `speed`, `modes`, …"""
    secure: bool = False
    """Moving it is a matter of security (a lock, a garage door)."""
    device_class: str = ""
    """What sort of its kind it is, in Home Assistant's words: `garage`, `curtain`, `temperature`."""
    floor: str = ""
    """The floor its area lies on, by its first name."""


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What a device reports of itself."""

    value: str
    """on, off, open, closed, opening, closing, locked, unlocked, playing, paused, cleaning or a reading."""
    available: bool = True
    attributes: Mapping[str, JsonValue] = field(default_factory=dict)
    """`brightness_percent`, `color`, `position_percent`, `speed_percent`, `volume_percent`, `unit`, …"""


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
