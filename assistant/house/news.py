"""What nobody heard when it rang → told after the next answer, in any room, once."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime

from assistant.errors import DiskError
from assistant.house.language import OWN, unheard_clause, unheard_told
from assistant.journal import Journal
from assistant.memory.clocks import Clocks, local_now
from assistant.memory.database import Database
from assistant.memory.entries import Ring
from assistant.memory.missed import MissedRing, MissedRings
from assistant.messages import Sentence
from assistant.skills.clock import Hours


class Unheard:
    """The missed rings of a house. They are kept on disk; where that refuses, in memory at least."""

    def __init__(
        self,
        database: Database,
        clocks: Clocks,
        journal: Journal,
        hours: Hours = "12",
        language_in: Callable[[str], str] = lambda room: OWN,
    ) -> None:
        self._language_in = language_in
        self._kept = MissedRings(database)
        self._clocks = clocks
        self._journal = journal
        self._hours = hours
        self._unkept: list[MissedRing] = []

    async def add(self, ring: Ring, *, rang: bool) -> None:
        """Have it told later. `rang`: it did, or was tried, and nobody answered; else the house was off."""
        words = unheard_clause(self._language_in(ring.room), ring, rang=rang)
        wall_s = ring.due.timestamp() if ring.due is not None else self._clocks.wall_s() - ring.late_s
        try:
            await self._kept.add(ring.room, words, wall_s)
        except DiskError as error:
            self._journal.failed(ring.room, ring.id, error, "")
            self._unkept.append(MissedRing(0, ring.room, words, wall_s))

    async def after(
        self, sentences: AsyncGenerator[Sentence, None], room: str
    ) -> AsyncGenerator[Sentence, None]:
        """The sentences of an answer, then what was missed; never after a question of ours."""
        asks = False
        async with aclosing(sentences):
            async for sentence in sentences:
                asks = sentence.asks
                yield sentence
        if asks:
            return
        missed = await self._all(room)
        if not missed:
            return
        now = local_now(self._clocks)
        by_language: dict[str, list[tuple[str, datetime]]] = {}
        for each in missed:
            due = datetime.fromtimestamp(each.wall_s, now.tzinfo)
            by_language.setdefault(self._language_in(each.room), []).append((each.words, due))
        for language, clauses in by_language.items():  # as they were kept: none is translated
            yield Sentence(unheard_told(language, clauses, now, self._hours))
        await self._forget(room, missed)

    async def _all(self, room: str) -> list[MissedRing]:
        try:
            return [*await self._kept.all(), *self._unkept]
        except DiskError as error:
            self._journal.failed(room, 0, error, "")
            return list(self._unkept)

    async def _forget(self, room: str, told: list[MissedRing]) -> None:
        self._unkept.clear()
        try:
            await self._kept.forget(max(each.id for each in told))
        except DiskError as error:
            self._journal.failed(room, 0, error, "")
