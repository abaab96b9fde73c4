"""Sound of the microphone → what the hub is to hear of it: nothing before the wake word. Synchronous."""

from typing import Final

from assistant.hear.cascade import PRE_ROLL_SAMPLES, Cascade, Verdict
from assistant.hear.ring import Ring, word_sound
from assistant.messages import BUTTON, EAR_RATE_HZ, JsonValue
from assistant.paired.frames import Frame, Kind

BEFORE_SAMPLES: Final = EAR_RATE_HZ // 5
"""Sound sent from before the estimated end of the wake word: the estimate errs by up to this."""
STEP: Final = 1024
"""Bytes: 32 ms, as the cascade takes them."""
LONGEST_S: Final = 60.0
"""A hub that never says that the utterance is over is not listened to for ever."""
_KEEP_SAMPLES: Final = 4 * EAR_RATE_HZ
_SOUND_BYTES: Final = 16 * 1024


class Listening:
    """What goes to the hub. On the thread of the ear, but for `over` and `listen`, called between pieces."""

    def __init__(self, cascade: Cascade) -> None:
        self._cascade = cascade
        self._ring = Ring(_KEEP_SAMPLES)
        self._until: int | None = None
        """Position up to which sound is given."""
        self._woken = False
        self._pressed = False

    @property
    def streaming(self) -> bool:
        """Sound goes to the hub."""
        return self._until is not None

    def over(self) -> None:
        """The utterance is over: wait for the wake word."""
        self._until, self._woken = None, False
        self._cascade.reset()

    def listen(self, wait_s: float) -> None:
        """Give sound for so long without a wake word."""
        if not self._woken:
            self._until = self._ring.end + round(wait_s * EAR_RATE_HZ)

    def press(self) -> None:
        """The button says what the wake word does."""
        self._pressed = not self._woken

    def restart(self) -> None:
        """The microphone is opened anew: nothing of before counts."""
        self._ring.restart(0)
        self.over()

    def take(self, pcm: bytes, *, own_voice: bool) -> list[Frame]:
        """The next sound, mono s16le at 16 kHz; the frames to send."""
        frames: list[Frame] = []
        for at in range(0, len(pcm), STEP):
            frames += self._piece(pcm[at : at + STEP], own_voice)
        return frames

    def _piece(self, piece: bytes, own_voice: bool) -> list[Frame]:
        self._ring.add(piece)
        if self._until is not None and self._ring.end > self._until:
            self.over()
        if self._woken:
            return [Frame(Kind.SOUND, body=piece)]
        if self._pressed:
            self._pressed = False
            return self._woke(Verdict(BUTTON, 1.0, True, self._ring.end))
        if (verdict := self._wake(piece, own_voice)) is not None:
            return self._woke(verdict)
        return [Frame(Kind.SOUND, body=piece)] if self._until is not None else []

    def _wake(self, piece: bytes, own_voice: bool) -> Verdict | None:
        cascade, end = self._cascade, self._ring.end
        looked = cascade.looking
        found = cascade.look_on(piece, end, own_voice=own_voice) if looked else cascade.listen(piece, end)
        if not looked and self._looks():
            found += cascade.look_back(self._ring.sound(end - PRE_ROLL_SAMPLES), own_voice=own_voice)
        verdicts = (each for each in found if isinstance(each, Verdict) and each.woken)
        return next(verdicts, None)

    def _looks(self) -> bool:
        return self._cascade.looking

    def _woke(self, verdict: Verdict) -> list[Frame]:
        ring = self._ring
        self._woken, self._until = True, ring.end + round(LONGEST_S * EAR_RATE_HZ)
        end = min(verdict.end_sample, ring.end)
        start = max(end - BEFORE_SAMPLES, ring.start)
        heard = word_sound(ring, end)
        told: dict[str, JsonValue] = {
            "word": verdict.word,
            "score": round(verdict.score, 3),
            "before": end - start,
            "level_db": round(heard.level_db, 1),
            "noise_db": round(heard.noise_db, 1),
            "late": min(heard.late_samples, 2 * EAR_RATE_HZ),
        }
        sound = ring.sound(start)
        pieces = (sound[at : at + _SOUND_BYTES] for at in range(0, len(sound), _SOUND_BYTES))
        return [Frame(Kind.WOKE, told), *(Frame(Kind.SOUND, body=pcm) for pcm in pieces)]
