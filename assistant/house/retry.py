"""One more try on a fresh worker, where nothing has come of the first."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar

from assistant.errors import EngineError
from assistant.messages import Sound
from assistant.ports import Tts

Item = TypeVar("Item")


async def call_with_retry(
    make: Callable[[], AsyncGenerator[Item, None]], may_retry: Callable[[], bool] = lambda: True
) -> AsyncGenerator[Item, None]:
    """The items of `make()`; of a second `make()` if the worker died before the first item.

    Not for an input that has killed two workers, nor when `may_retry()` says that it is too late (the
    utterance is over 1.5 s old, a tool ran).
    """
    begun = False
    try:
        async with aclosing(make()) as items:
            async for item in items:
                begun = True
                yield item
    except EngineError as error:
        if begun or not error.retryable or not may_retry():
            raise
    else:
        return
    async with aclosing(make()) as items:
        async for item in items:
            yield item


class RetriedTts:
    """A voice whose death costs nothing but time, where nothing of the sentence had sounded."""

    def __init__(self, tts: Tts) -> None:
        self.name = tts.name
        self._tts = tts

    def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        """The speech of a sentence, in order."""
        return call_with_retry(lambda: self._tts.synthesize(text))


_fits: type[Tts] = RetriedTts
