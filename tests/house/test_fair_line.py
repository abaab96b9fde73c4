"""Rooms take turns at an engine; nobody starves, nobody waits twice, and who floods is refused first."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import EngineError
from assistant.house.fair_line import MOST, MOST_OF_ONE, FairLine, asking_room


class Callers:
    """Calls of rooms, in the order they came, each held until the next is let in."""

    def __init__(self) -> None:
        self.line = FairLine("the ear")
        self.served: list[str] = []
        self.refused: list[str] = []

    async def _call(self, room: str) -> None:
        asking_room.set(room)
        try:
            async with self.line:
                self.served.append(room)
                await asyncio.sleep(0)
        except EngineError:
            self.refused.append(room)

    async def all_of(self, rooms: str, *, given_up: frozenset[int] = frozenset()) -> None:
        async with self.line:
            calls = [asyncio.create_task(self._call(room)) for room in rooms]
            for _ in range(3):
                await asyncio.sleep(0)
            for at in given_up:
                calls[at].cancel()
        await asyncio.gather(*calls, return_exceptions=True)


async def test_rooms_take_turns_however_many_calls_one_of_them_has() -> None:
    callers = Callers()
    await callers.all_of("aaaabbc")
    assert "".join(callers.served) == "abcabaa"


async def test_a_room_may_not_fill_the_line() -> None:
    callers = Callers()
    await callers.all_of("a" * (MOST_OF_ONE + 1) + "b")
    assert callers.refused == ["a"]
    assert callers.served.count("a") == MOST_OF_ONE


async def test_where_the_line_is_full_the_greediest_room_loses_its_latest_call() -> None:
    callers = Callers()
    full = "".join(room * MOST_OF_ONE for room in "abcd")
    assert len(full) == MOST
    await callers.all_of(full + "e")
    assert "e" in callers.served
    assert callers.refused == ["a"]


async def test_where_many_rooms_wait_the_next_one_is_told_that_we_are_busy() -> None:
    line = FairLine("the ear")

    async def wait(room: str) -> None:
        asking_room.set(room)
        async with line:
            pass

    async with line:
        calls = [asyncio.create_task(wait(str(room))) for room in range(MOST)]
        await asyncio.sleep(0)
        with pytest.raises(EngineError) as refused:
            await wait("one more")
        assert refused.value.spoken == "Sorry, I'm busy just now."
    await asyncio.gather(*calls)
    assert not line.locked()


@given(st.text("abcdef", max_size=30), st.frozensets(st.integers(0, 29)))
def test_everyone_is_served_refused_or_has_given_up_and_the_line_is_free_again(
    rooms: str, given_up: frozenset[int]
) -> None:
    async def run() -> Callers:
        callers = Callers()
        await callers.all_of(rooms, given_up=frozenset(at for at in given_up if at < len(rooms)))
        return callers

    callers = asyncio.run(run())
    assert not callers.line.locked()
    left = len(rooms) - len({at for at in given_up if at < len(rooms)})
    assert left <= len(callers.served) + len(callers.refused) <= len(rooms)
    latest: dict[str, int] = {}
    for at, room in enumerate(callers.served):
        waited = at - latest.get(room, -1) - 1
        latest[room] = at
        assert waited <= len(set(rooms))


@given(st.integers(0, 5))
def test_a_turn_given_to_one_who_has_just_given_up_is_passed_on(steps: int) -> None:
    async def run() -> None:
        line = FairLine("the ear")
        await line.acquire()
        one, two = (asyncio.create_task(line.acquire()) for _ in range(2))
        await asyncio.sleep(0)
        line.release()
        one.cancel()
        for _ in range(steps):
            await asyncio.sleep(0)
        await asyncio.wait_for(two, 30)
        assert one.cancelled()
        assert line.locked()

    asyncio.run(run())
