"""Dialogues with a teacher in the place of the language model: the house's prompts, the right replies.

A house is opened as ever, people ask in ways its intents refuse, and the teacher calls the tool that was
meant, on the house's real toolbox; what the house then shows to the model, and what the model shall write,
becomes an example.
"""

import json
import random
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from assistant.house.build import Opening, open_house
from assistant.house.kit import Kit
from assistant.house.staff import Staff, Staffing
from assistant.journal import Journal
from assistant.messages import JsonValue, LlmItem, LlmUsage, Prompt, Sound, TextDelta, ToolCall, ToolSpec
from assistant.settings import Settings
from assistant.think.llm.llm_forms import Clean
from assistant.think.llm.llm_template import ChatTemplate
from assistant.think.phrases import Phrases
from kit.chat_asks import Ask, Asks
from kit.chat_homes import known_names, random_home
from kit.chat_words import BEGIN, CLOSES, END, FORMAT, OPENS, SPECIAL, TEMPLATE

TALK_SHARE, AGAIN_SHARE, NEW_SHARE = 0.16, 0.35, 0.4
"""Of what is said: small talk; after a thing was switched, the same for another; the beginning of a talk."""
REFUSED = ("Not done", "Nothing was changed")
"""What a tool says where the house took the words for no order; the teacher says that it is unsure."""
UNSURE = "I'm not sure I should do that. Please say it as an order."
Written = Callable[[Prompt], str]
"""A prompt as the model reads it."""
ROOM = "You are in the "
"""What a prompt's words about the room begin with."""
ROOMS = 12
"""Of a home, so that most talks are short."""


@dataclass(frozen=True, slots=True)
class Round:
    """One prompt of the house, and what the model shall write."""

    prompt: str
    reply: str
    ask: Ask
    tools: Sequence[ToolSpec] = field(repr=False)
    shown: Prompt = field(repr=False)


def written_by(template: str, begin: str, end: str, special: Sequence[str]) -> Written:
    """How a model's own template writes prompts; `special`: its marks, which no words may hold."""
    made, clean = ChatTemplate(template, begin, end, FORMAT), Clean(special)
    return lambda prompt: made.render(clean.prompt(prompt))


class Teacher:
    """A language model that was told what is meant."""

    name = "teacher"
    here = True

    def __init__(self, written: Written) -> None:
        self.ask: Ask | None = None
        self.rounds: list[Round] = []
        self._written = written

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        """The right reply to what is asked; nothing where the house does not offer the tool."""
        ask, tools = self.ask, {tool.name: tool for tool in prompt.every_tool}
        since = prompt.messages[max(n for n, m in enumerate(prompt.messages) if m.role == "user") + 1 :]
        reports = [message.content for message in since if message.role == "tool"]
        if ask is None or (ask.tool and ask.tool not in tools):
            return
        if ask.tool and not reports:
            self._keep(prompt, _call(prompt, ask))
            yield ToolCall("c1", ask.tool, in_order(tools[ask.tool], ask.arguments or {}))
        else:
            # What a tool changed is told already; what it read is to be told.
            told = ask.say if not ask.tool else "" if tools[ask.tool].writes else reports[-1]
            if reports and reports[-1].startswith(REFUSED):
                told = UNSURE
            self._keep(prompt, told)
            if told:
                yield TextDelta(told)
        yield LlmUsage(0, 0, 0)

    def other(self, prompt: Prompt, ask: Ask) -> Round:
        """The first round of a talk that did not take place."""
        return self._round(prompt, _call(prompt, ask) if ask.tool else ask.say, ask)

    def _keep(self, prompt: Prompt, reply: str) -> None:
        assert self.ask is not None
        self.rounds.append(self._round(prompt, reply, self.ask))

    def _round(self, prompt: Prompt, reply: str, ask: Ask) -> Round:
        return Round(self._written(prompt), reply, ask, prompt.every_tool, prompt)


def _call(prompt: Prompt, ask: Ask) -> str:
    tool = next(tool for tool in prompt.every_tool if tool.name == ask.tool)
    body = {"name": ask.tool, "arguments": in_order(tool, ask.arguments or {})}
    return f"{OPENS}{json.dumps(body, ensure_ascii=False)}{CLOSES}"


def in_order(tool: ToolSpec, arguments: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """As the grammar of calls has them: what is required first, all in the order of the tool."""
    properties, required = tool.parameters.get("properties"), tool.parameters.get("required")
    names = list(properties) if isinstance(properties, Mapping) else []
    wanted = [name for name in names if isinstance(required, list) and name in required]
    order = [*wanted, *(name for name in names if name not in wanted)]
    return {name: arguments[name] for name in order if name in arguments}


async def talked(
    seed: int, count: int, more: int = 0, *, judging: bool = False, written: Written | None = None
) -> list[list[Round]]:
    """`count` asks in a home of chance, each with its rounds; those the intents know are left out.

    `more`: first rounds besides, in which these prompts hold other words, whatever the intents make of them.
    `written`: how the prompts are; left out, as for the kit's own chat model.
    """
    chance = random.Random(seed * 2 + judging)
    home, teacher, clock = random_home(chance), Teacher(written or _own()), Clock()
    asks = Asks(list(home.devices()), chance, judging=judging)
    known = known_names()["areas"]
    rooms = [*{device.area: None for device in home.devices()}, *chance.sample(known, ROOMS)][:ROOMS]
    settings = Settings.model_validate({"rooms": {room: {} for room in dict.fromkeys(rooms)}})
    found: list[list[Round]] = []
    opening = Opening(home=home, staffing=_staffed(teacher))
    async with open_house(settings, Journal(clock), opening) as house:
        before, room = Ask(""), rooms[0]
        for _ in range(count):
            if chance.random() < NEW_SHARE:
                before, room = Ask(""), chance.choice(rooms)
            before = _next(asks, before, room, chance)
            teacher.ask, start = before, len(teacher.rounds)
            await house.ask(before.words, room)
            clock.now_s += 1
            if rounds := teacher.rounds[start:]:
                found.append(rounds)
    if beginnings := [rounds[0] for rounds in found if _begins(rounds[0])]:
        found += [[teacher.other(*_reworded(asks, beginnings, chance))] for _ in range(more)]
    return found


def _begins(first: Round) -> bool:
    """Whether nothing was said before, and the words stand last."""
    said = [message.role for message in first.shown.messages if message.role != "system"]
    return said == ["user"] and first.shown.messages[-1].role == "user"


def _reworded(asks: Asks, beginnings: Sequence[Round], chance: random.Random) -> tuple[Prompt, Ask]:
    """One of the prompts, with other words in it; only what its house has a tool for."""
    while True:
        prompt = chance.choice(beginnings).shown
        ask = _next(asks, Ask(""), _room(prompt), chance)
        if not ask.tool or ask.tool in {tool.name for tool in prompt.every_tool}:
            said = replace(prompt.messages[-1], content=ask.words)
            return replace(prompt, messages=(*prompt.messages[:-1], said), found_tools=()), ask


def _room(prompt: Prompt) -> str:
    told = next((m.content for m in prompt.messages if m.content.startswith(ROOM)), ROOM)
    return told.removeprefix(ROOM).partition(".")[0]


def _own() -> Written:
    return written_by(TEMPLATE, BEGIN, END, SPECIAL)


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def _staffed(teacher: Teacher) -> Staffing:
    """No engines but the teacher: nothing is heard, and nothing said aloud."""

    async def start(
        kit: Kit, phrases: Phrases, journal: Journal, stack: AsyncExitStack, *, hears: bool
    ) -> Staff:
        return Staff(Silent(), (), (), (teacher,))

    return start


class Silent:
    """A voice that is never asked."""

    name = "silent"

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        """Nothing."""
        for sound in tuple[Sound, ...]():
            yield sound


def _next(asks: Asks, before: Ask, room: str, chance: random.Random) -> Ask:
    if chance.random() < AGAIN_SHARE and (again := asks.again(before)) is not None:
        return again
    return asks.talk() if chance.random() < TALK_SHARE else asks.command(room)
