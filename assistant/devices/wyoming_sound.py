"""Sound as Wyoming peers send it ↔ sound as the house's ears take it."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from wyoming.event import Event

from assistant.errors import WireError
from assistant.messages import EAR_RATE_HZ, Sound
from assistant.pcm import Resampler, samples

CHUNK_SAMPLES = 1024
"""Of what is sent, as Home Assistant cuts it."""


class Format(BaseModel):
    """What an audio-start or audio-chunk says of its sound."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    rate: int = Field(ge=8000, le=96_000)
    width: Literal[2]
    channels: int = Field(ge=1, le=2)


class EarSound:
    """Chunks of any rate, mono or stereo → mono s16le at 16 kHz."""

    def __init__(self) -> None:
        self._format: Format | None = None
        self._told: tuple[Any, ...] = ()
        self._resampler: Resampler | None = None

    def take(self, event: Event) -> bytes:
        """A chunk's sound. WireError where it is no 16-bit sound, or its format changes on the way."""
        form = self._form(event.data)
        pcm = event.payload or b""
        if len(pcm) % (2 * form.channels) or (self._format is not None and form != self._format):
            raise WireError("the sound changes its format, or holds half a sample")
        if self._format is None:
            self._format, self._resampler = form, Resampler(form.rate, EAR_RATE_HZ)
        assert self._resampler is not None
        mono = samples(pcm)
        if form.channels == 2:
            mono = (mono.reshape(-1, 2).astype(np.int32).sum(axis=1) // 2).astype(np.int16)
        return self._resampler(mono).tobytes()

    def _form(self, data: Mapping[str, Any]) -> Format:
        """Looked at once where it stays the same, as it must."""
        told = tuple(data.get(key) for key in Format.model_fields)
        if self._format is not None and told == self._told:
            return self._format
        try:
            form = Format.model_validate(data)
        except ValidationError as error:
            raise WireError("only 16-bit sound of one or two channels, 8 to 96 kHz, is taken") from error
        self._told = told
        return form


def chunk_events(sound: Sound) -> Iterator[Event]:
    """A piece of speech as audio-chunk events."""
    form = {"rate": sound.rate_hz, "width": 2, "channels": 1}
    for at in range(0, len(sound.pcm), 2 * CHUNK_SAMPLES):
        yield Event("audio-chunk", form, sound.pcm[at : at + 2 * CHUNK_SAMPLES])


def start_event(rate_hz: int) -> Event:
    """What goes before the first chunk."""
    return Event("audio-start", {"rate": rate_hz, "width": 2, "channels": 1})
