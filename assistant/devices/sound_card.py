"""Sound card → AudioChunk, and the speaker's samples → sound card.

PortAudio's callbacks need memory that is written and executed, which a hardened service forbids, and its
blocking calls hang for ever on a suspended source. So a thread asks how much is available, and a watchdog
sees every way in which a device may die: unplugged, suspended, its server killed.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

import numpy as np

from assistant.devices.kept import Kept, Report, Watchdog, ignore
from assistant.devices.portaudio import PORTAUDIO, Opened
from assistant.errors import AudioError
from assistant.messages import EAR_RATE_HZ, AudioChunk
from assistant.pcm import Resampler, samples
from assistant.ports import Samples

POLL_S = 0.004
DEAD_SILENCE_S = 10.0
"""Exact zeros for so long mean a muted or broken microphone; a real one has noise."""
QUEUE_S = 2.0
MIC_LATENCY_S, OUT_LATENCY_S = 0.04, 0.08
MIC_PATIENCE_S, OUT_PATIENCE_S = 30.0, 5.0
"""A working stream gives way to a new start that the other one needs, but not more often than this."""


class SoundCardMic:
    """A microphone by name, index or (None) default. Closing the generator of `chunks` closes the device.

    The first opening fails with AudioError when there is no such device; later losses are mended, reported,
    and leave a gap in `at_sample`. When nobody reads, the oldest of more than 2 s is dropped and counted.
    """

    def __init__(
        self, device: str | int | None = None, *, report: Report = ignore, waits: bool = False
    ) -> None:
        """`waits`: one that is not there yet is waited for, and reported."""
        self.dropped = 0
        """Samples dropped because nobody read them."""
        self.echo_cancelled = False
        """The sound server already takes our own sound out."""
        self.overheard: set[Callable[[AudioChunk], None]] = set()
        """Who else is shown each chunk as it is read; on the event loop, and at once done with it."""
        self._device = device
        self._report = report
        self._waits = waits

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """20 ms of mono 16 kHz sound each."""
        if not self._waits:
            await asyncio.to_thread(PORTAUDIO.find, self._device, "input")
        capture = _Capture(self._device, self._report)
        capture.kept.start()
        try:
            while True:
                await capture.ready.wait()
                capture.ready.clear()
                while capture.queue:
                    chunk = capture.queue.popleft()
                    for show in tuple(self.overheard):
                        show(chunk)
                    yield chunk
                self.dropped, self.echo_cancelled = capture.dropped, capture.echo_cancelled
        finally:
            await asyncio.to_thread(capture.kept.stop, 1.0)


class _Capture:
    """One opening of the microphone: its thread's side."""

    def __init__(self, device: str | int | None, report: Report) -> None:
        self.kept = Kept("microphone", self._use, report)
        self.queue: deque[AudioChunk] = deque(maxlen=round(QUEUE_S * 50))
        self.ready = asyncio.Event()
        self.dropped = 0
        self.echo_cancelled = False
        self._device = device
        self._loop = asyncio.get_running_loop()
        self._position = 0
        self._zero_samples = 0
        self._opened_at: float | None = None

    def _use(self) -> None:
        opened = PORTAUDIO.open("input", self._device, EAR_RATE_HZ, MIC_LATENCY_S)
        self.echo_cancelled = opened.echo_cancelled
        try:
            self._read(opened)
        except PORTAUDIO.errors() as error:
            raise AudioError(f"The microphone {opened.device.name} is gone: {error}") from error
        finally:
            PORTAUDIO.close(opened)

    def _read(self, opened: Opened) -> None:
        watchdog = Watchdog(opened)
        to_ear = Resampler(opened.rate_hz, EAR_RATE_HZ)
        block = opened.rate_hz // 50
        while not self.kept.stopped.is_set() and not PORTAUDIO.wants_release(opened, MIC_PATIENCE_S):
            if opened.stream.read_available < block:
                watchdog.check()
                self.kept.stopped.wait(POLL_S)
                continue
            raw, overflowed = opened.stream.read(block)
            if not watchdog.seen or overflowed:
                self._catch_up()
                self.kept.works()
            watchdog.fed()
            self._deliver(to_ear(_mono(bytes(raw), opened.channels)))

    def _catch_up(self) -> None:
        """Sound was lost: the position goes on with the clock, so that the gap shows."""
        now = time.monotonic()
        if self._opened_at is None:
            self._opened_at = now
        self._position = max(self._position, round((now - self._opened_at) * EAR_RATE_HZ))

    def _deliver(self, x: Samples) -> None:
        if len(self.queue) == self.queue.maxlen:
            self.dropped += len(self.queue[0].pcm) // 2
        self.queue.append(AudioChunk(x.astype("<i2").tobytes(), self._position))
        self._position += len(x)
        silent_before = self._zero_samples
        self._zero_samples = 0 if x.any() else silent_before + len(x)
        if silent_before < DEAD_SILENCE_S * EAR_RATE_HZ <= self._zero_samples:
            self.kept.tell(AudioError("The microphone gives only digital silence. Is it muted in the mixer?"))
        with suppress(RuntimeError):  # the loop is closed: nobody reads any more
            self._loop.call_soon_threadsafe(self.ready.set)


def _mono(raw: bytes, channels: int) -> Samples:
    x = samples(raw)
    if channels == 1:
        return x
    mixed: Samples = np.rint(x.reshape(-1, channels).mean(axis=1)).astype(np.int16)
    return mixed


class SoundCardOut:
    """A loudspeaker by name, index or (None) default. While it is lost nothing is pulled: sound waits."""

    def __init__(
        self,
        device: str | int | None = None,
        *,
        rate_hz: int = 48_000,
        report: Report = ignore,
        waits: bool = False,
    ) -> None:
        """`waits`: one that is not there yet is waited for, and reported."""
        self.rate_hz = rate_hz
        self.latency_s = OUT_LATENCY_S
        self.underflows = 0
        """Blocks that came too late for the device."""
        self._device = device
        self._report = report
        self._waits = waits
        self._render: Callable[[int], Samples] = lambda n: np.zeros(n, dtype=np.int16)
        self._kept: Kept | None = None

    def start(self, render: Callable[[int], Samples]) -> None:
        """Pull 20 ms at a time from `render` on a thread; AudioError when there is no such device."""
        if not self._waits:
            PORTAUDIO.find(self._device, "output")
        self._render = render
        self._kept = Kept("loudspeaker", self._use, self._report)
        self._kept.start()

    @property
    def lost(self) -> bool:
        """It is not there now."""
        return self._kept is not None and self._kept.lost

    def close(self) -> None:
        """Let go of the device."""
        if self._kept is not None:
            self._kept.stop(1.0)
            self._kept = None

    def _use(self) -> None:
        opened = PORTAUDIO.open("output", self._device, self.rate_hz, OUT_LATENCY_S)
        self.latency_s = float(opened.stream.latency)
        try:
            self._write(opened, self._kept)
        except PORTAUDIO.errors() as error:
            raise AudioError(f"The loudspeaker {opened.device.name} is gone: {error}") from error
        finally:
            PORTAUDIO.close(opened)

    def _write(self, opened: Opened, kept: Kept | None) -> None:
        watchdog = Watchdog(opened)
        to_device = Resampler(self.rate_hz, opened.rate_hz)
        block, waiting, quiet = self.rate_hz // 50, b"", True
        while kept is not None and not kept.stopped.is_set():
            if quiet and PORTAUDIO.wants_release(opened, OUT_PATIENCE_S):
                return
            if not waiting:
                x = self._render(block)
                quiet = not x.any()
                waiting = np.repeat(to_device(x), opened.channels).astype("<i2").tobytes()
            if opened.stream.write_available * opened.channels * 2 < len(waiting):
                watchdog.check()
                kept.stopped.wait(POLL_S)
                continue
            self.underflows += bool(opened.stream.write(waiting))
            waiting = b""
            if not watchdog.seen:
                kept.works()
            watchdog.fed()
