"""A command that falls due: nobody is there to be asked."""

import pytest

from assistant.skills.toolbox import INSECURE
from tests.think.family import family


async def test_a_command_that_falls_due_is_done_and_told() -> None:
    async with family() as ask:
        assert await ask.due("turn on the kitchen light") == "The kitchen light is on."


@pytest.mark.parametrize("text", ["tell me a joke", "yes", "turn on the kitchen light and sing"])
async def test_a_due_command_goes_to_the_intents_only_and_failure_is_told(text: str) -> None:
    async with family() as ask:
        assert text in await ask.due(text)
        assert ask.tools == []


async def test_a_due_command_asks_nothing_and_does_nothing_that_lasts() -> None:
    async with family() as ask:
        await ask("add milk to the shopping list")
        assert "?" not in await ask.due("clear the shopping list")
        assert ask.tools == []
        await ask("yes")
        assert "milk" in (await ask("what is on the shopping list")).lower()


async def test_a_due_command_obeys_the_rules_of_the_room() -> None:
    async with family() as ask:
        assert await ask.due("unlock the front door") == INSECURE
        assert "without a yes" in await ask.due("lock the front door")


async def test_after_a_due_command_it_is_the_device_just_switched() -> None:
    async with family() as ask:
        await ask.due("turn on the kitchen light")
        await ask("turn it off")
        assert ask.home.state("kitchen light").value == "off"
