"""Several rooms woke: which of them is nearest to the speaker, and so the only one that answers. Pure.

The first to wake captures. After `DECIDED_S` the evidence of all decides; who wakes later than that (a
satellite far away on the network) still counts until the answer begins. Time is the house's, in seconds.
"""

import math
from dataclasses import dataclass, field
from typing import Final

from assistant.pcm import SILENCE_DB

DECIDED_S: Final = 0.3
"""So long after the first room woke the light goes out everywhere but in one room."""
SAME_S: Final = 0.8
"""Ends of a wake word so close together are one utterance: estimates err by 0.2 s, sound takes 0.05 s through
the house, and satellites tell late."""
FORGET_S: Final = 30.0
"""Longer than any utterance lasts."""
_NOISE_WEIGHT: Final = 0.1
_SCORE_DB: Final = 3.0
"""What a sure wake word is worth. Chosen on five synthetic voices in 200 drawn rooms whose noise differed by
20 dB: the level of the speech found the nearest of five in 93 %, the level over the noise in 58 %, the score
in 28 %."""


@dataclass(slots=True, eq=False)
class Claim:
    """A room heard the wake word."""

    room: str
    at_s: float
    """End of the wake word."""
    score: float = 1.0
    level_db: float = SILENCE_DB
    """Of the speech; `SILENCE_DB`: not known, as of a satellite that only tells that it woke."""
    noise_db: float = SILENCE_DB
    """Without it."""
    asked: bool = False
    """The room waited for an answer, so whoever speaks near it speaks to it."""

    @property
    def evidence(self) -> tuple[float, float, str]:
        """How near the speaker is, in dB; the greatest is nearest. No two rooms' are equal.

        The level of the speech without the noise, and a little of how far it stands out: a room where the
        dishwasher runs is not farther away for it, but a deaf microphone hears less noise too.
        """
        if self.asked:
            return math.inf, -self.at_s, self.room
        if self.level_db <= SILENCE_DB:
            return -math.inf, -self.at_s, self.room
        speech = max(10 ** (self.level_db / 10) - 10 ** (self.noise_db / 10), 1e-10)
        stands_out = -_NOISE_WEIGHT * self.noise_db + _SCORE_DB * self.score
        return 10 * math.log10(speech) + stands_out, -self.at_s, self.room


@dataclass(slots=True)
class Contest:
    """One utterance, as claimed by the rooms that heard it."""

    opened_s: float
    """When the first claim came."""
    claims: list[Claim] = field(default_factory=list)
    """In the order they came."""
    decided: bool = False
    taken: bool = False
    """The leader has begun to answer: it stays so."""
    _leader: Claim | None = None

    @property
    def leader(self) -> Claim | None:
        """The room whose turn it is; None: nobody's any more."""
        return self._leader

    @property
    def others(self) -> tuple[Claim, ...]:
        """Those that do not lead, the nearest first."""
        behind = [claim for claim in self.claims if claim is not self._leader]
        return tuple(sorted(behind, key=lambda claim: claim.evidence, reverse=True))

    def holds(self, at_s: float) -> bool:
        """Whether a wake word that ended then is of this utterance; a chain of them is more than one."""
        return bool(self.claims) and all(abs(claim.at_s - at_s) <= SAME_S for claim in self.claims)

    def join(self, claim: Claim) -> None:
        """A further room heard it."""
        self.claims.append(claim)
        self._lead()

    def decide(self) -> None:
        """The time is up: from now on evidence counts, not who was first."""
        self.decided = True
        self._lead()

    def weigh(self) -> None:
        """The evidence of a claim has changed."""
        self._lead()

    def take(self, claim: Claim) -> bool:
        """The room is about to be heard or to act: only the leader may, and then nobody else ever."""
        if claim is self._leader and self.decided:
            self.taken = True
        return self.taken and claim is self._leader

    def withdraw(self, claim: Claim) -> None:
        """It came to nothing there: no speech followed, or the microphone went."""
        if claim in self.claims and not (self.taken and claim is self._leader):
            self.claims.remove(claim)
            self._lead()

    def _lead(self) -> None:
        if self.taken:
            return
        if not self.claims:
            self._leader = None
        elif self.decided:
            self._leader = max(self.claims, key=lambda claim: claim.evidence)
        elif self._leader not in self.claims:
            self._leader = self.claims[0]


class Contests:
    """The utterances that are being heard in the house."""

    def __init__(self) -> None:
        self._open: list[Contest] = []

    def claim(self, claim: Claim, now_s: float) -> Contest:
        """The contest that the claim belongs to: a new one where no other room heard that utterance."""
        self._open = [each for each in self._open if now_s - each.opened_s < FORGET_S and each.claims]
        same = [each for each in self._open if each.holds(claim.at_s)]
        free = [each for each in same if all(other.room != claim.room for other in each.claims)]
        if free:
            contest = min(free, key=lambda each: abs(each.claims[0].at_s - claim.at_s))
        else:
            contest = Contest(now_s)
            self._open.append(contest)
        contest.join(claim)
        return contest
