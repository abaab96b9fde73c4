"""Several calls for one thing → the items of the first that answers; the next is asked when one is slow."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any, Generic, TypeVar

from assistant.errors import EngineError, EngineTimeout

Item = TypeVar("Item")


class Race(Generic[Item]):
    """Asks one after the other until one of them answers; the rest are cancelled then."""

    def __init__(
        self,
        calls: Sequence[Callable[[], AsyncGenerator[Item, None]]],
        *,
        answers: Callable[[Item], bool],
        slow: Callable[[], Awaitable[object]],
        failed: Callable[[int, EngineError], None],
    ) -> None:
        """`answers(item)`: it is a first result. `slow()` ends when the next one is to be asked as well.

        `failed(which, error)`: that call gave no result, or one that was asked later was quicker.
        """
        self._calls = calls
        self._answers = answers
        self._slow = slow
        self._failed = failed
        self._asked = 0
        self._streams: dict[int, AsyncGenerator[Item, None]] = {}
        self._next: dict[int, asyncio.Task[Item | None]] = {}
        self._patience: asyncio.Task[None] | None = None
        self._fault: EngineError | None = None
        self.winner: int | None = None
        """Who answered."""

    async def items(self) -> AsyncGenerator[Item, None]:
        """What comes before a first result, from whoever is asked, then all of the winner's.

        EngineError: nobody answers (the first failure), or the winner broke off.
        """
        try:
            self._ask()
            while self.winner is None:
                for item in await self._moment():
                    yield item
            async with aclosing(self._streams[self.winner]) as rest:
                async for item in rest:
                    yield item
        finally:
            await self._end()

    def _ask(self) -> None:
        """The next one, as long as there is one."""
        at, self._asked = self._asked, self._asked + 1
        self._streams[at] = self._calls[at]()
        self._listen(at)
        if self._asked < len(self._calls):
            self._patience = asyncio.create_task(_ended(self._slow))

    def _listen(self, at: int) -> None:
        self._next[at] = asyncio.create_task(_following(self._streams[at]))

    async def _moment(self) -> list[Item]:
        """Wait until something happens; the items that came with it."""
        waiting: set[asyncio.Task[Any]] = set(self._next.values())
        if self._patience is not None:
            waiting.add(self._patience)
        if not waiting:
            raise self._fault or EngineError("nobody was asked")
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        came: list[Item] = []
        for at in sorted(self._next):
            if self._next[at] in done and self.winner is None:
                came += self._take(at)
        if self.winner is None and self._patience in done:
            self._patience = None
            self._ask()
        return came

    def _take(self, at: int) -> list[Item]:
        """What one of them came up with."""
        try:
            item = self._next.pop(at).result()
        except EngineError as error:
            self._fault = self._fault or error
            self._failed(at, error)
            self._hurry()
            return []
        if item is None or self._answers(item):
            self.winner = at
        else:
            self._listen(at)
        return [] if item is None else [item]

    def _hurry(self) -> None:
        """Nobody that is asked may answer any more: the next one's turn."""
        if not self._next and self._patience is not None:
            self._patience.cancel()
            self._patience = None
            self._ask()

    async def _end(self) -> None:
        tasks: list[asyncio.Task[Any]] = list(self._next.values())
        if self._patience is not None:
            tasks.append(self._patience)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
            for task in tasks:
                _ = task.cancelled() or task.exception()  # what a loser failed with in the end
        for at, stream in self._streams.items():
            await stream.aclose()
            if self.winner is not None and at < self.winner and at in self._next:
                self._failed(at, EngineTimeout("it was too slow; another one answered"))


async def _following(stream: AsyncGenerator[Item, None]) -> Item | None:
    return await anext(stream, None)


async def _ended(slow: Callable[[], Awaitable[object]]) -> None:
    await slow()
