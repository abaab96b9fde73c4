"""What people ask in homes of chance: the words and the call fit, and what is judged was never trained on."""

import random
from collections.abc import Mapping

from kit.chat_asks import Ask, Asks, expanded, held_out
from kit.chat_homes import random_home

ROWS = 400


def asked(seed: int, *, judging: bool) -> list[Ask]:
    home = random_home(random.Random(seed))
    asks = Asks(list(home.devices()), random.Random(seed), judging=judging)
    return [asks.command("kitchen") for _ in range(ROWS)]


def test_the_same_seed_asks_the_same() -> None:
    assert asked(1, judging=False) == asked(1, judging=False)
    assert asked(1, judging=False) != asked(2, judging=False)


def test_every_slot_is_filled_and_its_value_is_said() -> None:
    """What is not named is the light where somebody is, or in a room that is."""
    for seed in range(8):
        kinds = {device.name.casefold(): device.kind for device in random_home(random.Random(seed)).devices()}
        for ask in asked(seed, judging=False):
            assert not set("{}()|") & set(ask.words), ask
            assert isinstance(ask.arguments, Mapping)
            for target in ask.arguments.get("targets", ()):  # type: ignore[union-attr]
                named = set(str(target).split()) & set(ask.words.split())
                assert named or str(target).endswith("lights") or kinds[str(target)] == "light", ask


def test_what_is_judged_is_asked_in_no_way_that_was_trained_on() -> None:
    chance = random.Random(5)
    rows = ["(get|have) {thing} going", "kill {thing}", *(f"row {n} (a|b)" for n in range(300))]
    judged = [row for row in rows if held_out(row)]
    assert len(rows) / 12 < len(judged) < len(rows) / 3
    assert {expanded("row (a|b)", chance) for _ in range(40)} == {"row a", "row b"}
