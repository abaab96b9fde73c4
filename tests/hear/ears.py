"""Ears for tests: real engines on sound that comes as fast as it is read."""

import asyncio
import functools
import shutil
import subprocess
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest

from assistant.hear.cascade import Cascade
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.listen import Ear
from assistant.hear.vad.silero import SileroVad
from assistant.hear.wake.micro_wake_word import MicroWakeWord
from assistant.hear.wake.models import plan
from assistant.hear.wake.open_wake_word import OpenWakeWord
from assistant.messages import AudioChunk, EarEvent, JsonValue, SpeechChunk, SpeechPaused, SpeechResumed
from assistant.ports import Mic, WakeEngine

T = TypeVar("T")

WAKE: Mapping[str, Callable[[Mapping[str, JsonValue]], WakeEngine]] = {
    "micro_wake_word": MicroWakeWord,
    "open_wake_word": OpenWakeWord,
}


def create(name: str, options: Mapping[str, JsonValue]) -> WakeEngine:
    """The engine, of its registered name."""
    return WAKE[name](options)


@functools.cache
def cascade(*words: str) -> Cascade:
    """The real cascade; loaded once, so reset it."""
    return Cascade.load([plan(word) for word in words], create)


class Recording:
    """A microphone that plays `pcm` and ends; chunks of `samples` each."""

    def __init__(self, pcm: bytes, samples: int = 320) -> None:
        self.pcm = pcm
        self.step = 2 * samples
        self.opened = 0
        self.closed = asyncio.Event()

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        self.opened += 1
        try:
            for at in range(0, len(self.pcm), self.step):
                yield AudioChunk(self.pcm[at : at + self.step], at // 2)
        finally:
            self.closed.set()


def ear(mic: Mic, *words: str, endpoint: EndpointSettings | None = None) -> Ear:
    """An ear with real engines; no words: it listens without a wake word."""
    heard = cascade(*words) if words else None
    if heard is not None:
        heard.reset()
    return Ear(mic, heard, SileroVad(), endpoint or EndpointSettings())


async def events(pcm: bytes, *words: str, samples: int = 320) -> list[EarEvent]:
    """Everything an ear makes of a recording."""
    return [event async for event in ear(Recording(pcm, samples), *words).events()]


def kinds(found: Sequence[EarEvent]) -> list[str]:
    """The events' names, chunks and pauses of speech left out."""
    within = (SpeechChunk, SpeechPaused, SpeechResumed)
    return [type(event).__name__ for event in found if not isinstance(event, within)]


def one(kind: type[T], found: Sequence[EarEvent]) -> T:
    """The only event of a kind."""
    (event,) = [event for event in found if isinstance(event, kind)]
    return event


def spoken(found: Sequence[EarEvent]) -> tuple[int, bytes]:
    """Where the utterance's sound starts, and the sound; its chunks must follow one another."""
    chunks = [event for event in found if isinstance(event, SpeechChunk)]
    for before, after in pairwise(chunks):
        assert after.at_sample == before.at_sample + len(before.pcm) // 2
    return chunks[0].at_sample, b"".join(chunk.pcm for chunk in chunks)


def person(path: Path) -> bytes:
    """A recording of a real person."""
    if shutil.which("sox") is None:
        pytest.skip("sox is not installed (apt-get install sox)")
    to_raw = ["sox", "-D", str(path), "-r", "16000", "-c", "1", "-b", "16", "-e", "signed", "-t", "raw", "-"]
    return subprocess.run(to_raw, check=True, capture_output=True).stdout
