"""A satellite's LED: what it does, seen. Linux's LED class, a file each; no package is needed."""

import asyncio
import math
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

from assistant.errors import SettingsError

LEDS: Final = Path("/sys/class/leds")
STEP_S: Final = 0.05
"""How often it is looked what to show: "at once" for the eye."""


class Shown(StrEnum):
    """What a satellite is doing."""

    IDLE = "idle"
    LISTENING = "listening"
    SPEAKING = "speaking"
    RINGING = "ringing"
    MUTED = "muted"
    NO_HUB = "no hub"


def brightness(shown: Shown, now_s: float) -> float:
    """0 to 1: off while idle, on while it listens, breathing while it speaks, blinking while it rings.

    Muted it flashes every 3 s, without a hub twice every 3 s.
    """
    match shown:
        case Shown.IDLE:
            return 0.0
        case Shown.LISTENING:
            return 1.0
        case Shown.SPEAKING:
            return 0.55 + 0.45 * math.sin(2 * math.pi * now_s)
        case Shown.RINGING:
            return 1.0 if now_s % 0.4 < 0.2 else 0.0
        case Shown.MUTED:
            return 1.0 if now_s % 3.0 < 0.1 else 0.0
        case Shown.NO_HUB:
            return 1.0 if now_s % 3.0 < 0.1 or 0.3 <= now_s % 3.0 < 0.4 else 0.0


class Light:
    """One LED by its name under /sys/class/leds."""

    def __init__(self, name: str, leds: Path = LEDS) -> None:
        """Takes it over from whatever drives it. SettingsError says what to do."""
        folder = leds / name
        if "/" in name or not folder.is_dir():
            there = ", ".join(sorted(each.name for each in leds.iterdir())) if leds.is_dir() else ""
            raise SettingsError(f'there is no LED called "{name}"; this board has: {there or "none"}')
        self._file = folder / "brightness"
        try:
            self._most = max(1, int((folder / "max_brightness").read_text()))
            with suppress(FileNotFoundError):
                (folder / "trigger").write_text("none")
            self._file.write_text("0")
        except (OSError, ValueError) as error:
            raise SettingsError(
                f'the LED "{name}" may not be used ({error}); let this user write {folder}/brightness and '
                f"{folder}/trigger, for instance with a udev rule"
            ) from error
        self._shown = 0

    def show(self, level: float) -> None:
        """0 to 1. An LED that is gone is not missed."""
        value = round(level * self._most)
        if value != self._shown:
            self._shown = value
            with suppress(OSError):
                self._file.write_text(str(value))


async def follow(light: Light, shown: Callable[[], Shown], clock: Callable[[], float]) -> None:
    """Show it until cancelled; then dark."""
    try:
        while True:
            light.show(brightness(shown(), clock()))
            await asyncio.sleep(STEP_S)
    finally:
        light.show(0.0)
