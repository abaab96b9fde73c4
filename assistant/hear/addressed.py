"""Sound → an utterance to the house: after a wake word, or awaited without one."""

from dataclasses import replace

from assistant.hear.endpoint import FRAME_SAMPLES, Endpoint, EndpointSettings
from assistant.hear.pauses import Pauses
from assistant.hear.utterance import Utterance
from assistant.messages import EarEvent, EndReason, SpeechResumed
from assistant.ports import VadEngine


class Addressed:
    """At most one at a time."""

    def __init__(self, vad: VadEngine, settings: EndpointSettings, *, at_any_time: bool) -> None:
        """`at_any_time`: any voice, without a wake word; an utterance not begun is then mere listening."""
        self._vad = vad
        self._settings = settings
        self._at_any_time = at_any_time
        self._pauses = Pauses()
        self._utterance: Utterance | None = None
        self._within_ms: int | None = None

    @property
    def listens(self) -> bool:
        """Sound is read for it."""
        return self._utterance is not None

    @property
    def busy(self) -> bool:
        """Something has been said, or is waited for in particular."""
        return self._utterance is not None and (self._utterance.started or not self._at_any_time)

    @property
    def awaited(self) -> bool:
        """The next voice needs no wake word."""
        return self._at_any_time or self._within_ms is not None

    def expect(self, wait_ms: int) -> None:
        """The next voice within `wait_ms` of sound needs no wake word. Not within an utterance."""
        if self._utterance is None:
            self._within_ms = wait_ms

    def stop_expecting(self) -> None:
        """Don't wait any more for a voice that has not begun; after a wake word it still is waited for."""
        self._within_ms = None
        waiting = self._utterance
        if waiting is not None and waiting.unannounced and not waiting.started:
            self._utterance = None

    def end_after(self, silence_ms: int, pause: int) -> None:
        """End it once this pause has lasted so long; void when it has gone on since, or not begun."""
        if self._utterance is not None and self._utterance.started:
            self._utterance.end_after(silence_ms, pause)

    def open(self, start: int) -> None:
        """Read the sound from `start` on for the awaited one."""
        wait_ms, self._within_ms = self._within_ms, None
        self._utterance = Utterance(
            self._vad, Endpoint(_patient(self._settings, self._pauses), no_speech_ms=wait_ms), start, None
        )

    def open_after(self, wake_end: int, start: int, sound: bytes) -> list[EarEvent]:
        """A wake word ended at `wake_end`; `sound`: all from `start` to now."""
        self._within_ms = None
        tail = max(0, wake_end - start) // FRAME_SAMPLES
        settings = _patient(self._settings, self._pauses)
        endpoint = Endpoint(settings, tail_frames=tail, no_speech_ms=settings.no_speech_ms)
        self._utterance = Utterance(self._vad, endpoint, start, wake_end)
        return [*self._utterance.take(sound)]

    def take(self, piece: bytes, *, strict: bool) -> list[EarEvent]:
        """The next sound; only while it listens."""
        assert self._utterance is not None
        events: list[EarEvent] = [*self._utterance.take(piece, strict=strict)]
        for event in events:
            if isinstance(event, SpeechResumed):
                self._pauses.heard(event.pause_ms)
        if self._utterance.ended:
            self._utterance = None
        return events

    def close(self, reason: EndReason) -> list[EarEvent]:
        """End what has begun, and wait for nothing. SILENCE before any voice is told as GONE."""
        busy, utterance, self._utterance = self.busy, self._utterance, None
        self._within_ms = None
        if utterance is None or not busy:
            return []
        silent = reason is EndReason.SILENCE and not utterance.started
        return [utterance.close(EndReason.GONE if silent else reason)]

    def restart(self) -> None:
        """The sound before is lost: no utterance, but one may still begin."""
        self._utterance = None


def _patient(settings: EndpointSettings, pauses: Pauses) -> EndpointSettings:
    return replace(settings, silence_ms=pauses.silence_ms(settings.silence_ms))
