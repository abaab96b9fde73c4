"""One dialogue, two minds, and the questions in between: typed, with the real skills and the demo home."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hassil.sample import sample_sentence

from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Entry, Journal
from assistant.messages import JsonValue, Reply, Routed, ToolCall
from assistant.settings import RoomSettings, Settings
from assistant.think.names import HouseNames
from assistant.think.phrases import Phrases
from assistant.think.questions import said_no, said_yes
from tests.roads.runner import kit

HOME = """
devices:
  - {name: front door, area: hallway, kind: lock, state: unlocked}
  - {name: kitchen light, area: kitchen, kind: light}
"""


class Talk:
    """Types to a house and reads what came of it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.entries: list[Entry] = []
        self.now_s = 0.0

    async def __call__(self, text: str) -> str:
        self.entries.clear()
        with self._house.journal.reading(self.entries.append):
            await self._house.ask(text, None)
        return " ".join(e.happening.text for e in self.entries if isinstance(e.happening, Reply))

    @property
    def tools(self) -> list[str]:
        return [e.happening.name for e in self.entries if isinstance(e.happening, ToolCall)]

    @property
    def route(self) -> str:
        return next(e.happening.route for e in self.entries if isinstance(e.happening, Routed))


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    home = tmp_path / "home.yaml"
    home.write_text(HOME)
    settings = Settings(rooms={"kitchen": RoomSettings()})
    opening = Opening(home_file=home, kit=kit({"llm": {"replies": {"tell me a joke": ["Knock knock."]}}}))
    journal = Journal(lambda: 0.0)
    async with open_house(settings, journal, opening) as house:
        talk = Talk(house)
        journal.clock = lambda: talk.now_s
        yield talk


async def test_a_command_is_done_and_told(talk: Talk) -> None:
    assert await talk("Turn on the kitchen light.") == "The kitchen light is on."
    assert (talk.route, talk.tools) == ("intents", ["device_on"])


async def test_what_the_intents_do_not_know_goes_to_the_llm(talk: Talk) -> None:
    assert await talk("tell me a joke") == "Knock knock."
    assert talk.route == "llm"


async def test_say_that_again_works_after_either_mind(talk: Talk) -> None:
    await talk("tell me a joke")
    assert await talk("say that again") == "Knock knock."


async def test_what_lasts_is_done_after_a_yes_only(talk: Talk) -> None:
    await talk("add milk to the shopping list")
    assert "?" in await talk("clear the shopping list")
    assert "milk" in (await talk("what is on the shopping list")).lower()
    assert "?" in await talk("clear the shopping list")
    await talk("yes please")
    assert talk.tools == ["list_clear"]
    assert "empty" in await talk("what is on the shopping list")


async def test_a_no_leaves_everything_as_it_was(talk: Talk) -> None:
    await talk("add milk to the shopping list")
    await talk("clear the shopping list")
    await talk("no")
    assert talk.tools == []
    assert "milk" in (await talk("what is on the shopping list")).lower()


async def test_a_yes_counts_only_right_after_the_question(talk: Talk) -> None:
    await talk("add milk to the shopping list")
    await talk("clear the shopping list")
    await talk("what time is it")
    assert await talk("yes") == ""
    assert talk.tools == []


@pytest.mark.parametrize(("later_s", "tools"), [(15.0, ["list_clear"]), (15.1, []), (-1.0, [])])
async def test_a_yes_counts_for_a_while_only(talk: Talk, later_s: float, tools: list[str]) -> None:
    await talk("add milk to the shopping list")
    talk.now_s = 100.0
    await talk("clear the shopping list")
    talk.now_s += later_s
    await talk("yes")
    assert talk.tools == tools


@pytest.mark.parametrize("yes", ["Yes, please.", "yeah please", "yep", "That\u2019s right!", "Correct."])
async def test_a_yes_has_many_words(talk: Talk, yes: str) -> None:
    await talk("add milk to the shopping list")
    await talk("clear the shopping list")
    await talk(yes)
    assert talk.tools == ["list_clear"]


@pytest.mark.parametrize("no", ["no please", "No, thanks.", "nope"])
async def test_a_no_has_many_words(talk: Talk, no: str) -> None:
    await talk("add milk to the shopping list")
    await talk("clear the shopping list")
    assert await talk(no) == ""
    assert talk.tools == []


async def test_every_yes_and_no_that_the_narrow_ear_hears_is_one() -> None:
    phrases = Phrases.load("en", HouseNames((), ()))
    (block,) = [block for name, block in phrases.blocks() if name == "answer"]
    said = [text for sentence in block.sentences for text in sample_sentence(sentence)]
    assert "yeah please" in said
    assert [text for text in said if said_yes(text) == said_no(text)] == []


async def test_one_of_several_timers_is_chosen_by_its_name(talk: Talk) -> None:
    await talk("set a ten minute pizza timer")
    await talk("set a five minute tea timer")
    assert "Which one" in await talk("cancel the timer")
    await talk("the pizza one")
    assert talk.tools == ["timer_cancel"]
    assert "tea" in await talk("how long is left")
    assert "pizza" not in await talk("how long is left")


async def test_two_commands_in_one_sentence_are_both_done(talk: Talk) -> None:
    await talk("turn on the kitchen light and set a timer for five minutes")
    assert talk.tools == ["device_on", "timer_set"]


async def test_what_a_tool_asks_of_the_llm_is_answered_like_any_question(tmp_path: Path) -> None:
    home = tmp_path / "home.yaml"
    home.write_text(HOME)
    call: JsonValue = {"tool": "timer_cancel", "arguments": {}}
    engines = kit({"llm": {"replies": {"get rid of one of the timers for me": [call]}}})
    journal = Journal(lambda: 0.0)
    settings = Settings(rooms={"kitchen": RoomSettings()})
    async with open_house(settings, journal, Opening(home_file=home, kit=engines)) as house:
        talk = Talk(house)
        await talk("set a ten minute pizza timer")
        await talk("set a five minute tea timer")
        assert "Which one" in await talk("get rid of one of the timers for me")
        assert talk.route == "llm"
        assert await talk("the tea one") == "The tea timer is cancelled."


async def test_it_means_what_the_llm_did_and_undo_takes_it_back(tmp_path: Path) -> None:
    home = tmp_path / "home.yaml"
    home.write_text(HOME)
    call: JsonValue = {"tool": "device_on", "arguments": {"targets": ["kitchen light"]}}
    engines = kit({"llm": {"replies": {"it is rather gloomy": [call]}}})
    journal = Journal(lambda: 0.0)
    settings = Settings(rooms={"kitchen": RoomSettings()})
    async with open_house(settings, journal, Opening(home_file=home, kit=engines)) as house:
        talk = Talk(house)
        assert await talk("it is rather gloomy") == "The kitchen light is on."
        assert "the language model chose" in await talk("why did you do that")
        assert await talk("turn it off") == "The kitchen light is off."
        assert await talk("undo that") == "The kitchen light is on."
