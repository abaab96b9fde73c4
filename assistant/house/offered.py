"""The parts of a house that other systems may use by themselves: its ears and its wake words."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping

from assistant.hear.cascade import Cascade
from assistant.hear.endpoint import FRAME_SAMPLES
from assistant.hear.heard import Utterance
from assistant.hear.hearing import Hearing
from assistant.hear.transcribe import Transcribe
from assistant.house import engines
from assistant.house.kit import Kit
from assistant.messages import AudioChunk, EndReason, SpeechChunk, Transcript, Woken
from assistant.ports import VadEngine

_FRAME_BYTES = 2 * FRAME_SAMPLES
LONGEST_SAMPLES = 30 * 16_000
"""Sound of one utterance; more is not listened to."""
VOICED = 0.5
"""Voice probability of a frame that counts."""


class Offered:
    """For systems that bring sound of their own and want the words in it."""

    def __init__(self, kit: Kit, reading: Transcribe, language: str) -> None:
        self.language = language
        self.wake_phrases: Mapping[str, str] = {each.word: each.phrase for each in kit.wake}
        self._kit = kit
        self._reading = reading

    async def transcript(self, sound: AsyncIterator[bytes]) -> Transcript:
        """What was said in all of this sound (mono s16le at 16 kHz); refused words come marked so.

        Raises EngineError.
        """
        utterance = Utterance()
        vad = await asyncio.to_thread(self._vad)
        reading = asyncio.ensure_future(self._reading(utterance, lambda transcript: None))
        try:
            at, rest = 0, b""
            async for piece in sound:
                rest += piece
                whole = len(rest) // _FRAME_BYTES * _FRAME_BYTES
                if whole and at < LONGEST_SAMPLES:
                    chunks = await asyncio.to_thread(_voiced, vad, rest[:whole], at)
                    for chunk in chunks:
                        utterance.add(chunk)
                    at += whole // 2
                rest = rest[whole:]
            utterance.end()
            return await reading
        finally:
            reading.cancel()

    def _vad(self) -> VadEngine:
        return engines.vad_engine(self._kit.vad.engine, self._kit.vad.options)

    async def wakes(self, sound: AsyncIterator[bytes]) -> AsyncGenerator[Woken, None]:
        """Each time a wake word of the house is said in this sound (mono s16le at 16 kHz)."""
        cascade = await asyncio.to_thread(Cascade.load, self._kit.wake, engines.wake_engine)
        hearing = Hearing(cascade, await asyncio.to_thread(self._vad), self._kit.endpoint)
        at = 0
        async for piece in sound:
            for woken in await asyncio.to_thread(_heard, hearing, AudioChunk(piece, at)):
                yield woken
            at += len(piece) // 2


def _voiced(vad: VadEngine, pcm: bytes, at: int) -> list[SpeechChunk]:
    return [
        SpeechChunk(
            pcm[start : start + _FRAME_BYTES],
            at + start // 2,
            vad.process(pcm[start : start + _FRAME_BYTES])[0] >= VOICED,
        )
        for start in range(0, len(pcm), _FRAME_BYTES)
    ]


def _heard(hearing: Hearing, chunk: AudioChunk) -> list[Woken]:
    found = []
    for events in hearing.take(chunk, own_voice=False):
        found += [event for event in events if isinstance(event, Woken)]
    if found:
        hearing.break_off(EndReason.GONE)  # the utterance that follows is not for us: only wake words are
    return found
