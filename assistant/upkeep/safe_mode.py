"""Settings that always let the house start: the owner's, else the last good ones, else the starter's.

The last good copy lies in the usual data folder, for broken settings cannot say where another one would be.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant import paths
from assistant.catalogue import Catalogue, load_catalogue
from assistant.errors import AssistantError, SettingsError
from assistant.settings import Ears, HomeSettings, LiveSettings, Mind, Settings, Wake, find_settings
from assistant.settings_yaml import read_yaml_bytes
from assistant.upkeep.on_disk import write_whole
from assistant.upkeep.settings_check import missing_parts
from assistant.upkeep.told import MISTAKES, Told
from assistant.yaml_text import KeyPath

LAST_GOOD: Final = "settings.last-good.yaml"
_MISTAKE: Final = re.compile(r"^.+?:(?P<line>\d+): (?:(?P<key>[\w\[\].-]+): )?")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the house does not run on its owner's settings, and on what it runs."""

    error: str
    """Each mistake on a line: file, line, key, what is wrong and what mends it."""
    instead: str

    @property
    def told(self) -> str:
        """For the log and the page."""
        return f"SAFE MODE, on {self.instead}:\n{self.error}\nMend it, then: assistant config apply"

    @property
    def spoken(self) -> str:
        """For the rooms."""
        found = _MISTAKE.match(self.error)
        where = f" in line {found['line']}" if found else ""
        key = f", at {found['key'].replace('.', ', ').replace('_', ' ')}" if found and found["key"] else ""
        return (
            f"My settings have a mistake{where}{key}. Until it is mended I run on {self.instead}. "
            "The settings check says what to do."
        )


class SafeMode:
    """What a hub starts with, and with what instead as long as that fails."""

    def __init__(self, named: Path | None) -> None:
        """SettingsError only where a file was named on the command line and is not there."""
        self.trouble: Trouble | None = None
        self._file = find_settings(named) if named is not None else None
        self._stand_ins: Iterator[tuple[Settings, str]] | None = None
        try:
            self._file = find_settings(named)
            self.settings = LiveSettings(named)
        except SettingsError as error:
            self.settings = LiveSettings(self._file, now=Settings())
            self._step(None, error)

    def file(self) -> Path | None:
        """The owner's file, broken or not; None where there is none."""
        try:
            return self.settings.path or find_settings(None)
        except SettingsError:
            return self._file

    def steps_down(self, error: AssistantError) -> bool:
        """Put the next best settings in force; False when there are none left to try."""
        return self._step(self.settings.now, error)

    def _step(self, owners: Settings | None, error: AssistantError) -> bool:
        if self._stand_ins is None:
            self._stand_ins = self._lesser(owners)
        failed = self.settings.now
        for settings, name in self._stand_ins:
            if settings == failed and self.trouble is not None:
                continue
            self.trouble = Trouble(str(error) if self.trouble is None else self.trouble.error, name)
            self.settings.now = settings
            return True
        return False

    def mended(self) -> None:
        """The owner's own settings are in force again."""
        self.trouble, self._stand_ins = None, None

    def keep(self) -> None:
        """The owner's settings opened a house: keep a copy. A disk that refuses only loses the copy."""
        if self.trouble is not None:
            return
        file = self.file()
        kept = paths.data_folder() / LAST_GOOD
        try:
            Told(paths.data_folder() / MISTAKES).forget()
            if file is None:
                return
            content = file.read_bytes()
            if kept.is_file() and kept.read_bytes() == content:
                return
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(kept, content)
        except OSError:
            return

    def _lesser(self, owners: Settings | None) -> Iterator[tuple[Settings, str]]:
        if owners is not None:
            yield without_missing(owners), "the rest of them"
        good = self._last_good()
        if good is not None:
            yield good, "the settings that last worked"
        for settings in (owners, good):
            if settings is not None:
                yield starter_of(settings), "the built-in ear and voice"
        yield Settings(), "the settings I came with"

    def _last_good(self) -> Settings | None:
        folder = paths.settings_places()[0].parent if self._file is None else self._file.parent
        try:
            content = (paths.data_folder() / LAST_GOOD).read_bytes()
            return read_yaml_bytes(content, LAST_GOOD, Settings, folder=folder)
        except (OSError, SettingsError):
            return None


def catalogue_in_force() -> Catalogue:
    """With the owner's own models and voices; without them, where their files are broken."""
    try:
        return load_catalogue()
    except SettingsError:
        return load_catalogue(paths.shipped("models.yaml"), paths.shipped("voices"))


def without_missing(settings: Settings) -> Settings:
    """The same without what is not on this box: its voice, ear, mind, home or wake words."""
    missing = [key for key, _ in missing_parts(settings, catalogue_in_force())]
    gone = {str(key[0]) for key in missing}
    if "language" in gone:
        return starter_of(settings)
    plain = starter_of(settings)
    rooms = {
        name: room.model_copy(update={key: None for _, of, key in _of_rooms(missing) if of == name})
        for name, room in settings.rooms.items()
    }
    return settings.model_copy(
        update={key: getattr(plain, key) for key in gone - {"rooms"}} | {"rooms": rooms}
    )


def _of_rooms(missing: Iterable[KeyPath]) -> Iterator[tuple[str, str, str]]:
    """The languages and voices of rooms among what is missing; rooms can do without."""
    for key in missing:
        if key[0] == "rooms" and key[2] in ("language", "voice"):
            yield "rooms", str(key[1]), str(key[2])


def starter_of(settings: Settings) -> Settings:
    """The same rooms with what every installation has: no model, no home, English, one voice."""
    plain = Settings()
    wake = settings.wake if settings.wake.folder is None else Wake(enabled=settings.wake.enabled)
    return settings.model_copy(
        update={
            "language": plain.language,
            "voice": plain.voice,
            "wake": wake,
            "ears": Ears(silence_ms=settings.ears.silence_ms, patient=settings.ears.patient),
            "mind": Mind(),
            "home": HomeSettings(),
            "rooms": {
                name: room.model_copy(update={"language": None, "voice": None})
                for name, room in settings.rooms.items()
            },
        }
    )
