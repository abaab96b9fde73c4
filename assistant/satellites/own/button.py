"""A satellite's button: an input device of Linux (GPIO keys, a USB button), read without any package."""

import asyncio
import os
import struct
from collections.abc import AsyncGenerator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

from assistant.errors import SettingsError

EVENT: Final = struct.Struct("llHHi")
"""`struct input_event`: seconds, microseconds, type, code, value; its size is this machine's own."""
KEY: Final = 1
LONG_S: Final = 1.0
AGAIN_S: Final = 5.0
"""A button that was unplugged is looked for so often."""


class Press(StrEnum):
    """How it was pressed."""

    SHORT = "short"
    LONG = "long"


class Presses:
    """Events of one device → presses, told when the button is let go. Any of its keys counts."""

    def __init__(self) -> None:
        self._rest = b""
        self._down: dict[int, float] = {}

    def feed(self, data: bytes) -> list[Press]:
        """What was read next, of any length."""
        whole = self._rest + data
        end = len(whole) - len(whole) % EVENT.size
        self._rest = whole[end:]
        found = []
        for seconds, micros, kind, code, value in EVENT.iter_unpack(whole[:end]):
            at_s = seconds + micros / 1e6
            if kind == KEY and value == 1:
                self._down[code] = at_s
            elif kind == KEY and value == 0 and (since_s := self._down.pop(code, None)) is not None:
                found.append(Press.LONG if at_s - since_s >= LONG_S else Press.SHORT)
        return found


def open_button(path: Path) -> int:
    """Its file descriptor. SettingsError says what to do."""
    try:
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        folder = Path("/dev/input/by-path")
        there = ", ".join(sorted(each.name for each in folder.iterdir())) if folder.is_dir() else ""
        raise SettingsError(
            f"there is no button at {path}; in {folder} there is: {there or 'nothing'}"
        ) from error
    except OSError as error:
        raise SettingsError(
            f"the button {path} may not be read ({error.strerror}); add this user to the group input: "
            "sudo usermod -aG input USER"
        ) from error


async def presses(path: Path) -> AsyncGenerator[Press, None]:
    """For ever; one that is unplugged is taken back when it returns. SettingsError at the first opening."""
    button = open_button(path)
    while True:
        try:
            async for press in _until_gone(button):
                yield press
        finally:
            os.close(button)
        while True:
            await asyncio.sleep(AGAIN_S)
            with suppress(SettingsError):
                button = open_button(path)
                break


async def _until_gone(button: int) -> AsyncGenerator[Press, None]:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    found = Presses()
    loop.add_reader(button, ready.set)
    try:
        while True:
            await ready.wait()
            ready.clear()
            try:
                data = os.read(button, 64 * EVENT.size)
            except BlockingIOError:
                continue
            except OSError:
                return
            if not data:
                return
            for press in found.feed(data):
                yield press
    finally:
        loop.remove_reader(button)
