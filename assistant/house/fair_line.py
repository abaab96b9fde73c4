"""Calls that wait for one engine, shared fairly between the rooms they come from."""

import asyncio
from collections import deque
from contextvars import ContextVar
from typing import Final

from assistant.errors import EngineError

MOST_OF_ONE: Final = 4
"""Calls of one room that wait: a turn of its own, the guesses before it, and what it says."""
MOST: Final = 16
"""Of all rooms together. At a second a call nobody would wait for the rest."""

asking_room: ContextVar[str] = ContextVar("asking_room", default="")
"""For whom the present task works; set by each room for all that it begins. Empty: for the house."""


class FairLine:
    """One call at a time; of those that wait, the rooms take turns, each with its oldest first.

    Where too many wait, a room with fewer waiting than another takes the place of that one's latest.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._rooms: dict[str, deque[asyncio.Future[None]]] = {}
        """Those who wait, the room whose turn is next first."""
        self._taken = False

    def locked(self) -> bool:
        """A call is running."""
        return self._taken

    async def acquire(self) -> None:
        """Wait for one's turn. EngineError, politely: too many wait already."""
        if not self._taken and not self._rooms:
            self._taken = True
            return
        room = asking_room.get()
        self._make_room_for(room)
        turn = asyncio.get_running_loop().create_future()
        self._rooms.setdefault(room, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.release()  # it was given in the same moment
            else:
                self._forget(room, turn)
            raise

    def release(self) -> None:
        """The next one's turn."""
        self._taken = False
        while self._rooms and not self._taken:
            room, waiting = next(iter(self._rooms.items()))
            turn = waiting.popleft()
            del self._rooms[room]
            if waiting:
                self._rooms[room] = waiting  # behind the others
            if not turn.done():  # else it has just been given up
                turn.set_result(None)
                self._taken = True

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *_: object) -> None:
        self.release()

    def _make_room_for(self, room: str) -> None:
        own = len(self._rooms.get(room, ()))
        if own >= MOST_OF_ONE:
            raise self._busy()
        if sum(map(len, self._rooms.values())) < MOST:
            return
        greediest = max(self._rooms, key=lambda each: len(self._rooms[each]))
        if len(self._rooms[greediest]) <= own + 1:
            raise self._busy()
        last = self._rooms[greediest][-1]
        self._forget(greediest, last)
        if not last.done():
            last.set_exception(self._busy())

    def _busy(self) -> EngineError:
        return EngineError(f"{self._name} has too many calls waiting", spoken="Sorry, I'm busy just now.")

    def _forget(self, room: str, turn: asyncio.Future[None]) -> None:
        waiting = self._rooms.get(room, deque())
        if turn in waiting:
            waiting.remove(turn)
        if not waiting:
            self._rooms.pop(room, None)
