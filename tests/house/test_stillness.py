"""Stillness: when the house may be away for a moment, and why not."""

import pytest

from assistant.house.build import Opening, open_house
from assistant.house.stillness import Stillness, of
from assistant.journal import Journal
from assistant.settings import RoomSettings, Settings
from tests.memory.clocks import ManualClocks
from tests.roads.runner import kit


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (Stillness(), None),
        (Stillness(next_ring_s=601), None),
        (Stillness(next_ring_s=600), "something rings in 10 minutes"),
        (Stillness(next_ring_s=0), "something rings in 1 minute"),
        (Stillness(talking=("kitchen",)), "somebody is talking to the house (kitchen)"),
        (Stillness(("kitchen",), ("bedroom",)), "something rings in the bedroom"),
    ],
)
def test_a_moment_is_still_or_says_why_not(now: Stillness, told: str | None) -> None:
    assert now.why_not() == told
    assert now.as_json()["why_not"] == told


async def test_a_house_tells_what_is_about_to_ring() -> None:
    journal = Journal(lambda: 0.0)
    opening = Opening(demo_home=True, kit=kit({}), clocks=ManualClocks())
    async with open_house(Settings(rooms={"kitchen": RoomSettings()}), journal, opening) as house:
        assert of(house) == Stillness()
        await house.ask("set a timer for five minutes", "kitchen")
        assert of(house).why_not() == "something rings in 5 minutes"
        await house.ask("pause the timer", "kitchen")
        assert of(house).why_not() is None
        await house.ask("set a timer for two hours", "kitchen")
        assert of(house) == Stillness(next_ring_s=7200)


async def test_a_typed_text_is_talk_until_it_is_answered() -> None:
    journal = Journal(lambda: 0.0)
    opening = Opening(demo_home=True, kit=kit({}), clocks=ManualClocks())
    during: list[Stillness] = []
    async with open_house(Settings(rooms={"kitchen": RoomSettings()}), journal, opening) as house:
        with journal.reading(lambda entry: during.append(of(house))):
            await house.ask("what time is it", "kitchen")
        assert of(house) == Stillness()
    assert {now.talking for now in during} == {("kitchen",)}
