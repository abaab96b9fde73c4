"""The shapes that parts of the house meet through. Protocols only.

Engines are plain synchronous classes: they run in a process of their own (`house/hosted.py`), one call at a
time, and look at `cancelled()` between steps. What the road holds are the asynchronous shapes further down.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from assistant.messages import (
    Area,
    AudioChunk,
    Device,
    DeviceState,
    JsonValue,
    LlmItem,
    Prompt,
    Sound,
    SpeechChunk,
    ToolCall,
    ToolResult,
    ToolSpec,
    Transcript,
    Turn,
    TurnOver,
)

Cancelled = Callable[[], bool]
Samples = npt.NDArray[np.int16]

# ── engines, in their own process ────────────────────────────────────────────────────────────────


class Engine(Protocol):
    """What every engine has. `options` are validated by the engine's own model; a bad one is an EngineError.

    The constructor is cheap and imports nothing heavy; `load` does the work (and may raise ModelMissing or
    EngineError); `configure` hands over what changes while the house runs (a new grammar, new names).
    """

    def __init__(self, options: Mapping[str, JsonValue]) -> None: ...

    @staticmethod
    def missing() -> str | None:
        """Why this engine cannot run here, with the command that mends it; else None."""

    def load(self) -> None: ...

    def configure(self, changes: Mapping[str, JsonValue]) -> None: ...


class SttEngine(Engine, Protocol):
    """Speech to text."""

    def transcribe(self, speech: Iterator[SpeechChunk], cancelled: Cancelled) -> Iterator[Transcript]:
        """Read the utterance as it arrives; yield partials and, last, exactly one final transcript.

        At the n-th chunk marked `paused`, yield what the final transcript were if nothing more is said, with
        `at_pause` n. If nothing more is, the final one is the same; but a reading may be refused because the
        end of the last word is yet to come, or more words. One that speech `overtakes` while
        it is made may be left out.
        """


@runtime_checkable
class Overtakable(Protocol):
    """Speech that knows whether more voice waits to be read."""

    def overtaken(self) -> bool: ...


class TurnEngine(Engine, Protocol):
    """Whether a speaker is done, by the sound."""

    def judge(self, speech: Iterator[SpeechChunk], cancelled: Cancelled) -> Iterator[TurnOver]:
        """Read the speech up to a pause; yield one verdict."""


class LlmEngine(Engine, Protocol):
    """A language model."""

    def converse(self, prompt: Prompt, cancelled: Cancelled) -> Iterator[LlmItem]:
        """Yield text, tool calls and prefill progress as they come; last, one LlmUsage."""


class TtsEngine(Engine, Protocol):
    """Text to speech."""

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[Sound]:
        """Yield the speech of a sentence in order; text without anything to say yields nothing."""


class WakeEngine(Protocol):
    """A wake-word model on one stream of sound; runs on the ear's thread in the hub."""

    def process(self, pcm: bytes) -> float:
        """Take any length of s16le at 16 kHz; return the highest probability reached within it, 0 to 1."""

    def reset(self) -> None:
        """Forget all sound heard."""


class VadEngine(Protocol):
    """Voice activity on one stream of sound; runs on the ear's thread in the hub."""

    def process(self, pcm: bytes) -> list[float]:
        """Take s16le at 16 kHz of any length; return the voice probability of each 512-sample frame."""

    def reset(self) -> None:
        """Forget all sound heard."""


# ── engines as the road sees them ────────────────────────────────────────────────────────────────


class Stt(Protocol):
    """An STT engine wherever it runs. Closing the generator cancels the call."""

    name: str

    def transcribe(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[Transcript, None]: ...


class TurnJudge(Protocol):
    """A turn engine wherever it runs. Closing the generator cancels the call."""

    name: str

    def judge(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[TurnOver, None]: ...


class Llm(Protocol):
    """An LLM wherever it runs. Closing the generator cancels the call."""

    name: str

    def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]: ...


class Tts(Protocol):
    """A voice wherever it runs. Closing the generator cancels the call."""

    name: str

    def synthesize(self, text: str) -> AsyncGenerator[Sound, None]: ...


# ── doors ────────────────────────────────────────────────────────────────────────────────────────


class Mic(Protocol):
    """A source of sound for one room."""

    def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """Sound until the source ends; closing the generator closes the device."""


class SoundOut(Protocol):
    """Where a room's sound goes. It pulls: `render(n)` returns n samples of int16, silence included."""

    rate_hz: int
    latency_s: float
    """From `render` to the air."""

    def start(self, render: Callable[[int], Samples]) -> None: ...

    def close(self) -> None: ...


@runtime_checkable
class Drowsy(Protocol):
    """A SoundOut that need not pull while there is nothing to hear. It pulls on the event loop."""

    def wake(self) -> None:
        """Sound is to come: pull."""

    def rest(self) -> None:
        """Called from within `render`: there is no sound until `wake`."""


@runtime_checkable
class Losable(Protocol):
    """A SoundOut whose device may go and come."""

    @property
    def lost(self) -> bool:
        """It is not there now; sound waits until it is back."""


# ── the mind's hands ─────────────────────────────────────────────────────────────────────────────


class Toolbox(Protocol):
    """The one place where tools are called: time-outs, permission, read-back and the record."""

    def specs(self) -> Sequence[ToolSpec]: ...

    async def call(self, call: ToolCall, turn: Turn, *, confirmed: bool = False) -> ToolResult:
        """Wait for the turn's commit, then do it. Every failure comes back as a result with ok=False.

        `confirmed`: a person in the room said yes to the question of an earlier result with `confirm` in its
        values; nothing else may set it.
        """


class Home(Protocol):
    """The devices of the house, by canonical name. A name that is not in `devices()` is a ToolError."""

    def devices(self) -> Sequence[Device]:
        """Every device, in the owner's order."""

    def areas(self) -> Sequence[Area]:
        """The parts of the home that have a name."""

    def state(self, name: str) -> DeviceState:
        """The last state the device reported."""

    async def act(self, name: str, action: str, arguments: Mapping[str, JsonValue]) -> None:
        """Ask a device for something; returns once it is asked.

        `on` and `off` (open and close, lock and unlock, clean and stop); `set` (brightness_percent, color,
        temperature_kelvin, position_percent, speed_percent, oscillating, volume_percent, muted, source,
        temperature, mode); covers and valves `stop`; vacuums `start`, `pause`, `stop`, `dock`, `locate`;
        players `play`, `pause`, `stop`, `next`, `previous`, `find` (what: search and play it); to-do lists
        `add` and `remove` (items); scenes and scripts `on`, told by another `activated` in their attributes.

        A device that reports a fault is a ToolError. That it really happened only `settled` tells.
        """

    async def settled(self, name: str, reached: Callable[[DeviceState], bool], limit_s: float) -> DeviceState:
        """Wait until the device's report satisfies `reached`, or the limit; the last report either way."""
