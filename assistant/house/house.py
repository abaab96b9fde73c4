"""Rooms and what they share: typed text, announcements, and what rings where."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from assistant.devices.booth import Booth
from assistant.errors import SettingsError
from assistant.house.room import Minds, Room
from assistant.journal import Journal
from assistant.memory.entries import Ring
from assistant.memory.schedule import Schedule
from assistant.messages import Reply, Sound, Spoken, Turn
from assistant.speak.speaker import Priority, Speaker

RING_GAP_S = 1.5
"""Between two rings, so that "stop" is heard."""
RING_TIMES = 60
"""A timer rings about three minutes, then it is only told."""
MakeRoom = Callable[[str, Booth, bool], Room]


class House:
    """The rooms of the house and the engines they share."""

    def __init__(
        self, rooms: tuple[str, ...], minds: Minds, journal: Journal, schedule: Schedule, make_room: MakeRoom
    ) -> None:
        self.journal = journal
        self.rooms: dict[str, Room] = {}
        self._names = rooms
        self._minds = minds
        self._schedule = schedule
        self._make_room = make_room
        self._typed_turns = 0
        self._rings: dict[str, asyncio.Task[None]] = {}
