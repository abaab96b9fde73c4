"""AudioChunk → EarEvents: wake, then the utterance. Synchronous; runs on the ear's thread."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from assistant.hear.cascade import PRE_ROLL_SAMPLES, Cascade, Finding, Sensed, Verdict
from assistant.hear.endpoint import FRAME_SAMPLES, Endpoint, EndpointSettings
from assistant.hear.pauses import Pauses
from assistant.hear.ring import Ring, word_sound
from assistant.hear.utterance import Utterance
from assistant.messages import (
    EAR_RATE_HZ,
    AudioChunk,
    EarEvent,
    EndReason,
    SpeechResumed,
    WakeDismissed,
    WakeSensed,
    Woken,
)
from assistant.ports import VadEngine

BEFORE_SAMPLES = EAR_RATE_HZ // 5
"""Sound kept before the estimated end of the wake word: the estimate errs by up to this."""
_KEEP_SAMPLES = 6 * EAR_RATE_HZ
_FILL_SAMPLES = 2 * EAR_RATE_HZ
"""A gap up to this is filled with silence; after a longer one, everything starts anew."""
_ASIDE_S, _ASIDE_SILENCE_MS = 4.0, 500
"""A word for what rings is short; longer speech in the gap is talk, and the ring goes on."""


class Hearing:
    """What one ear knows of its stream of sound."""

    def __init__(self, cascade: Cascade | None, vad: VadEngine, endpoint: EndpointSettings) -> None:
        self._cascade = cascade
        self._vad = vad
        self._settings = endpoint
        self._pauses = Pauses()
        self._ring = Ring(_KEEP_SAMPLES)
        self._utterance: Utterance | None = None
        self._answer_within_ms: int | None = None
        self._aside: Utterance | None = None
        self._aside_within_ms: int | None = None
        self.own_words: Callable[[], bool] = lambda: False
        """Whether the house itself has just said its wake word; asked when it was heard."""

    @property
    def busy(self) -> bool:
        """A wake word is being confirmed, or an utterance or an answer waited for."""
        beside = self._aside is not None and self._aside.started
        return self._looking or beside or (self._utterance is not None and not self._idles(self._utterance))

    def rests_at(self, chunk: AudioChunk) -> bool:
        """Nothing is done with this chunk but to listen for a wake word, by models that are quick."""
        awaited = self._answer_within_ms is not None or self._aside_within_ms is not None
        open_ = self._utterance is not None or self._aside is not None or self._looking
        quick = self._cascade is not None and self._cascade.quick
        return quick and not awaited and not open_ and chunk.at_sample == self._ring.end

    def expect(self, wait_ms: int) -> None:
        """The next voice within `wait_ms` of sound needs no wake word. Not within an utterance."""
        self.stop_expecting()
        if self._utterance is None and self._aside is None:
            self._answer_within_ms = wait_ms

    def listen_aside(self, wait_ms: int) -> None:
        """A voice within `wait_ms` of sound is an utterance beside the wait for the wake word."""
        self.stop_expecting()
        if self._utterance is None and self._aside is None and self._cascade is not None:
            self._aside_within_ms = wait_ms

    def stop_expecting(self) -> None:
        """Don't wait any more for a voice that has not begun; no event tells of it."""
        self._answer_within_ms = self._aside_within_ms = None
        if self._aside is not None and not self._aside.started:
            self._aside = None
        waiting = self._utterance
        if waiting is not None and waiting.unannounced and not waiting.started:
            self._utterance = None

    def end_after(self, silence_ms: int, pause: int) -> None:
        """End the running utterance once this pause has lasted so long; void when it has gone on since."""
        for running in (self._utterance, self._aside):
            if running is not None and running.started:
                running.end_after(silence_ms, pause)

    def take(self, chunk: AudioChunk, *, own_voice: bool) -> Iterator[list[EarEvent]]:
        """The next sound. The events of each step are to go out before the next step is asked for."""
        yield self._meet_gap(chunk)
        step = 2 * FRAME_SAMPLES
        for at in range(0, len(chunk.pcm), step):
            piece = chunk.pcm[at : at + step]
            self._ring.add(piece)
            looked = self._looking
            yield self._piece(piece, own_voice)
            if self._looking and not looked:
                yield self._look_back(own_voice)

    def break_off(self, reason: EndReason) -> list[EarEvent]:
        """The sound stopped: close what is open and forget what was heard."""
        events: list[EarEvent] = []
        if self._cascade is not None and self._cascade.looking:
            events += self._found(self._cascade.dismiss())
        utterance, self._utterance = self._utterance, None
        if utterance is not None and not self._idles(utterance):
            silent = reason is EndReason.SILENCE and not utterance.started
            events.append(utterance.close(EndReason.GONE if silent else reason))
        if self._aside is not None and self._aside.started:
            events.append(self._aside.close(reason))
        self._answer_within_ms = self._aside_within_ms = None
        self._restart(self._ring.end)
        return events

    def _piece(self, piece: bytes, own_voice: bool) -> list[EarEvent]:
        if self._utterance is None and not self._looking and self._unannounced():
            self._open(self._ring.end - len(piece) // 2, None)
        if self._utterance is not None:
            return self._speech(self._utterance, piece, own_voice)
        cascade = self._cascade
        assert cascade is not None
        events = self._beside(piece, own_voice)
        if cascade.looking:
            return events + self._found(cascade.look_on(piece, self._ring.end, own_voice=own_voice))
        return events + self._found(cascade.listen(piece, self._ring.end))

    def _beside(self, piece: bytes, own_voice: bool) -> list[EarEvent]:
        """What is said in a gap, while the wake word is listened for."""
        if self._aside is None and self._aside_within_ms is not None:
            wait_ms, self._aside_within_ms = self._aside_within_ms, None
            brief = replace(
                self._settings,
                silence_ms=min(self._settings.silence_ms, _ASIDE_SILENCE_MS),
                max_utterance_s=min(self._settings.max_utterance_s, _ASIDE_S),
            )
            start = self._ring.end - len(piece) // 2
            self._aside = Utterance(self._vad, Endpoint(brief, no_speech_ms=wait_ms), start, None, aside=True)
        aside = self._aside
        if aside is None:
            return []
        events: list[EarEvent] = [*aside.take(piece, strict=own_voice)]
        if aside.ended:
            self._aside = None
        return events if aside.started else []

    @property
    def _looking(self) -> bool:
        return self._cascade is not None and self._cascade.looking

    def _look_back(self, own_voice: bool) -> list[EarEvent]:
        """Ask the second model about the sound up to now."""
        assert self._cascade is not None
        pre_roll = self._ring.sound(self._ring.end - PRE_ROLL_SAMPLES)
        return self._found(self._cascade.look_back(pre_roll, own_voice=own_voice))

    def _found(self, findings: list[Finding]) -> list[EarEvent]:
        events: list[EarEvent] = []
        for found in findings:
            if isinstance(found, Sensed):
                events.append(WakeSensed(found.word, found.score, found.end_sample))
            elif found.woken and not self.own_words():
                events += self._woken(found)
            else:
                events.append(WakeDismissed(found.word, found.score, found.end_sample))
        return events

    def _woken(self, verdict: Verdict) -> list[EarEvent]:
        ring, end = self._ring, verdict.end_sample
        sound = verdict.told or word_sound(ring, end)
        self._answer_within_ms = None
        utterance = self._open(max(end - BEFORE_SAMPLES, ring.start), end)
        return [
            Woken(verdict.word, verdict.score, sound.level_db, sound.noise_db, end, sound.late_samples),
            *utterance.take(ring.sound(utterance.start)),
        ]

    def _open(self, start: int, wake_end: int | None) -> Utterance:
        settings = replace(self._settings, silence_ms=self._pauses.silence_ms(self._settings.silence_ms))
        if wake_end is None:
            wait_ms, self._answer_within_ms = self._answer_within_ms, None
            endpoint = Endpoint(settings, no_speech_ms=wait_ms)
        else:
            tail = max(0, wake_end - start) // FRAME_SAMPLES
            endpoint = Endpoint(settings, tail_frames=tail, no_speech_ms=settings.no_speech_ms)
        self._aside = self._aside_within_ms = None
        self._utterance = Utterance(self._vad, endpoint, start, wake_end)
        return self._utterance

    def _speech(self, utterance: Utterance, piece: bytes, own_voice: bool) -> list[EarEvent]:
        events: list[EarEvent] = [*utterance.take(piece, strict=own_voice)]
        for event in events:
            if isinstance(event, SpeechResumed):
                self._pauses.heard(event.pause_ms)
        if utterance.ended:
            self._utterance = None
            if self._cascade is not None:
                self._cascade.reset()
        return events

    def _unannounced(self) -> bool:
        """Speech needs no wake word now."""
        return self._cascade is None or self._answer_within_ms is not None

    def _idles(self, utterance: Utterance) -> bool:
        """Without a wake word an utterance that has not begun is nothing but listening."""
        return self._cascade is None and not utterance.started

    def _meet_gap(self, chunk: AudioChunk) -> list[EarEvent]:
        """Lost sound counts as silence, so that positions hold; after too much of it nothing holds."""
        missing = chunk.at_sample - self._ring.end
        if missing == 0:
            return []
        events: list[EarEvent] = []
        if 0 < missing <= _FILL_SAMPLES and self._ring.start < self._ring.end:
            silence = bytes(2 * missing)
            self._ring.add(silence)
            if self._utterance is not None:
                events += self._speech(self._utterance, silence, False)
            elif self._aside is not None:
                events += self._beside(silence, False)
            return events
        if self.busy:
            events += self.break_off(EndReason.GONE)
        self._restart(chunk.at_sample)
        return events

    def _restart(self, at_sample: int) -> None:
        self._ring.restart(at_sample)
        if self._cascade is not None:
            self._cascade.reset()
        self._utterance = self._aside = None
