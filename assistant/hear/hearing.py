"""AudioChunk → EarEvents: wake, then the utterance. Synchronous; runs on the ear's thread."""

from collections.abc import Callable, Iterator

from assistant.hear.cascade import PRE_ROLL_SAMPLES, Cascade, Finding, Sensed, Verdict
from assistant.hear.endpoint import FRAME_SAMPLES, EndpointSettings
from assistant.hear.ring import Ring, word_sound
from assistant.hear.speech import Speech
from assistant.messages import EAR_RATE_HZ, AudioChunk, EarEvent, EndReason, WakeDismissed, WakeSensed, Woken
from assistant.ports import VadEngine

BEFORE_SAMPLES = EAR_RATE_HZ // 5
"""Sound kept before the estimated end of the wake word: the estimate errs by up to this."""
_KEEP_SAMPLES = 6 * EAR_RATE_HZ
_FILL_SAMPLES = 2 * EAR_RATE_HZ
"""A gap up to this is filled with silence; after a longer one, everything starts anew."""


class Hearing:
    """What one ear knows of its stream of sound."""

    def __init__(self, cascade: Cascade | None, vad: VadEngine, endpoint: EndpointSettings) -> None:
        self._cascade = cascade
        self._ring = Ring(_KEEP_SAMPLES)
        self.speech = Speech(vad, endpoint, at_any_time=cascade is None)
        self.own_words: Callable[[], bool] = lambda: False
        """Whether the house itself has just said its wake word; asked when it was heard."""

    @property
    def busy(self) -> bool:
        """A wake word is being confirmed, or an utterance or an answer waited for."""
        return self._looking or self.speech.busy

    def rests_at(self, chunk: AudioChunk) -> bool:
        """Nothing is done with this chunk but to listen for a wake word, by models that are quick."""
        quick = self._cascade is not None and self._cascade.quick
        free = not self.speech.awaited and not self._looking
        return quick and free and chunk.at_sample == self._ring.end

    def take(self, chunk: AudioChunk, *, own_voice: bool) -> Iterator[list[EarEvent]]:
        """The next sound. The events of each step are to go out before the next step is asked for."""
        yield self._meet_gap(chunk)
        step = 2 * FRAME_SAMPLES
        for at in range(0, len(chunk.pcm), step):
            piece = chunk.pcm[at : at + step]
            self._ring.add(piece)
            looked = self._looking
            yield self._piece(piece, own_voice)
            if self._cascade is not None and self._looking and not looked:
                pre_roll = self._ring.sound(self._ring.end - PRE_ROLL_SAMPLES)
                yield self._found(self._cascade.look_back(pre_roll, own_voice=own_voice))

    def forget(self) -> None:
        """Let go of the sound heard so far; what comes next follows on it all the same."""
        self._ring.restart(self._ring.end)

    def break_off(self, reason: EndReason) -> list[EarEvent]:
        """The sound stopped: close what is open and forget what was heard."""
        events: list[EarEvent] = []
        if self._cascade is not None and self._cascade.looking:
            events += self._found(self._cascade.dismiss())
        events += self.speech.close(reason)
        self._restart(self._ring.end)
        return events

    def _piece(self, piece: bytes, own_voice: bool) -> list[EarEvent]:
        at_sample = self._ring.end - len(piece) // 2
        addressed = self.speech.addressed
        if addressed.awaited and not addressed.listens and not self._looking:
            self.speech.open(at_sample)
        if addressed.listens:
            return self._addressed(piece, own_voice)
        cascade = self._cascade
        assert cascade is not None
        events = self.speech.aside.take(piece, at_sample, strict=own_voice)
        if cascade.looking:
            return events + self._found(cascade.look_on(piece, self._ring.end, own_voice=own_voice))
        return events + self._found(cascade.listen(piece, self._ring.end))

    def _addressed(self, piece: bytes, own_voice: bool) -> list[EarEvent]:
        """The next sound of an utterance; no wake word is listened for until it ends."""
        events = self.speech.addressed.take(piece, strict=own_voice)
        if self._cascade is not None and not self.speech.addressed.listens:
            self._cascade.reset()
        return events

    @property
    def _looking(self) -> bool:
        return self._cascade is not None and self._cascade.looking

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
        start = max(end - BEFORE_SAMPLES, ring.start)
        return [
            Woken(verdict.word, verdict.score, sound.level_db, sound.noise_db, end, sound.late_samples),
            *self.speech.open_after(end, start, ring.sound(start)),
        ]

    def _meet_gap(self, chunk: AudioChunk) -> list[EarEvent]:
        """Lost sound counts as silence, so that positions hold; after too much of it nothing holds."""
        missing = chunk.at_sample - self._ring.end
        if missing == 0:
            return []
        if 0 < missing <= _FILL_SAMPLES and self._ring.start < self._ring.end:
            at_sample, silence = self._ring.end, bytes(2 * missing)
            self._ring.add(silence)
            if self.speech.addressed.listens:
                return self._addressed(silence, own_voice=False)
            if self.speech.aside.listens:
                return self.speech.aside.take(silence, at_sample, strict=False)
            return []
        events = self.break_off(EndReason.GONE) if self.busy else []
        self._restart(chunk.at_sample)
        return events

    def _restart(self, at_sample: int) -> None:
        self._ring.restart(at_sample)
        if self._cascade is not None:
            self._cascade.reset()
        self.speech.restart()
