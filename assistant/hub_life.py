"""The one house of this machine through its lives: open, alive, opened anew with other settings, closed."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assistant.devices.own_satellite import OwnLines
from assistant.errors import AssistantError, AudioError, SettingsError, WireError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.house.kit import kit_of
from assistant.house.late import without_late
from assistant.house.sandbox import tell_sandbox
from assistant.journal import Journal
from assistant.settings import Settings
from assistant.tasks import together
from assistant.upkeep.heap import giving_back, settled
from assistant.upkeep.learning import learn
from assistant.upkeep.notify import keep_watch, tell_systemd
from assistant.upkeep.pin import Pin
from assistant.upkeep.safe_mode import SafeMode, catalogue_in_force
from assistant.upkeep.settings_check import check_asked
from assistant.upkeep.sound_devices import check_devices, check_named
from assistant.upkeep.told import MISTAKES, say_once
from assistant.upkeep.waterfall import Narrator, Waterfalls, without_words

Out = Callable[[str], None]
OPENING_S = 60.0
"""How long a request waits for a house that is just being opened."""


@dataclass(frozen=True, slots=True)
class Applying:
    """New settings on their way into force."""

    before: Settings
    done: asyncio.Future[None]

    def refuse(self, error: AssistantError) -> None:
        """They can't be; whoever asked is told."""
        if not self.done.done():
            self.done.set_exception(error)


class HubLife:
    """Runs until it is stopped."""

    def __init__(
        self, safe: SafeMode, home_file: Path | None, out: Out, *, words: bool, listens: bool = True
    ) -> None:
        """`words`: tell `out` what is said; else only that something failed. `listens`: in its rooms."""
        self.safe = safe
        self._settings = safe.settings
        self._home_file = home_file
        self._out = out
        self._listens = listens
        self._reader = Narrator(out).read if words else without_words(out)
        self.waterfalls = Waterfalls()
        self._house: House | None = None
        self._opened = asyncio.Event()
        self._applying: Applying | None = None
        self._stopping = False
        self.starts_again = False
        """Set before `stop`: the end is not the end."""
        self._living: asyncio.Task[None] | None = None
        self.lines = OwnLines()
        """Of the rooms with satellites of the house's own."""

    async def run(self) -> None:
        """Live until stopped; new settings open the house anew, and bad ones leave the old in force.

        A house that cannot open on the owner's settings opens on lesser ones.
        """
        watch = asyncio.create_task(keep_watch())  # also while models load anew, which may take minutes
        try:
            while not self._stopping:
                self._living = asyncio.create_task(self._live())
                await asyncio.wait([self._living])
                if not self._living.cancelled():
                    self._living.result()
        finally:
            watch.cancel()

    def stop(self) -> None:
        """Close the microphones and end, even while the house is still being opened."""
        self._stopping = True
        self._reopen()

    def _reopen(self) -> None:
        if self._living is not None:
            self._living.cancel()

    async def _live(self) -> None:
        self._opened.clear()
        try:
            await self._open_and_live()
        except AssistantError as error:
            applying, self._applying = self._applying, None
            if applying is not None:
                applying.refuse(error)
                self._settings.now = applying.before
            elif self._opened.is_set() or not await asyncio.to_thread(self.safe.steps_down, error):
                raise
        finally:
            self._house = None
            self._opened.clear()

    async def _open_and_live(self) -> None:
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        journal = Journal(lambda: loop.time() - started_s)
        settings = self._settings.now
        await self._check()
        catalogue = await asyncio.to_thread(catalogue_in_force)
        opening = Opening(
            home_file=self._home_file,
            database=settings.data_folder / "hearth.db",
            ears=True,
            rooms=self._listens,
            kit=without_late(kit_of(settings, catalogue)),
            pin_is_set=Pin(settings.data_folder).is_set,
            lines=self.lines,
        )
        self.waterfalls.forget()
        with ExitStack() as kept, journal.reading(self._reader), journal.reading(self.waterfalls.read):
            async with open_house(settings, journal, opening) as house, together() as group:
                kept.enter_context(settled())
                group.create_task(house.run())
                group.create_task(giving_back())
                self._ready(house)
                await asyncio.to_thread(self.safe.keep)
                if (trouble := self.safe.trouble) is not None:
                    group.create_task(say_once(trouble.spoken, house, MISTAKES))
                group.create_task(tell_sandbox(self._out))
                if house.late is not None:
                    group.create_task(
                        learn(house, house.late, partial(kit_of, settings, catalogue), self._out)
                    )

    def _ready(self, house: House) -> None:
        self._house = house
        self._opened.set()
        applying, self._applying = self._applying, None
        if applying is not None:
            self.safe.mended()
        elif self.safe.trouble is not None:
            self._out(self.safe.trouble.told)
        if applying is not None and not applying.done.done():
            applying.done.set_result(None)
        muted = house.muting.muted
        listening = ", ".join(name for name in house.rooms if name not in muted)
        if self._listens:
            self._out(f"listening in: {listening or 'no room'}. Ctrl-C or `assistant stop` ends it.")
        if muted:
            self._out(f"muted: {', '.join(muted)}. `assistant unmute` opens the microphone.")
        tell_systemd("READY=1")

    async def _check(self) -> None:
        """Raises SettingsError for what is not here. A missing device is only told: it is waited for."""
        settings = self._settings.now
        if self._applying is None and self.safe.trouble is None:
            await asyncio.to_thread(check_asked, settings, self.safe.file())
        if not self._listens:
            return
        try:
            await asyncio.to_thread(check_devices, settings)
        except AudioError as error:
            self._out(f"{error} It is used as soon as it is there.")

    async def apply(self) -> None:
        """Open the house with the file as it is now. SettingsError: the old stay in force."""
        if self._applying is not None:
            raise WireError("other settings are just being applied; try again in a moment")
        before = self._settings.now
        try:
            if (error := self._settings.reload()) is not None:
                raise error
            await asyncio.to_thread(check_asked, self._settings.now, self.safe.file())
            if self._listens:
                await asyncio.to_thread(check_named, before, self._settings.now)
            self._applying = Applying(before, asyncio.get_running_loop().create_future())
            self._reopen()
            await self._applying.done
        except AssistantError as error:
            self._settings.now = before
            raise SettingsError(f"{error}\nThe settings in force stay as they were.") from error

    async def house(self) -> House:
        """The house, once it is open. WireError where that takes too long."""
        try:
            await asyncio.wait_for(self._opened.wait(), OPENING_S)
        except TimeoutError:
            raise WireError("the house is still being opened; try again in a moment") from None
        assert self._house is not None
        return self._house

    @property
    def house_now(self) -> House | None:
        """The house, where it is open."""
        return self._house
