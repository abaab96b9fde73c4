"""A voice that makes what it often says only once."""

from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import aclosing

from assistant.messages import Sound
from assistant.ports import Tts

LONGEST_TEXT = 80
"""Characters; longer sentences are hardly said twice."""
MOST_BYTES = 12 * 1024 * 1024
"""About 4 minutes of a 24 kHz voice."""
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

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        """The speech of a sentence, in order."""
        if (kept := self._kept.get(text)) is not None:
            self._kept.move_to_end(text)
            for sound in kept:
                yield sound
            return
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
