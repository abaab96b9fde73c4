"""What falls due → rings: in its room, then in the others, louder and louder, until somebody answers."""

from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from assistant.errors import DiskError
from assistant.house.bell import until_over
from assistant.house.language import ring_words
from assistant.house.news import Unheard
from assistant.house.room import Room
from assistant.house.unasked import say_unasked
from assistant.journal import Journal
from assistant.memory.entries import Kind, Ring
from assistant.memory.schedule import Schedule
from assistant.messages import Reply, Sentence
from assistant.settings import Rings
from assistant.skills.clock import Hours
from assistant.skills.ring_words import ring_sentence
from assistant.tasks import together
from assistant.think.answer import Answer

Tell = Callable[[str], None]
RETRY_S: Final = 60.0
"""So long after a refusal the disk is asked again."""
HEARD_S: Final = 120.0
"""Whoever speaks to the room within this time after something was said there has heard it."""
RECENT_S: Final = 2 * 3600
"""Who asked for something this long ago likes to hear that it is done."""
GENTLE_PERCENT: Final = 30
REMINDED: Final = 2
"""A reminder is said so many times; if nobody heard it, once more in the other rooms."""
DISK_REFUSES: Final = "Sorry, my disk refuses. What just rang may ring again after a restart."


@dataclass(frozen=True, slots=True)
class RingPolicy:
    """How things ring. Times are in seconds, volumes in percent."""

    gives_up_s: float = 15 * 60
    elsewhere_s: float = 60
    """Nobody answered: the other rooms ring too."""
    gentle_percent: int = GENTLE_PERCENT
    loudest_percent: int = 80
    louder_s: float = 40
    """From gentle to the loudest."""

    def percent(self, elapsed_s: float) -> int:
        """How loud, so long after the first round."""
        share = min(1.0, elapsed_s / self.louder_s)
        return round(self.gentle_percent + share * (self.loudest_percent - self.gentle_percent))


def policy_of(rings: Rings) -> RingPolicy:
    """What the owner set."""
    return RingPolicy(
        gives_up_s=60.0 * rings.minutes,
        gentle_percent=GENTLE_PERCENT,
        loudest_percent=rings.loudest_percent,
    )


@dataclass(frozen=True, slots=True)
class Due:
    """What the rings of a house need."""

    schedule: Schedule
    rooms: Mapping[str, Room]
    answer: Answer
    unheard: Unheard
    journal: Journal
    hours: Hours = "12"
    policy: RingPolicy = RingPolicy()
    language_in: Callable[[str], str] = lambda room: "en"
    """What is spoken in a room."""


class Ringing:
    """One reader of what falls due. It is finished once somebody heard it, or it is kept to be told later."""

    def __init__(self, due: Due) -> None:
        self._schedule = due.schedule
        self._clocks = due.schedule.clocks
        self._rooms = due.rooms
        self._answer = due.answer
        self._unheard = due.unheard
        self._journal = due.journal
        self._hours = due.hours
        self._language_in = due.language_in
        self._policy = due.policy
        self._refusal_told = False

    @property
    def anything_waits(self) -> bool:
        """Whether something is to ring."""
        return bool(self._schedule.waiting())

    def news(self, sentences: AsyncGenerator[Sentence, None], room: str) -> AsyncGenerator[Sentence, None]:
        """An answer, and after it what was missed."""
        return self._unheard.after(sentences, room)

    async def run(self, tell: Tell | None = None) -> None:
        """For ever; `tell` hears the words too."""
        async with together() as group:
            while True:
                try:
                    async with aclosing(self._schedule.due()) as due:
                        async for ring in due:
                            group.create_task(self._see_to(ring, tell))
                except DiskError as error:
                    await self._refused("", error)
                    await self._clocks.sleep(RETRY_S)

    async def _see_to(self, ring: Ring, tell: Tell | None) -> None:
        try:
            if ring.kind is Kind.COMMAND and not ring.missed:
                await self._carry_out(ring, tell)
                return
            words = self._words(ring, ring.room)
            self._journal.write(ring.room, 0, Reply(words))
            if tell is not None:
                tell(words)
            heard = not self._rooms or await self._heard(ring, words)
            if not heard and ring.kind is not Kind.CLOCK:
                await self._unheard.add(ring, rang=not ring.missed)
            await self._finish(ring)
        except Exception as error:  # noqa: BLE001 - one that goes wrong must not end all others
            self._journal.failed(ring.room, 0, error, "")
            if ring.kind is Kind.COMMAND:  # else it would come again after a restart, and again
                await self._unheard.add(ring, rang=True)
                await self._finish(ring)

    def _words(self, ring: Ring, room: str) -> str:
        """What is said of it in a room."""
        return ring_words(self._language_in(room), ring, ring_sentence(ring, self._hours))

    async def _heard(self, ring: Ring, words: str) -> bool:
        """Let it be heard; whether anybody did."""
        places = [] if ring.everyone else [self._rooms[ring.room]] if ring.room in self._rooms else []
        places = places or list(self._rooms.values())
        if ring.missed:
            awake = [room for room in places if not room.mouth.manners.quiet()]
            return await self._noticed(ring, awake, say_unasked(words, awake, self._clocks))
        if ring.kind is Kind.REMINDER:
            noticed = await self._noticed(ring, places, self._rounds(ring, words, places, REMINDED))
            far = self._others(places)
            if noticed or not far:
                return noticed
            return await self._noticed(ring, far, self._rounds(ring, words, far, most=1))
        limit_s = self._policy.gives_up_s
        await until_over(ring, self._everywhere(ring, words, places), limit_s, self._clocks)
        return ring.over.is_set()

    # ── ringing ──────────────────────────────────────────────────────────────────────────────────

    async def _everywhere(self, ring: Ring, words: str, near: list[Room]) -> None:
        """In these rooms; later in all that want no quiet."""
        async with together() as group:
            group.create_task(self._rounds(ring, words, near))
            await self._clocks.sleep(self._policy.elsewhere_s)
            group.create_task(self._rounds(ring, words, self._others(near)))

    def _others(self, near: list[Room]) -> list[Room]:
        """The rooms that what rings goes on to: those that want no quiet."""
        others = [room for room in self._rooms.values() if room not in near]
        return [room for room in others if not room.mouth.manners.quiet()]

    async def _rounds(self, ring: Ring, words: str, rooms: list[Room], most: int | None = None) -> None:
        """So many rounds in each of the rooms, or without end; they begin gently."""
        began_s = self._clocks.steady_s()

        async def ring_in(room: Room) -> None:
            said = words if room.name == ring.room else self._words(ring, room.name)
            with room.bell.holding(ring):
                for number in count() if most is None else range(most):
                    percent = self._policy.percent(self._clocks.steady_s() - began_s)
                    await room.bell.round(said, percent, self._clocks, first=number == 0)

        async with together() as group:
            for room in rooms:
                group.create_task(ring_in(room))

    async def _noticed(self, ring: Ring, rooms: list[Room], work: Coroutine[Any, Any, None]) -> bool:
        """Say it, then wait a little: whether somebody ended it or spoke to one of the rooms since."""
        before = sum(room.attention.accepted for room in rooms)
        await until_over(ring, work, self._policy.gives_up_s, self._clocks)
        if not ring.over.is_set():
            await until_over(ring, self._clocks.sleep(HEARD_S), HEARD_S, self._clocks)
        return ring.over.is_set() or sum(room.attention.accepted for room in rooms) > before

    # ── telling ──────────────────────────────────────────────────────────────────────────────────

    async def _carry_out(self, ring: Ring, tell: Tell | None) -> None:
        """Do what was asked for now; told softly where it failed, or where somebody may still wait for it.

        The disk knows of it before: cut off in the midst it is told after a restart, not done again.
        """
        await self._schedule.begin(ring.id)
        said: list[str] = []
        async with aclosing(self._answer.carry_out(ring.text, ring.room)) as sentences:
            async for sentence in sentences:
                said.append(sentence.text)
                self._journal.write(ring.room, 0, Reply(sentence.text))
                if tell is not None:
                    tell(sentence.text)
        row = next((row for row in self._answer.turns.rows(ring.room) if row.turn_id == 0), None)
        failed = row is None or not row.calls or not all(result.ok for _, result in row.calls)
        places = [self._rooms[ring.room]] if ring.room in self._rooms else []
        quiet = any(room.mouth.manners.quiet() for room in places)
        if failed and (quiet or (self._rooms and not places)):
            await self._unheard.add(ring, rang=True)
        elif said and not quiet and (failed or ring.length_s < RECENT_S):
            await say_unasked(" ".join(said), places, self._clocks, softly=True)
        await self._finish(ring)

    # ── the end ──────────────────────────────────────────────────────────────────────────────────

    async def _finish(self, ring: Ring) -> None:
        """It will not come again; one that was snoozed or cancelled meanwhile is none of ours any more."""
        if not any(each is ring for each in self._schedule.ringing()):
            return
        while True:
            try:
                await self._schedule.finish(ring.id)
            except DiskError as error:
                await self._refused(ring.room, error)
                await self._clocks.sleep(RETRY_S)
            else:
                self._refusal_told = False
                return

    async def _refused(self, room: str, error: DiskError) -> None:
        """The disk does not take it: told aloud once."""
        words = "" if self._refusal_told else DISK_REFUSES
        self._refusal_told = True
        self._journal.failed(room, 0, error, words)
        if words and self._rooms:
            place = self._rooms.get(room) or next(iter(self._rooms.values()))
            await say_unasked(words, [place], self._clocks)
