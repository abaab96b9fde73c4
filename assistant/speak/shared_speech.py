"""A voice that several rooms may ask for the same words at once: they are made once, for all of them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from assistant.messages import Sound
from assistant.ports import Tts


class SharedSpeech:
    """The same voice. Words are being made as long as somebody still wants to hear them."""

    def __init__(self, tts: Tts) -> None:
        self.name = tts.name
        self._tts = tts
        self._making: dict[str, _Making] = {}

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        """The speech of a sentence, in order; from its beginning, whoever asked first."""
        making = self._making.get(text)
        if making is None:
            making = self._making[text] = _Making(self._tts, text)
        making.listeners += 1
        try:
            async with aclosing(making.sounds()) as sounds:
                async for sound in sounds:
                    yield sound
        finally:
            making.listeners -= 1
            if not making.listeners or making.over:
                if self._making.get(text) is making:
                    del self._making[text]
                await making.close()


class _Making:
    """One sentence being made."""

    def __init__(self, tts: Tts, text: str) -> None:
        self.listeners = 0
        self._made: list[Sound] = []
        self._grown = asyncio.Event()
        self._task = asyncio.create_task(self._make(tts, text), name="shared speech")

    @property
    def over(self) -> bool:
        """It was made, or it failed."""
        return self._task.done()

    async def _make(self, tts: Tts, text: str) -> None:
        try:
            async with aclosing(tts.synthesize(text)) as sounds:
                async for sound in sounds:
                    self._made.append(sound)
                    self._tell()
        finally:
            self._tell()

    def _tell(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()

    async def sounds(self) -> AsyncGenerator[Sound, None]:
        """All of it, as it is made. Raises what the voice raised."""
        at = 0
        while True:
            while at < len(self._made):
                yield self._made[at]
                at += 1
            grown = asyncio.ensure_future(self._grown.wait())
            await asyncio.wait((grown, self._task), return_when=asyncio.FIRST_COMPLETED)
            grown.cancel()
            if self._task.done() and at == len(self._made):
                self._task.result()
                return

    async def close(self) -> None:
        """Nobody wants more of it."""
        self._task.cancel()
        await asyncio.wait((self._task,))


_fits: type[Tts] = SharedSpeech
