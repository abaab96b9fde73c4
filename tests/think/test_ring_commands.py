"""What counts as a word for what rings, and what does not."""

import pytest

from assistant.memory.entries import Kind, Ring
from assistant.think.foreign import ForeignIntents
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.phrases import Phrases
from assistant.think.ring_commands import RingCommands

RINGS = (Ring(1, "kitchen", "pasta", Kind.TIMER, 600.0),)


@pytest.fixture(scope="module")
def commands() -> RingCommands:
    names = HouseNames((Named("kitchen light", (), "kitchen", "light"),), (Named("kitchen"),))
    phrases = Phrases.load("en", names)
    return RingCommands(phrases, Intents(phrases))


@pytest.mark.parametrize(
    "text",
    ["stop", "Stop it!", "okay", "thanks", "thank you", "turn it off", "stop the timer", "That's enough."],
)
async def test_it_ends(commands: RingCommands, text: str) -> None:
    command = await commands.command(text, "kitchen", RINGS)
    assert command in ("stop", text)


@pytest.mark.parametrize("text", ["snooze", "snooze for five minutes", "Snooze for 10 minutes."])
async def test_it_is_put_off(commands: RingCommands, text: str) -> None:
    assert str(await commands.command(text, "kitchen", RINGS)).lower().startswith("snooze")


@pytest.mark.parametrize(
    "text",
    [
        "turn on the kitchen light",
        "set a timer for five minutes",
        "what time is it",
        "stop by the shop tomorrow",
        "i told him to stop",
        "cancel all timers",
        "stop the tea timer",
        "okay what do we do now",
        "",
    ],
)
async def test_it_is_none_of_its_business(commands: RingCommands, text: str) -> None:
    assert await commands.command(text, "kitchen", RINGS) is None


async def test_the_timer_that_rings_may_be_named(commands: RingCommands) -> None:
    assert await commands.command("stop the pasta timer", "kitchen", RINGS) == "stop the pasta timer"


@pytest.mark.parametrize(
    ("language", "ends", "puts_off"),
    [
        ("de", "danke", "noch fünf Minuten"),
        ("fr", "merci", "plus tard"),
        ("es", "gracias", "más tarde"),
        ("it", "grazie", "più tardi"),
        ("nl", "dank je", "nog vijf minuten"),
    ],
)
async def test_it_ends_and_is_put_off_in_the_language_of_the_house(
    language: str, ends: str, puts_off: str
) -> None:
    names = HouseNames((Named("kitchen light", (), "kitchen", "light"),), (Named("kitchen"),))
    intents = ForeignIntents(phrases := Phrases.load(language, names))
    commands = RingCommands(phrases, intents)
    for said, tool in ((ends, "stop"), (puts_off, "snooze")):
        command = await commands.command(said, "kitchen", RINGS)
        understood = intents.understand(command or "", "kitchen")
        assert understood is not None
        assert [call.name for call in understood.calls] == [tool]
