"""The sound of one utterance while it grows."""

import asyncio
from collections.abc import AsyncIterator
from itertools import accumulate

from assistant.hear.quiet import END_SAMPLES, quiet_after
from assistant.messages import SpeechChunk
from assistant.pcm import SILENCE_DB, level_db

QUEUE_CHUNKS = 1024
"""32 s of sound: longer than any utterance, so the tee never drops and never waits."""


class Utterance:
    """The sound of one utterance, readable by several engines at once and again after a failure."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.pauses = 0
        """Pauses so far."""
        self.pausing = False
        """Nothing was said since the last of them."""
        self.unread = False
        """A pause that the ears have not told of yet, and still may."""
        self.silent_since = 0
        """The first pause since the last voice; a silence may be told several times."""
        self._chunks: list[SpeechChunk] = []
        self._forgotten = False
        self._grown = asyncio.Event()

    def add(self, chunk: SpeechChunk) -> None:
        """More sound; beyond QUEUE_CHUNKS it is not kept (the ear has ended the utterance long before)."""
        if len(self._chunks) < QUEUE_CHUNKS and not self._forgotten:
            self.pauses += chunk.paused
            if chunk.paused and not self.pausing:
                self.silent_since = self.pauses
            self.pausing = chunk.paused or (self.pausing and not chunk.voiced)
            self.unread = chunk.paused or (self.unread and not chunk.voiced)
            self._chunks.append(chunk)
            self._wake_readers()

    def forget(self) -> None:
        """Nobody reads it any more: 32 KB for each second of it."""
        self._chunks.clear()
        self._forgotten = True

    def end(self) -> None:
        """No more sound."""
        self.ended.set()
        self._wake_readers()

    def _wake_readers(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()

    @property
    def voiced(self) -> bool:
        """Some of it is voice."""
        return any(chunk.voiced for chunk in self._chunks)

    @property
    def pcm(self) -> bytes:
        """All of it, mono s16le at 16 kHz."""
        return b"".join(chunk.pcm for chunk in self._chunks)

    @property
    def whole(self) -> bool:
        """The last word was heard to its end: after the last voice came silence, long and quiet enough."""
        ends = list(accumulate(len(chunk.pcm) // 2 for chunk in self._chunks))
        voice_end = max((end for end, each in zip(ends, self._chunks, strict=True) if each.voiced), default=0)
        return bool(ends) and ends[-1] - voice_end >= END_SAMPLES and quiet_after(self.pcm, voice_end)

    def levels_db(self) -> tuple[float, float]:
        """Of the voice in it, and of what lies between."""
        voice = b"".join(chunk.pcm for chunk in self._chunks if chunk.voiced)
        between = [level_db(chunk.pcm) for chunk in self._chunks if not chunk.voiced]
        return level_db(voice), sorted(between)[len(between) // 5] if between else SILENCE_DB

    def so_far(self) -> "Utterance":
        """What is there of it, as one that is over."""
        copy = Utterance()
        for chunk in self._chunks:
            copy.add(chunk)
        copy.end()
        return copy

    async def chunks(self) -> AsyncIterator[SpeechChunk]:
        """From the first chunk on, waiting for the rest."""
        at = 0
        while True:
            while at < len(self._chunks):
                yield self._chunks[at]
                at += 1
            if self.ended.is_set():
                return
            await self._grown.wait()
