"""A voice that makes what it often says only once, or before it is wanted."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import aclosing

from assistant.messages import Sound
from assistant.ports import Tts

LONGEST_TEXT = 80
"""Characters; longer sentences are hardly said twice."""
MOST_BYTES = 12 * 1024 * 1024
"""About 4 minutes of a 24 kHz voice."""
AHEAD_BYTES = MOST_BYTES // 2
"""Of it, what may be made ahead: the rest is for what is really said."""
SEEN = 500
"""Texts of which it is known that they were said once; only their hashes are kept."""


class KeptSounds:
    """The same voice; what is said again is kept, in memory; the least lately said goes first."""

    def __init__(self, tts: Tts) -> None:
        self.name = tts.name
        self._tts = tts
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._kept: OrderedDict[str, tuple[Sound, ...]] = OrderedDict()
        self._bytes = 0
        self._ahead: asyncio.Task[None] | None = None

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        """The speech of a sentence, in order."""
        if (kept := self._kept.get(text)) is not None:
            self._kept.move_to_end(text)
            for sound in kept:
                yield sound
            return
        if self._ahead is not None:
            self._ahead.cancel()
        again = hash(text) in self._seen
        made: list[Sound] = []
        async with aclosing(self._tts.synthesize(text)) as sounds:
            async for sound in sounds:
                if again:
                    made.append(sound)
                yield sound
        if again:
            self._keep(text, tuple(made))
        elif len(text) <= LONGEST_TEXT:
            self._seen[hash(text)] = None
            if len(self._seen) > SEEN:
                self._seen.popitem(last=False)

    async def prepare(self, text: str) -> bool:
        """Make a sentence and keep it; given up where another is wanted now. Whether there is room for more.

        EngineError: the voice failed.
        """
        if text in self._kept or len(text) > LONGEST_TEXT:
            return self._bytes < AHEAD_BYTES
        if self._bytes >= AHEAD_BYTES:
            return False
        self._ahead = asyncio.create_task(self._prepare(text))
        try:
            await asyncio.wait({self._ahead})
        finally:
            self._ahead.cancel()
        ahead, self._ahead = self._ahead, None
        if not ahead.cancelled():
            ahead.result()
        return self._bytes < AHEAD_BYTES

    async def _prepare(self, text: str) -> None:
        async with aclosing(self._tts.synthesize(text)) as sounds:
            self._keep(text, tuple([sound async for sound in sounds]))

    def _keep(self, text: str, sounds: tuple[Sound, ...]) -> None:
        if text in self._kept:
            return
        self._kept[text] = sounds
        self._bytes += _size(sounds)
        while self._bytes > MOST_BYTES:
            self._bytes -= _size(self._kept.popitem(last=False)[1])


def _size(sounds: tuple[Sound, ...]) -> int:
    return sum(len(sound.pcm) for sound in sounds)


_fits: type[Tts] = KeptSounds
