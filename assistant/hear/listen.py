"""Mic → Woken, then the utterance.

The ear takes sound from the microphone as fast as it can think; what arrives meanwhile waits in the
microphone's own queue. Inference is on one thread of the ear's own, so the loop never waits for a model; only
wake models that take 0.1 ms are run where they are.
"""

import asyncio
import os
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from functools import partial
from typing import TypeVar

from assistant.hear.cascade import Cascade
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.hearing import Hearing
from assistant.messages import AudioChunk, EarEvent, EndReason
from assistant.ports import Mic, VadEngine

SILENT_MIC_S = 0.5
"""A microphone in use that gives nothing for this long is gone; only its clock can tell."""

URGENT = -8
"""The ear's scheduling priority: after the sound devices, before the engines."""

_T = TypeVar("_T")


class Ear:
    """The ear of one room. `own_voice()` is true while the house itself can be heard."""

    def __init__(
        self,
        mic: Mic,
        cascade: Cascade | None,
        vad: VadEngine,
        endpoint: EndpointSettings,
        *,
        own_voice: Callable[[], bool] = lambda: False,
        silent_mic_s: float | None = SILENT_MIC_S,
    ) -> None:
        """`silent_mic_s`: None where the microphone is a recording, which cannot be lost."""
        self.wakes = cascade is not None
        """It waits for a wake word."""
        self._mic = mic
        self._hearing = Hearing(cascade, vad, endpoint)
        self._own_voice = own_voice
        self._silent_mic_s = silent_mic_s
        self._requests: deque[Callable[[], None]] = deque()
        self._open = asyncio.Event()
        self._open.set()
        self._shut = asyncio.Event()
        self._closed = asyncio.Event()
        self._closed.set()
        self._over = False
        """The microphone has ended."""

    def ignore(self, own_words: Callable[[], bool]) -> None:
        """A wake word wakes nobody where `own_words()` says, on the ear's thread, that the house said it."""
        self._hearing.own_words = own_words

    @property
    def muted(self) -> bool:
        """Muted: the microphone is closed, and stays closed until unmuted."""
        return self._shut.is_set()

    @muted.setter
    def muted(self, muted: bool) -> None:
        now, before = (self._shut, self._open) if muted else (self._open, self._shut)
        before.clear()
        now.set()
        if muted:
            self._requests.clear()  # nothing asked of a closed ear may open it later

    @property
    def closed(self) -> bool:
        """The device is let go of: muting asks for it, and it takes a moment."""
        return self._closed.is_set()

    async def wait_closed(self) -> None:
        """Until the device is let go of."""
        await self._closed.wait()

    @property
    def can_expect(self) -> bool:
        """It can hear an answer without the wake word."""
        return True

    def expect_answer(self, wait_s: float = 6.0) -> None:
        """The next speech within `wait_s` of sound is an utterance without the wake word; if none comes,
        SpeechEnded(NO_SPEECH). Nothing happens while muted."""
        if not self.muted:
            self._requests.append(partial(self._hearing.speech.expect, round(wait_s * 1000)))

    def listen_aside(self, wait_s: float) -> None:
        """Speech that begins within `wait_s` of sound is an utterance `aside`; the wake word still counts.

        When none begins no event tells of it. Nothing happens while muted, or where no wake word is needed.
        """
        if not self.muted:
            self._requests.append(partial(self._hearing.speech.listen_aside, round(wait_s * 1000)))

    def stop_expecting(self) -> None:
        """Take `expect_answer` or `listen_aside` back, unless speech has begun; no event follows."""
        self._requests.append(self._hearing.speech.stop_expecting)

    def end_after(self, silence_ms: int, pause: int) -> None:
        """End the running utterance once this pause of it (`SpeechPaused.pause`) has lasted `silence_ms`.

        Void when speech has gone on since; after it, the usual silence counts again.
        """
        self._requests.append(partial(self._hearing.speech.end_after, silence_ms, pause))

    async def events(self) -> AsyncGenerator[EarEvent, None]:
        """WakeSensed → WakeDismissed, or Woken → SpeechStarted? and SpeechChunks → SpeechEnded; for ever.

        Within speech, SpeechPaused → SpeechResumed or SpeechEnded.

        Ends when the microphone does. For one reader.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="ear", initializer=_go_first) as thread:
            while True:
                await self._open.wait()
                self._closed.clear()
                try:
                    async with aclosing(self._heard(thread)) as heard:
                        async for event in heard:
                            yield event
                finally:
                    self._closed.set()
                if self._over:
                    return

    async def _heard(self, thread: ThreadPoolExecutor) -> AsyncGenerator[EarEvent, None]:
        """From opening the microphone until it ends or is muted."""
        async with aclosing(self._mic.chunks()) as chunks, aclosing(self._watched(chunks)) as watched:
            async for chunk in watched:
                if isinstance(chunk, EndReason):
                    self._over = chunk is EndReason.SILENCE
                    for event in await _on(thread, partial(self._hearing.break_off, chunk)):
                        yield event
                    continue
                self._do_as_asked()
                rests = self._hearing.rests_at(chunk)
                steps = self._hearing.take(chunk, own_voice=self._own_voice())
                if rests:
                    events = self._at_rest(steps)
                    if events is None:
                        continue
                    for event in events:
                        yield event
                    self._do_as_asked()
                while (events := await _on(thread, partial(_next_events, steps))) is not None:
                    for event in events:
                        yield event
                    self._do_as_asked()

    def _at_rest(self, steps: Iterator[Sequence[EarEvent]]) -> Sequence[EarEvent] | None:
        """The steps of a chunk as long as nothing but a quick wake word is listened for; None: all of them.

        Handing 0.1 ms of work to another thread costs four times as much.
        """
        for events in steps:
            if events or self._hearing.busy:
                return events
        return None

    def _do_as_asked(self) -> None:
        """Between two steps of the ear's thread nothing else touches what it knows."""
        while self._requests:
            self._requests.popleft()()

    async def _watched(
        self, chunks: AsyncGenerator[AudioChunk, None]
    ) -> AsyncGenerator[AudioChunk | EndReason, None]:
        """The chunks; and why there are none, where the sound stops."""
        shut = asyncio.ensure_future(self._shut.wait())
        coming = asyncio.ensure_future(anext(chunks, None))
        try:
            while True:
                limit = self._silent_mic_s if self._hearing.busy else None
                await asyncio.wait((shut, coming), timeout=limit, return_when=asyncio.FIRST_COMPLETED)
                if shut.done():
                    yield EndReason.MUTED
                    return
                if not coming.done():
                    yield EndReason.GONE
                    continue
                chunk = coming.result()
                if chunk is None:
                    yield EndReason.SILENCE
                    return
                yield chunk
                coming = asyncio.ensure_future(anext(chunks, None))
        finally:
            for waiting in (shut, coming):
                waiting.cancel()
            await asyncio.wait((shut, coming))


def _go_first() -> None:
    with suppress(OSError):  # where it may: sound that is not heard in time is lost
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), URGENT)


def _next_events(steps: Iterator[Sequence[EarEvent]]) -> Sequence[EarEvent] | None:
    """The next step with something to tell: a quiet chunk costs one hand-over between threads."""
    return next((events for events in steps if events), None)


async def _on(thread: ThreadPoolExecutor, work: Callable[[], _T]) -> _T:
    return await asyncio.get_running_loop().run_in_executor(thread, work)
