"""The skills a household talks with: clock, notes, sums, announcements, quiet, emergency."""

from collections.abc import Callable, Sequence
from functools import partial

from assistant.house.announcing import Announcer
from assistant.house.asking import Asking
from assistant.house.muting import Muting
from assistant.house.open_rooms import Rooms
from assistant.house.places import Places
from assistant.journal import Journal
from assistant.memory.clocks import Clocks, local_now
from assistant.memory.database import Database
from assistant.memory.quiet import QuietRooms
from assistant.ports import Home
from assistant.settings import Settings
from assistant.skills.across import Across
from assistant.skills.announce import Announce
from assistant.skills.calculator import Calculator
from assistant.skills.clock import Clock
from assistant.skills.emergency import Emergency
from assistant.skills.notes import Notes
from assistant.skills.quiet import Quiet


class Household:
    """Opened before it is used. `remembers(room)`: whether notes may be kept there."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        rooms: Rooms,
        muting: Muting,
        journal: Journal,
        remembers: Callable[[str], bool] = lambda room: True,
        *,
        home: Home,
        clocks: Clocks,
    ) -> None:
        self.quiet = QuietRooms(database)
        self.places = Places(settings.rooms, home)
        self.asking = Asking(rooms, clocks, journal)
        self.notes = Notes(database, remembers)
        self.announcer = Announcer(rooms, journal)
        hours = settings.time_format
        self.skills: Sequence[object] = (
            Clock(partial(local_now, clocks), hours=hours),
            self.notes,
            Calculator(settings.units),
            Announce(self.announcer, self.quiet.wants_quiet, self.places),
            Across(self.asking, self.places, self.quiet.wants_quiet),
            Quiet(self.quiet, muting, lambda: tuple(settings.rooms), hours=hours),
            Emergency(settings.emergency_number),
        )

    async def open(self) -> None:
        """Take up what is on disk. Raises DiskError."""
        await self.quiet.open()
        await self.notes.open()

    async def close(self) -> None:
        """Cut off announcements and errands under way."""
        await self.asking.close()
        await self.announcer.close()
