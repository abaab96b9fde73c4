"""Woken rooms → the one that answers, while it happens: who captures, who gives way, who is asked besides."""

import asyncio
from collections.abc import Callable, Sized
from dataclasses import dataclass
from typing import Final

from assistant.hear.heard import Utterance
from assistant.house.nearest import DECIDED_S, FORGET_S, Claim, Contest, Contests
from assistant.memory.clocks import Clocks
from assistant.pcm import SILENCE_DB

AT_ONCE: Final = 50
"""Contests followed at the same time: each room is in one."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a room does in a contest."""

    utterance: Utterance
    lead: Callable[[], None]
    """It is the room's turn after all."""
    give_way: Callable[[str], None]
    """The turn is another room's."""


class Bid:
    """One room's claim, followed until it answers or another room does."""

    def __init__(self, claim: Claim, part: Part, running: "_Running") -> None:
        self.claim = claim
        self.part = part
        self._running = running

    @property
    def leads(self) -> bool:
        """It is the room's turn, as far as is known."""
        return self._running.contest.leader is self.claim

    @property
    def open(self) -> bool:
        """It is not decided yet whose turn it is."""
        return not self._running.decided.is_set()

    async def take(self) -> bool:
        """The room is about to chime, to answer or to act: whether it may. Waits for the decision."""
        await self._running.decided.wait()
        return self.take_now()

    def take_now(self) -> bool:
        """The same at once; False while nothing is decided."""
        self._running.listen_again()
        return self._running.contest.take(self.claim)

    def withdraw(self) -> None:
        """It came to nothing here."""
        self._running.withdraw(self)

    def over(self) -> None:
        """The room is done with it. Once it was its turn, nobody needs what any room heard of it."""
        if self._running.contest.taken and self.leads:
            for bid in self._running.bids.values():
                bid.part.utterance.forget()

    def second_hearing(self) -> Utterance | None:
        """The same words as the next nearest room heard them; None: no other room did."""
        for claim in self._running.contest.others:
            bid = self._running.bids[claim]
            if bid.part.utterance.voiced:
                return bid.part.utterance
        return None


class _Running:
    """One contest and the rooms in it."""

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        self.bids: dict[Claim, Bid] = {}
        self.decided = asyncio.Event()
        self._leader: Claim | None = None

    def join(self, claim: Claim, part: Part) -> Bid:
        bid = self.bids[claim] = Bid(claim, part, self)
        if self.decided.is_set() and not bid.leads:
            part.give_way(self._led_by())
        self._tell()
        return bid

    async def decide(self, clocks: Clocks) -> None:
        await clocks.sleep(DECIDED_S)
        first = self._leader
        self.contest.decide()
        self._tell()
        self.decided.set()
        for claim, bid in tuple(self.bids.items()):
            if claim not in (first, self._leader):
                bid.part.give_way(self._led_by())

    def withdraw(self, bid: Bid) -> None:
        self.contest.withdraw(bid.claim)
        self._tell()

    def listen_again(self) -> None:
        """Where the wake word itself was not heard by all, the words after it are compared instead."""
        claims = self.contest.claims
        if len(claims) < 2 or all(claim.level_db > SILENCE_DB for claim in claims):
            return
        for claim in claims:
            claim.level_db, claim.noise_db = self.bids[claim].part.utterance.levels_db()
        self.contest.weigh()
        self._tell()

    def _led_by(self) -> str:
        leader = self.contest.leader
        return "" if leader is None else leader.room

    def _tell(self) -> None:
        """Those who lead now, or did."""
        before, self._leader = self._leader, self.contest.leader
        if before is self._leader or before is None:
            return
        if before in self.contest.claims:
            self.bids[before].part.give_way(self._led_by())
        if self._leader is not None:
            self.bids[self._leader].part.lead()


class Choosing:
    """The contests of a house. `rooms`: those that can hear; one alone is never asked to wait."""

    def __init__(self, rooms: Sized, clocks: Clocks) -> None:
        self._rooms = rooms
        self._clocks = clocks
        self._contests = Contests()
        self._running: list[_Running] = []
        self._deciding: set[asyncio.Task[None]] = set()

    def enter(self, claim: Claim, late_s: float, part: Part) -> Bid | None:
        """A room heard something said to it, which ended `late_s` ago; None: no other room could have."""
        if len(self._rooms) < 2:
            return None
        now_s = self._clocks.steady_s()
        claim.at_s = now_s - late_s
        contest = self._contests.claim(claim, now_s)
        running = next((each for each in self._running if each.contest is contest), None)
        if running is None:
            running = _Running(contest)
            self._running = [*self._running[-AT_ONCE:], running]
            task = asyncio.create_task(self._follow(running), name="which room")
            self._deciding.add(task)
            task.add_done_callback(self._deciding.discard)
        return running.join(claim, part)

    async def _follow(self, running: _Running) -> None:
        """Decide; and keep what was heard no longer than somebody may still join."""
        await running.decide(self._clocks)
        await self._clocks.sleep(FORGET_S - DECIDED_S)
        self._running = [each for each in self._running if each is not running]

    async def close(self) -> None:
        """Decide nothing any more."""
        for task in self._deciding:
            task.cancel()
        await asyncio.gather(*self._deciding, return_exceptions=True)
