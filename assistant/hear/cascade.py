"""Sound → sensed, then woken or not: a cheap sensitive model on every stream, a second opinion when it fires.

The two families err on different words, so their peaks are averaged instead of asking both to agree: on
165 recordings of people, agreement missed 3.0 % at best, the average 2.4 %. The second model reads the last
second and a half from a warm state, then a little more, because the first one fires before the word is over.
Everything here runs on the ear's thread.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from assistant.hear.wake.models import WakePlan
from assistant.messages import JsonValue, WordSound
from assistant.ports import WakeEngine

PRE_ROLL_SAMPLES = 18 * 1280
"""1.44 s: the longest word, slowly spoken; more only costs time."""
CONFIRM_SAMPLES = 8 * 1280
"""640 ms: in the same breath as a command, the second model peaks up to 790 ms after the first one stirs."""
_SHIFTS = (160, 320, 480)
"""The second model takes sound in steps, and some voices score 0.1 or 0.9 depending on where these fall (it
repeats every 640 samples). So before a likely word is dismissed, its sound is read again, shifted by this."""
_LIKELY = 0.025
"""Scores below this are dismissed without reading again."""
_OVER_OWN_VOICE = 0.2
"""While our own voice plays, a threshold moves this part of the way to 1."""

_MOST_QUICK = 4
"""Models of 0.1 ms a chunk, a few times slower on a small box."""

CreateWake = Callable[[str, Mapping[str, JsonValue]], WakeEngine]
"""Registered engine name and options → the engine."""


@dataclass(slots=True)
class WakeWord:
    """A word with its loaded models."""

    plan: WakePlan
    first: WakeEngine
    confirmer: WakeEngine | None
    look_above: float = field(init=False)
    """Score that is looked at next; raised after a dismissal until the sound has passed."""

    def __post_init__(self) -> None:
        self.look_above = self.plan.look

    def hear(self, pcm: bytes) -> float:
        """The first stage's score of the next piece."""
        score = self.first.process(pcm)
        if score < self.plan.look:
            self.look_above = self.plan.look
        return score

    def forget(self) -> None:
        """Forget all sound heard."""
        self.first.reset()
        self.look_above = self.plan.look


@dataclass(frozen=True, slots=True)
class Sensed:
    """It may be `word`; a Verdict follows."""

    word: str
    score: float
    end_sample: int
    """Estimated end of the wake word."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of it."""

    word: str
    score: float
    woken: bool
    end_sample: int
    told: WordSound | None = None
    """Where the word itself was not in the sound that is listened to; None: it was."""


Finding: TypeAlias = Sensed | Verdict


class Cascade:
    """All wake words of one stream. Pieces of sound are 32 ms or less, for the sake of positions."""

    def __init__(self, words: Sequence[WakeWord]) -> None:
        self.words = tuple(words)
        self.quick = len(words) <= _MOST_QUICK and all(getattr(word.first, "quick", False) for word in words)
        """To listen, while nothing is looked at, takes no longer than an event loop may stand still."""
        self._look: _Look | None = None

    @classmethod
    def load(cls, plans: Sequence[WakePlan], create: CreateWake) -> "Cascade":
        """Load the models of `plans`."""

        def word(plan: WakePlan) -> WakeWord:
            second = plan.confirmer
            confirmer = None if second is None else create(second.engine, second.options)
            return WakeWord(plan, create(plan.first.engine, plan.first.options), confirmer)

        return cls([word(plan) for plan in plans])

    @property
    def looking(self) -> bool:
        """Something is being looked at: `look_back`, then `look_on` with each piece until this is false."""
        return self._look is not None

    def listen(self, pcm: bytes, end_sample: int) -> list[Finding]:
        """The next piece of the stream, up to `end_sample`, while nothing is being looked at."""
        for word in self.words:
            score = word.hear(pcm)
            if self._look is None and score >= word.look_above:
                self._look = _Look(word, end_sample, score)
        return [] if self._look is None else self._look.sensed()

    def look_back(self, pre_roll: bytes, *, own_voice: bool) -> list[Finding]:
        """Straight after `looking` became true: the last PRE_ROLL_SAMPLES up to now (60 ms of work)."""
        look = self._opened()
        look.begin(pre_roll)
        return self._found(look, own_voice)

    def look_on(self, pcm: bytes, end_sample: int, *, own_voice: bool) -> list[Finding]:
        """The next piece of the stream while looking."""
        look = self._opened()
        for word in self.words:
            score = word.hear(pcm)
            if word is look.word:
                look.go_on(pcm, end_sample, score)
        return self._found(look, own_voice)

    def dismiss(self) -> list[Finding]:
        """Give up on what is being looked at (the microphone went)."""
        return self._close(self._opened(), woken=False)

    def reset(self) -> None:
        """Forget all sound heard."""
        self._look = None
        for word in self.words:
            word.forget()

    def _opened(self) -> "_Look":
        assert self._look is not None, "nothing is being looked at"
        return self._look

    def _found(self, look: "_Look", own_voice: bool) -> list[Finding]:
        needed = look.word.plan.threshold
        if own_voice:
            needed += _OVER_OWN_VOICE * (1 - needed)
        if look.score > needed:
            return self._close(look, woken=True)
        if look.left_samples <= 0:
            return self._close(look, woken=look.read_again(needed))
        return look.sensed()

    def _close(self, look: "_Look", *, woken: bool) -> list[Finding]:
        self._look = None
        look.word.look_above = math.inf if woken else 2 * look.first_peak  # until the sound has passed
        said = look.sensed(at_once=woken)
        if not look.announced:
            return []
        return [*said, Verdict(look.word.plan.word, look.score, woken, look.end_sample)]


class _Look:
    """A closer look at what may be a wake word."""

    def __init__(self, word: WakeWord, end_sample: int, score: float) -> None:
        self.word = word
        self.first_peak = score
        self.announced = False
        self.left_samples = CONFIRM_SAMPLES
        self._confirm_peak = 0.0
        self._sound = b""
        self._scores = [(end_sample, score)]

    @property
    def score(self) -> float:
        """0 to 1: the mean of both peaks, or the only model's."""
        return self.first_peak if self.word.confirmer is None else (self.first_peak + self._confirm_peak) / 2

    @property
    def end_sample(self) -> int:
        """Estimated end of the word: the first stage's score is half way up shortly after it."""
        half = self.first_peak / 2
        risen = next(at for at, score in self._scores if score >= half)
        return risen - self.word.plan.late_samples

    def begin(self, pre_roll: bytes) -> None:
        """Read the sound up to now."""
        self._sound = pre_roll
        self._read(pre_roll)

    def read_again(self, needed: float) -> bool:
        """Read all of it with shifted steps (80 ms of work each) until the score is above `needed`."""
        if self.word.confirmer is None or self.score < _LIKELY:
            return False
        for shift in _SHIFTS:
            self._read(self._sound[2 * shift :])
            if self.score > needed:
                return True
        return False

    def _read(self, sound: bytes) -> None:
        if self.word.confirmer is not None:
            self.word.confirmer.reset()
            self._confirm_peak = max(self._confirm_peak, self.word.confirmer.process(sound))

    def go_on(self, pcm: bytes, end_sample: int, score: float) -> None:
        """More sound. While the first score still doubles, the word is not over: the time starts anew."""
        self.left_samples = (
            CONFIRM_SAMPLES if score >= 2 * self.first_peak else self.left_samples - len(pcm) // 2
        )
        self.first_peak = max(self.first_peak, score)
        self._scores.append((end_sample, score))
        if self.word.confirmer is not None:
            self._sound += pcm
            self._confirm_peak = max(self._confirm_peak, self.word.confirmer.process(pcm))

    def sensed(self, *, at_once: bool = False) -> list[Finding]:
        """Tells, once, that it looks like the word."""
        promising = at_once or max(self.first_peak, self.score) >= self.word.plan.sense
        if self.announced or not promising:
            return []
        self.announced = True
        return [Sensed(self.word.plan.word, self.score, self.end_sample)]
