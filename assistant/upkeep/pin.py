"""The owner's PIN: kept as a salted scrypt hash alone, tried ever more slowly."""

import asyncio
import hashlib
import hmac
import json
import math
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import AssistantError, DiskError
from assistant.settings import load_settings
from assistant.upkeep.on_disk import write_whole

FILE: Final = "pin.json"
FEWEST_DIGITS: Final = 6
MOST_DIGITS: Final = 12
FREE_TRIES: Final = 2
"""Wrong PINs without a wait after them; each further one doubles it."""
LONGEST_WAIT_S: Final = 3600.0
COST, BLOCK, LANES = 2**15, 8, 1
"""scrypt: 32 MiB and some 0.1 s a try."""


class PinError(AssistantError):
    """The PIN was refused; the message says why and what to do."""


class _Kept(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid")

    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    wrong: Annotated[int, Field(ge=0)] = 0
    """Wrong PINs since the last right one; kept, so that a restart forgives none."""


class Pin:
    """The PIN in `folder`. `clock()`: seconds that never go back."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self._file = folder / FILE
        self._clock = clock
        self._alone = asyncio.Lock()
        self._not_before_s = 0.0
        with suppress(PinError):
            if (kept := self._read()) is not None:
                self._not_before_s = clock() + _wait_s(kept.wrong)

    def is_set(self) -> bool:
        """Whether there is one. A damaged file counts as one that nothing opens."""
        return self._file.exists()

    async def check(self, pin: str) -> None:
        """PinError unless it is the right one. Each wrong one makes the next try wait longer."""
        async with self._alone:
            kept = await asyncio.to_thread(self._read)
            if kept is None:
                raise PinError("no PIN is set; set one under Security")
            wait_s = self._not_before_s - self._clock()
            if wait_s > 0:
                raise PinError(f"too many wrong PINs; try again in {told(wait_s)}")
            # Counted before it is looked at: pulling the plug in between is no way to a free try.
            await asyncio.to_thread(self._write, kept.model_copy(update={"wrong": kept.wrong + 1}))
            found = await asyncio.to_thread(_hash, pin, kept.salt)
            if not hmac.compare_digest(found, kept.digest):
                wait_s = _wait_s(kept.wrong + 1)
                self._not_before_s = self._clock() + wait_s
                after = f"; the next try in {told(wait_s)}" if wait_s else ""
                raise PinError(f"that is not the PIN{after}")
            await asyncio.to_thread(self._write, kept.model_copy(update={"wrong": 0}))

    async def put(self, pin: str, before: str | None) -> None:
        """Set it, or change it by the one before. PinError: the old one stays."""
        check_form(pin)
        if self.is_set():
            await self.check(before or "")
        salt = secrets.token_hex(16)
        digest = await asyncio.to_thread(_hash, pin, salt)
        async with self._alone:
            await asyncio.to_thread(self._write, _Kept(salt=salt, digest=digest))

    async def remove(self, pin: str) -> None:
        """Take it away, by itself; rooms do without locks and garage doors again."""
        await self.check(pin)
        await asyncio.to_thread(self.forget)

    def forget(self) -> bool:
        """Take it away without asking, as someone at the box itself may; whether there was one."""
        there = self.is_set()
        self._file.unlink(missing_ok=True)
        self._not_before_s = 0.0
        return there

    def _read(self) -> _Kept | None:
        try:
            return _Kept.model_validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            fix = "take it away on the box: assistant page --forget-pin"
            raise PinError(f"{self._file} cannot be read; {fix}") from error

    def _write(self, kept: _Kept) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, json.dumps(kept.model_dump()).encode())
        except OSError as error:
            raise DiskError(f"{self._file}: cannot be written ({error.strerror})") from error


def forget(settings: Path | None, out: Callable[[str], None]) -> int:
    """Take the PIN away for who forgot it: whoever may write in the data folder may do that."""
    there = Pin(load_settings(settings).data_folder).forget()
    out("the PIN is gone; set a new one on the page" if there else "no PIN was set")
    return 0


def check_form(pin: str) -> None:
    """PinError for one that is no PIN or that anybody would try first."""
    if not (pin.isascii() and pin.isdecimal() and FEWEST_DIGITS <= len(pin) <= MOST_DIGITS):
        raise PinError(f"a PIN has {FEWEST_DIGITS} to {MOST_DIGITS} digits and nothing else")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        raise PinError("anybody would try that one first; choose another")


def told(seconds: float) -> str:
    """`40 seconds`, `3 minutes`."""
    whole = math.ceil(seconds)
    count, unit = (whole, "second") if whole < 120 else (math.ceil(whole / 60), "minute")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _wait_s(wrong: int) -> float:
    return 0.0 if wrong <= FREE_TRIES else min(LONGEST_WAIT_S, 2.0 ** min(wrong, 20))


def _hash(pin: str, salt: str) -> str:
    most = 2 * 128 * COST * BLOCK
    made = hashlib.scrypt(
        pin.encode(), salt=bytes.fromhex(salt), n=COST, r=BLOCK, p=LANES, maxmem=most, dklen=32
    )
    return made.hex()
