"""The hub of this machine: its house, its owner's settings and PIN, for the doors that ask for them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from assistant import paths
from assistant.errors import AssistantError, SettingsError
from assistant.house.house import House
from assistant.hub_life import HubLife
from assistant.settings import Settings
from assistant.upkeep import setup_file
from assistant.upkeep.pin import Pin
from assistant.upkeep.safe_mode import SafeMode

Out = Callable[[str], None]


class Hub:
    """What the control socket, the page and the other doors ask of the house through its lives."""

    def __init__(
        self, safe: SafeMode, home_file: Path | None, out: Out, *, words: bool, listens: bool = True
    ) -> None:
        """`words`: tell `out` what is said; else only that something failed. `listens`: in its rooms."""
        self.life = HubLife(safe, home_file, out, words=words, listens=listens)
        self._safe = safe
        self._settings = safe.settings
        self._pin = Pin(self._settings.now.data_folder)
        self.waterfalls = self.life.waterfalls
        self.lines = self.life.lines

    async def house(self) -> House:
        """The house, once it is open. WireError where that takes too long."""
        return await self.life.house()

    @property
    def house_now(self) -> House | None:
        """The house, where it is open."""
        return self.life.house_now

    def failed(self, room: str, error: AssistantError) -> None:
        """Something went wrong that the owner should find in the record."""
        if (house := self.house_now) is not None:
            house.journal.failed(room, 0, error, "")

    def settings(self) -> Settings:
        """Those in force."""
        return self._settings.now

    def pin(self) -> Pin:
        """The owner's, where the settings in force keep their data."""
        if self._pin.folder != self._settings.now.data_folder:
            self._pin = Pin(self._settings.now.data_folder)
        return self._pin

    def trouble(self) -> str:
        """Why the owner's settings are not in force; empty: they are."""
        return "" if self._safe.trouble is None else self._safe.trouble.told

    def settings_file(self) -> Path:
        """Where the owner's file is, or would be."""
        return self._safe.file() or paths.settings_places()[0]

    def settings_text(self) -> str:
        """The owner's file, empty where there is none; bytes that are no text are shown as such."""
        file = self._safe.file()
        return file.read_text("utf-8", "replace") if file is not None and file.exists() else ""

    async def change_settings(self, text: str) -> None:
        """Check, keep and apply a new text. SettingsError: the old stays in force, and in the file."""
        file = self.settings_file()
        before = file.read_bytes() if file.exists() else b""
        await asyncio.to_thread(setup_file.write, file, text)
        self._settings.path = file
        try:
            await self.life.apply()
        except SettingsError:
            await asyncio.to_thread(setup_file.put_back, file, before)
            raise
