"""Converse on a real, tiny GGUF: a call is made and told, and later turns reuse what was read."""

import datetime
from collections.abc import AsyncGenerator

import pytest

from assistant.devices.home import MemoryHome
from assistant.journal import Journal
from assistant.messages import ChatMessage, Device, DeviceState, LlmItem, LlmUsage, Prompt, Turn
from assistant.skills.policy import Policy
from assistant.skills.skill import Outcome, tool
from assistant.skills.toolbox import SkillToolbox
from assistant.think.converse import Converse
from assistant.think.llm.llama_cpp import LlamaCpp
from assistant.think.prompt import surroundings
from tests.models import engine_options

pytest.importorskip("llama_cpp", reason="needs the full profile (uv sync --extra full)")

NOON = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)


class Tea:
    """A skill with one timer."""

    def __init__(self) -> None:
        self.set: list[tuple[int, str]] = []

    @tool(writes=True, risk=1)
    async def timer_set(self, turn: Turn, duration_s: int, name: str) -> Outcome:
        """Set a timer."""
        self.set.append((duration_s, name))
        return Outcome(f"The {name} timer is set.", changed=True)


class InPlace:
    """The engine without its process; keeps what each call cost."""

    name = "llama_cpp"

    def __init__(self) -> None:
        self._engine = LlamaCpp(engine_options("llm", "llama_cpp"))
        self._engine.load()
        self.costs: list[LlmUsage] = []

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        for item in self._engine.converse(prompt, lambda: False):
            if isinstance(item, LlmUsage):
                self.costs.append(item)
            yield item


class House:
    """A mind with one skill, one lamp, and a clock that runs."""

    def __init__(self) -> None:
        self.llm = InPlace()
        self.tea = Tea()
        self.minute = 0
        home = MemoryHome({Device("kitchen light", "kitchen", "light"): DeviceState("on")})
        toolbox = SkillToolbox([self.tea], Policy(), Journal(lambda: 0.0))
        self.converse = Converse(
            self.llm, toolbox, lambda room: surroundings(home, room, NOON.replace(minute=self.minute))
        )
        self.history: list[ChatMessage] = []

    async def say(self, words: str) -> list[str]:
        self.minute += 1
        turn = Turn(1, "kitchen")
        turn.committed.set()
        said = [sentence.text async for sentence in self.converse.answer(words, turn, tuple(self.history))]
        self.history += [ChatMessage("user", words), ChatMessage("assistant", " ".join(said))]
        return said


async def test_a_call_is_made_and_told_once() -> None:
    house = House()
    assert (await house.say("[call] tea please"))[0] == "The tea timer is set."
    assert house.tea.set == [(600, "tea")]


async def test_what_it_writes_in_vain_is_not_said() -> None:
    house = House()
    assert await house.say("[claim]") == ["Sorry, I haven't done that."]
    assert await house.say("[unknown]") == ["Sorry, I don't have an answer to that."]
    assert house.tea.set == []


async def test_later_turns_read_only_what_is_new() -> None:
    house = House()
    await house.converse.warm("kitchen")
    head = house.llm.costs[0].prefilled_tokens
    for words in ("hello", "how are you", "[think] again"):
        assert await house.say(words)
    costs = house.llm.costs[1:]
    assert [cost.reused_tokens > head * 0.85 for cost in costs] == [True] * 3
    assert all(cost.prefilled_tokens < 250 for cost in costs), costs
