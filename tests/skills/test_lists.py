from collections.abc import AsyncIterator

import pytest

from assistant.memory.database import Database
from assistant.memory.lists import MOST_ITEMS, Item
from assistant.messages import JsonValue
from assistant.skills.items import item, shown
from assistant.skills.lists import Lists
from tests.skills.bench import Bench


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    database = Database(None)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(Lists(database))


async def things(bench: Bench, name: str | None = None) -> JsonValue:
    return (await bench.call("list_read", {"list": name})).values["items"]


async def test_add_and_read(bench: Bench) -> None:
    result = await bench.call("list_add", {"items": ["milk"]})
    assert (result.ok, result.changed, result.say) == (True, True, "I added milk to your shopping list.")
    said = await bench.say("list_add", items=["two apples", "Brown Bread", "some butter"])
    assert said == "I added two apples, Brown Bread and butter to your shopping list."
    said = await bench.say("list_read")
    assert said == "On your shopping list: milk, two apples, Brown Bread and butter."


async def test_lists_go_by_name(bench: Bench) -> None:
    assert (
        await bench.say("list_add", items=["a tent"], list="camping") == "I added tent to your camping list."
    )
    assert await bench.say("list_read") == "Your shopping list is empty."
    assert await bench.say("list_read", list="the Camping list") == "On your camping list: tent."
    await bench.say("list_add", items=["milk"], list="grocery")
    assert await things(bench, "shopping list") == ["milk"]
    assert await things(bench, "my list") == ["milk"]


async def test_what_is_there_already_is_said(bench: Bench) -> None:
    await bench.say("list_add", items=["eggs"])
    result = await bench.call("list_add", {"items": ["egg"]})
    assert (result.ok, result.changed) == (True, False)
    assert result.say == "Your shopping list already has eggs."
    said = await bench.say("list_add", items=["milk", "eggs"])
    assert said == "I added milk to your shopping list. It already has eggs."
    assert await things(bench) == ["eggs", "milk"]


async def test_counts_add_up(bench: Bench) -> None:
    await bench.say("list_add", items=["three apples"])
    result = await bench.call("list_add", {"items": ["2 apples"]})
    assert (result.changed, result.say) == (True, "Your shopping list now has five apples.")
    assert await bench.say("list_add", items=["apples"]) == "Your shopping list already has five apples."
    assert (
        await bench.say("list_remove", items=["two apples"]) == "Your shopping list still has three apples."
    )
    assert await bench.say("list_remove", items=["apples"]) == "I took three apples off your shopping list."


async def test_the_same_thing_twice_in_one_breath(bench: Bench) -> None:
    assert await bench.say("list_add", items=["milk", "Milk"]) == "I added milk to your shopping list."


async def test_remove(bench: Bench) -> None:
    await bench.say("list_add", items=["milk", "eggs", "bread"])
    result = await bench.call("list_remove", {"items": ["the eggs"]})
    assert (result.ok, result.changed, result.say) == (True, True, "I took eggs off your shopping list.")
    result = await bench.call("list_remove", {"items": ["milk", "cheese"]})
    assert (result.ok, result.changed) == (False, True)
    assert result.say == "I took milk off your shopping list. I don't see cheese on it."
    result = await bench.call("list_remove", {"items": ["cheese"]})
    assert (result.ok, result.changed, result.say) == (
        False,
        False,
        "I don't see cheese on your shopping list.",
    )
    assert await things(bench) == ["bread"]


async def test_clearing_wants_a_yes(bench: Bench) -> None:
    await bench.say("list_add", items=["milk", "eggs"])
    result = await bench.call("list_clear")
    assert (result.ok, result.changed, result.asks) == (False, False, True)
    assert result.say == "Shall I clear your shopping list? It has two things on it."
    assert await things(bench) == ["milk", "eggs"]
    result = await bench.call("list_clear", yes=True)
    assert (result.ok, result.changed, result.say) == (True, True, "Your shopping list is empty now.")
    assert await things(bench) == []


async def test_clearing_an_empty_list_asks_nothing(bench: Bench) -> None:
    result = await bench.call("list_clear", {"list": "party"})
    assert (result.ok, result.changed, result.say) == (True, False, "Your party list is already empty.")


async def test_a_long_list_is_cut_for_the_ear(bench: Bench) -> None:
    await bench.call("list_add", {"items": [f"thing {letter}" for letter in "abcdefghijklmnopqr"]})
    result = await bench.call("list_read")
    assert result.say.endswith("thing n, thing o and three more.")
    read = result.values["items"]
    assert isinstance(read, list)
    assert len(read) == 18


async def test_a_full_list_takes_nothing_more(bench: Bench) -> None:
    for start in range(0, MOST_ITEMS, 50):
        assert (
            await bench.call("list_add", {"items": [f"thing x{n}y" for n in range(start, start + 50)]})
        ).ok
    result = await bench.call("list_add", {"items": ["milk"]})
    assert (result.ok, result.changed, result.say) == (False, False, "Sorry, that list is full.")
    read = await things(bench)
    assert isinstance(read, list)
    assert len(read) == MOST_ITEMS


async def test_a_disk_that_refuses_is_told(bench: Bench, database: Database) -> None:
    await database.read(lambda connection: connection.execute("PRAGMA query_only = ON"))
    result = await bench.call("list_add", {"items": ["milk"]})
    assert (result.ok, result.changed) == (False, False)
    assert result.say == "Sorry, my disk refuses, so I could not keep that."
    assert await things(bench) == []


@pytest.mark.parametrize(
    ("said", "thing", "told"),
    [
        ("milk", Item("milk", "milk"), "milk"),
        ("twenty two  apples", Item("apple", "apples", 22), "twenty-two apples"),
        ("twenty-two apples", Item("apple", "apples", 22), "twenty-two apples"),
        ("150 nails", Item("150 nail", "150 nails"), "150 nails"),
        ("two percent milk", Item("two percent milk", "two percent milk"), "two percent milk"),
        ("seven up", Item("seven up", "seven up"), "seven up"),
        ("six", Item("six", "six"), "six"),
        ("a dozen eggs", Item("egg", "eggs", 12), "twelve eggs"),
        ("two dozen eggs", Item("egg", "eggs", 24), "twenty-four eggs"),
        ("half a dozen bagels", Item("bagel", "bagels", 6), "six bagels"),
        ("one melon", Item("melon", "melon", 1), "one melon"),
        ("strawberries.", Item("strawberry", "strawberries"), "strawberries"),
    ],
)
def test_items_as_people_say_them(said: str, thing: Item, told: str) -> None:
    assert item(said) == thing
    assert shown(thing) == told


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("tomato", "tomatoes"),
        ("cookie", "cookies"),
        ("berry", "berries"),
        ("dish", "dishes"),
        ("egg", "Eggs"),
    ],
)
def test_singular_and_plural_are_the_same_thing(one: str, many: str) -> None:
    assert item(one).key == item(many).key


@pytest.mark.parametrize("word", ["hummus", "glass", "swiss", "couscous"])
def test_not_every_s_is_a_plural(word: str) -> None:
    assert item(word).key == word
