"""Sound → an utterance aside: a word for what rings, said while the wake word is waited for as well."""

from dataclasses import replace

from assistant.hear.endpoint import Endpoint, EndpointSettings
from assistant.hear.utterance import Utterance
from assistant.messages import EarEvent, EndReason
from assistant.ports import VadEngine

LONGEST_S, SILENCE_MS = 4.0, 500
"""A word for what rings is short; longer speech in the gap is talk, and the ring goes on."""


class Aside:
    """At most one at a time; it tells of nothing before a voice begins."""

    def __init__(self, vad: VadEngine, settings: EndpointSettings) -> None:
        self._vad = vad
        self._settings = replace(
            settings,
            silence_ms=min(settings.silence_ms, SILENCE_MS),
            max_utterance_s=min(settings.max_utterance_s, LONGEST_S),
        )
        self._utterance: Utterance | None = None
        self._within_ms: int | None = None

    @property
    def awaited(self) -> bool:
        """It is listened for from the next sound on, or already."""
        return self._within_ms is not None or self.listens

    @property
    def listens(self) -> bool:
        """Sound is read for it."""
        return self._utterance is not None

    @property
    def started(self) -> bool:
        """A voice has begun."""
        return self._utterance is not None and self._utterance.started

    def expect(self, wait_ms: int) -> None:
        """A voice within `wait_ms` of sound begins one."""
        self._within_ms = wait_ms

    def stop_expecting(self) -> None:
        """Don't wait for a voice that has not begun."""
        self._within_ms = None
        if not self.started:
            self._utterance = None

    def end_after(self, silence_ms: int, pause: int) -> None:
        """End it once this pause has lasted so long; void when it has gone on since, or not begun."""
        if self._utterance is not None and self._utterance.started:
            self._utterance.end_after(silence_ms, pause)

    def take(self, piece: bytes, at_sample: int, *, strict: bool) -> list[EarEvent]:
        """The next sound, which starts at `at_sample`."""
        if self._utterance is None and self._within_ms is not None:
            endpoint = Endpoint(self._settings, no_speech_ms=self._within_ms)
            self._within_ms = None
            self._utterance = Utterance(self._vad, endpoint, at_sample, None, aside=True)
        utterance = self._utterance
        if utterance is None:
            return []
        events: list[EarEvent] = [*utterance.take(piece, strict=strict)]
        if utterance.ended:
            self._utterance = None
        return events if utterance.started else []

    def close(self, reason: EndReason) -> list[EarEvent]:
        """End what has begun, and wait for nothing."""
        ended: list[EarEvent] = []
        if self._utterance is not None and self._utterance.started:
            ended.append(self._utterance.close(reason))
        self.forget()
        return ended

    def forget(self) -> None:
        """Neither an utterance nor a wait for one."""
        self._utterance = self._within_ms = None

    def restart(self) -> None:
        """The sound before is lost: no utterance, but one may still begin."""
        self._utterance = None
