"""Sound after the wake word → SpeechStarted, SpeechChunk…, pauses, SpeechEnded."""

from collections import deque

from assistant.hear.endpoint import FRAME_SAMPLES, Endpoint, Heard
from assistant.messages import (
    EndReason,
    SpeechChunk,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
)
from assistant.ports import VadEngine

SpeechEvent = SpeechStarted | SpeechChunk | SpeechPaused | SpeechResumed | SpeechEnded

LEAD_FRAMES = 10
"""320 ms kept before a voice that no wake word announced: a soft start is not cut."""


class Utterance:
    """One utterance, from the sample `start` on, in frames of 512 samples.

    After a wake word every frame is handed on; those of a voice that may still be the wake word's own wait
    until that is clear. Without one (`wake_end` None) only the frames around the voice are.
    """

    def __init__(
        self, vad: VadEngine, endpoint: Endpoint, start: int, wake_end: int | None, *, aside: bool = False
    ) -> None:
        self._aside = aside
        self._vad = vad
        self._endpoint = endpoint
        self.start = start
        self._wake_end = wake_end
        self._at = start
        self._voice_end = start if wake_end is None else wake_end
        self._rest = b""
        self._held: deque[SpeechChunk] = deque()
        self.ended = False
        vad.reset()

    @property
    def started(self) -> bool:
        """Voice was found."""
        return self._endpoint.started

    @property
    def unannounced(self) -> bool:
        """No wake word went before it."""
        return self._wake_end is None

    def take(self, pcm: bytes, *, strict: bool = False) -> list[SpeechEvent]:
        """The next sound, any length; after SpeechEnded nothing more is taken."""
        sound = self._rest + pcm
        step = 2 * FRAME_SAMPLES
        events: list[SpeechEvent] = []
        at = 0
        while not self.ended and at + step <= len(sound):
            events += self._frame(sound[at : at + step], strict)
            at += step
        self._rest = sound[at:]
        return events

    def end_after(self, silence_ms: int, pause: int) -> None:
        """End it once this pause has lasted so long; void when speech has gone on since."""
        self._endpoint.end_after(silence_ms, pause)

    def close(self, reason: EndReason) -> SpeechEnded:
        """End it here."""
        self.ended = True
        return SpeechEnded(reason, self._voice_end, self._endpoint.silence_ms)

    def _frame(self, pcm: bytes, strict: bool) -> list[SpeechEvent]:
        was_started = self.started
        silent_ms = self._endpoint.silence_ms
        heard = self._endpoint.hear(self._vad.process(pcm)[0], strict=strict)
        chunk = SpeechChunk(pcm, self._at, heard.voiced, heard.paused and heard.ended is None)
        self._at += FRAME_SAMPLES
        events: list[SpeechEvent] = []
        if was_started or heard.started:
            self._voice_end = self._at if heard.voiced else self._voice_end
            if heard.resumed:
                events.append(SpeechResumed(chunk.at_sample, silent_ms))
            events += [chunk] if was_started else self._start(chunk)
            if chunk.paused:
                events.append(SpeechPaused(self._voice_end, self._endpoint.pauses))
        else:
            events = self._wait(chunk, heard)
        return events if heard.ended is None else [*events, self.close(heard.ended)]

    def _start(self, chunk: SpeechChunk) -> list[SpeechEvent]:
        """What was held is the start of the utterance, but for the wake word's own voice."""
        voice_start = self._at - self._endpoint.run_frames * FRAME_SAMPLES
        begins = max(voice_start, self._wake_end or 0)
        held = [
            SpeechChunk(waiting.pcm, waiting.at_sample, waiting.voiced and waiting.at_sample >= begins)
            for waiting in self._held
        ]
        self._held.clear()
        return [SpeechStarted(begins, self._aside), *held, chunk]

    def _wait(self, chunk: SpeechChunk, heard: Heard) -> list[SpeechEvent]:
        self._held.append(chunk)
        if heard.voiced:
            return []
        if self._wake_end is None:
            while len(self._held) > LEAD_FRAMES:
                self._held.popleft()
            return []
        passed: list[SpeechEvent] = [SpeechChunk(held.pcm, held.at_sample, False) for held in self._held]
        self._held.clear()
        return passed
