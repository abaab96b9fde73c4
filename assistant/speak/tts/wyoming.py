"""Text → Sound by a Wyoming server on another process or box.

A pure client: it loads and keeps nothing. The server must be at home. Sound leaves as it comes.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from wyoming.event import Event

from assistant.errors import EngineError
from assistant.messages import JsonValue, Sound
from assistant.ports import Cancelled, TtsEngine
from assistant.speak.tts.sayable import breaths, sayable
from assistant.wyoming_call import MOST_PASSED_OVER, Unwanted, WyomingCall, host_and_port

LONGEST_BREATH = 200
"""Characters the server is given at once: many make all the sound of a text before they send any."""
LONGEST_S = 120.0
"""Sound of one breath; more is no speech."""


class Options(BaseModel):
    """What the settings may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str
    """host:port"""
    voice: str | None = Field(default=None, max_length=100)
    """Which of its voices; None: its own choice."""
    speaker: str | None = Field(default=None, max_length=100)
    connect_s: float = Field(default=3.0, gt=0, le=60)
    patience_s: float = Field(default=20.0, gt=0, le=600)
    """Longest silence of the server."""


class _Format(BaseModel):
    """What an audio-chunk says of its sound."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    rate: int = Field(ge=8000, le=96_000)
    width: Literal[2]
    channels: Literal[1]


class Wyoming:
    """A voice on another box."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        try:
            self._options = Options.model_validate(dict(options))
        except ValidationError as error:
            raise EngineError(f"wyoming cannot use its options: {error}") from error

    @staticmethod
    def missing() -> str | None:
        """Needs nothing that is not always there."""
        return None

    def load(self) -> None:
        """Look at the address; whether the server runs shows in the first call."""
        host_and_port(self._options.address)

    def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Nothing of it changes while the house runs."""
        if changes:
            raise EngineError(f"wyoming cannot change {', '.join(sorted(changes))} while it runs.")

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[Sound]:
        """Speech as the server makes it, a breath at a time."""
        options = self._options
        for breath in breaths(sayable(text), LONGEST_BREATH):
            try:
                with WyomingCall(
                    options.address, cancelled, connect_s=options.connect_s, patience_s=options.patience_s
                ) as call:
                    call.send(self._question(breath))
                    yield from _sounds(call, options.address)
            except Unwanted:
                return

    def _question(self, text: str) -> Event:
        voice = {"name": self._options.voice, "speaker": self._options.speaker}
        chosen = {key: value for key, value in voice.items() if value is not None}
        return Event("synthesize", {"text": text, **({"voice": chosen} if chosen else {})})


def _sounds(call: WyomingCall, address: str) -> Iterator[Sound]:
    """Until the server says that it was all."""
    heard_s, passed_over = 0.0, 0
    while passed_over < MOST_PASSED_OVER:
        event = call.receive()
        if event is None:
            raise EngineError(f"The server at {address} hung up in the middle of a sentence.")
        match event.type:
            case "audio-chunk":
                sound = _sound(event, address)
                heard_s += len(sound.pcm) / 2 / sound.rate_hz
                if heard_s > LONGEST_S:
                    raise EngineError(f"The server at {address} speaks without end.")
                passed_over += not sound.pcm
                if sound.pcm:
                    yield sound
            case "audio-stop":
                return
            case "error":
                raise EngineError(f"The server at {address} refuses: {str(event.data.get('text'))[:200]}")
            case _:
                passed_over += 1
    raise EngineError(f"The server at {address} talks without end and makes no sound.")


def _sound(event: Event, address: str) -> Sound:
    try:
        form = _Format.model_validate(event.data)
    except ValidationError as error:
        raise EngineError(f"The server at {address} sends sound that is not 16 bit and mono.") from error
    pcm = event.payload or b""
    if len(pcm) % 2:
        raise EngineError(f"The server at {address} sent half a sample.")
    return Sound(pcm, form.rate)


_fits: type[TtsEngine] = Wyoming
