"""While somebody speaks, and after each answer, the language model reads what comes before the next words."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from assistant.errors import AssistantError
from assistant.house.understanding import Understanding


class ReadingAhead:
    """In one room. `start(work)`: have the room do it beside everything else."""

    def __init__(
        self,
        room: str,
        understanding: Understanding,
        start: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
    ) -> None:
        self._room = room
        self._understanding = understanding
        self._start = start
        self._reading: asyncio.Task[None] | None = None
        self._whole = False

    def begin(self) -> None:
        """Somebody begins to speak, or an answer is over: the talk has grown by it."""
        if self._reading is not None and not (self._reading.done() or self._reading.cancelling()):
            return  # it reads what there is; begun anew it would lose the piece it is at
        if self._understanding.habits.speculate:
            self._whole = False
            self._reading = self._start(self._read())

    def go_on(self) -> None:
        """They go on speaking: what of their words was read in the pause stays, unless more was missing."""
        if not self._whole:
            self.begin()

    def stop(self) -> None:
        """The words are coming: they are what is to be read now."""
        if self._reading is not None:
            self._reading.cancel()

    async def _read(self) -> None:
        with suppress(AssistantError):  # a model that fails says so where its words are waited for
            await self._understanding.answer.warm(self._room)
            self._whole = True
