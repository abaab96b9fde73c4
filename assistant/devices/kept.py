"""Keeping a sound device open: a thread that opens it again, and a watchdog that sees when it is lost."""

import asyncio
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from assistant.devices.portaudio import PORTAUDIO, Opened
from assistant.errors import AudioError

Report: TypeAlias = Callable[[AudioError | None], None]
"""Told on the event loop when the device is lost (why), and with None when it is back."""

FIRST_FRAME_S = 1.0
"""A stream without a frame for so long after opening is opened anew; a sound server needs up to 0.5 s."""
STALL_S = 0.5
"""No frame for so long in a running stream: the device is gone, whatever PortAudio says."""
URGENT = -11
"""The scheduling priority that sound servers ask for."""
RETRY_S = (0.1, 0.25, 0.5, 1.0, 1.5)


def ignore(_: AudioError | None) -> None:
    """Nobody wants to know."""


class Kept:
    """A thread that keeps a device open: opens, uses, and after a loss opens again with back-off."""

    def __init__(self, name: str, use: Callable[[], None], report: Report) -> None:
        self.stopped = threading.Event()
        self._use = use
        self._report = report
        self._loop = asyncio.get_running_loop()
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, wait_s: float) -> None:
        self.stopped.set()
        self._thread.join(wait_s)

    @property
    def lost(self) -> bool:
        """It could not be opened, or stopped, and has not worked since."""
        return self._failures > 0

    def works(self) -> None:
        """Called when the first frame of a stream went through."""
        failed, self._failures = self._failures > 0, 0
        if failed:
            PORTAUDIO.mark_sound()
            self.tell(None)

    def tell(self, error: AudioError | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(self._report, error)

    def _run(self) -> None:
        with suppress(OSError):  # where it may: sound is due on time, everything else can wait
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), URGENT)
        while not self.stopped.is_set():
            try:
                self._use()
            except AudioError as error:
                before, self._failures = self._failures, self._failures + 1
                if before == 0:
                    self.tell(error)
                PORTAUDIO.mark_stale()
                self.stopped.wait(RETRY_S[min(before, len(RETRY_S) - 1)])


class Watchdog:
    """Notices that nothing has gone through a stream for too long."""

    def __init__(self, opened: Opened) -> None:
        self._name = opened.device.name
        self._deadline = time.monotonic() + FIRST_FRAME_S
        self.seen = False

    def fed(self) -> None:
        self.seen = True
        self._deadline = time.monotonic() + STALL_S

    def check(self) -> None:
        if time.monotonic() >= self._deadline:
            raise AudioError(
                f"The sound device {self._name} has stopped. Check its plug and the sound server."
            )
