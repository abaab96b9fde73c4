"""What the house has said of itself, so that it says it once and not after every start."""

import asyncio
import hashlib
from pathlib import Path
from typing import Final

from assistant import paths
from assistant.house.house import House
from assistant.house.telling import tell_when_awake
from assistant.upkeep.on_disk import write_whole

MISTAKES: Final = "told-mistakes"
"""Forgotten as soon as the settings are good again."""
LEARNED: Final = "told-learned"
MOST: Final = 50


class Told:
    """Digests of what was said, a line each, in a file of their own; a file that is lost only repeats."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def already(self, text: str) -> bool:
        """Whether it was kept."""
        return _digest(text) in self._lines()

    def keep(self, text: str) -> None:
        """It has been said; where the disk refuses, it is said again after the next start."""
        lines = [*self._lines(), _digest(text)][-MOST:]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(self._file, "".join(f"{line}\n" for line in lines).encode())
        except OSError:
            return

    def forget(self) -> None:
        """Everything may be said anew."""
        self._file.unlink(missing_ok=True)

    def _lines(self) -> list[str]:
        try:
            return self._file.read_text("ascii", "replace").split()
        except OSError:
            return []


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def say_once(words: str, house: House, kept_in: str) -> None:
    """In the rooms that want no quiet, unless it was said after an earlier start; ends when it was."""
    told = Told(paths.data_folder() / kept_in)
    if await asyncio.to_thread(told.already, words):
        return
    if await tell_when_awake(words, house.rooms, house.desk.schedule.clocks):
        await asyncio.to_thread(told.keep, words)
