"""A language model with another one behind it: Prompt → items, from the first of the two that answers."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from assistant.errors import EngineError, EngineTimeout
from assistant.journal import Journal
from assistant.messages import LlmItem, Prompt, TextDelta, ToolCall
from assistant.ports import Llm

FIRST_WORD_S = 12.0
"""How long the first may take to its first word or call; a local one would have begun by then."""
REST_S = 60.0
"""How long a first that failed is left alone."""


class SparedLlm:
    """Asks the first; where it fails before its first word, the second answers in the same turn.

    Nobody is told but the journal. A first that failed is passed over for a minute, then tried again.
    """

    def __init__(
        self, first: Llm, second: Llm, journal: Journal, *, first_word_s: float = FIRST_WORD_S
    ) -> None:
        self.name = first.name
        self._first = first
        self._second = second
        self._journal = journal
        self._first_word_s = first_word_s
        self._rests_until = float("-inf")

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        """Items as they come. EngineError: the first broke off in the middle, or the second failed too."""
        loop = asyncio.get_running_loop()
        if loop.time() >= self._rests_until:
            begun = False
            try:
                async with aclosing(self._answers(prompt)) as items:
                    async for item in items:
                        begun = begun or isinstance(item, TextDelta | ToolCall)
                        yield item
            except EngineError as error:
                self._rests_until = loop.time() + REST_S
                if begun:
                    raise
                self._journal.failed("", 0, error, "")
            else:
                self._rests_until = float("-inf")
                return
        async with aclosing(self._second.converse(prompt)) as items:
            async for item in items:
                yield item

    async def _answers(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        """The first's items; EngineTimeout when no word comes in time, however alive it is."""
        loop = asyncio.get_running_loop()
        latest: float | None = loop.time() + self._first_word_s
        async with aclosing(self._first.converse(prompt)) as items:
            while True:
                try:
                    async with asyncio.timeout_at(latest):
                        item = await anext(items, None)
                except TimeoutError as error:
                    raise EngineTimeout(f"{self.name} says nothing") from error
                if item is None:
                    return
                if isinstance(item, TextDelta | ToolCall):
                    latest = None
                yield item


def spared(llms: Sequence[Llm], journal: Journal) -> Llm | None:
    """One out of the first and the one behind it, as far as there are any."""
    if len(llms) < 2:
        return llms[0] if llms else None
    return SparedLlm(llms[0], llms[1], journal)


_fits: type[Llm] = SparedLlm
