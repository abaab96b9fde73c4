"""Conversations as a family has them: what is said, what the house says and which tools it calls.

A file of `dialogues/` holds several, each under its title:

```
= a light, and then another
> turn on the kitchen light          said in the kitchen, where no room is named
< The kitchen light is on.           the whole answer; `…` stands for any words
~ device_on kitchen light            a call and what it is for, in order; `*`: anything, `nothing`: none
[bedroom] > and here                 said in another room
(130 s)                              so much time passes
! bedroom light is on                how a device is then
```
"""

import fnmatch
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.messages import JsonValue, ToolCall
from tests.think.family import Family, family

FOLDER = Path(__file__).with_name("dialogues")


@dataclass(frozen=True)
class Told:
    """One dialogue."""

    title: str
    lines: tuple[str, ...]


def _dialogues() -> list[Told]:
    found = []
    for file in sorted(FOLDER.glob("*.txt")):
        for part in re.split(r"^= ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            title, *lines = part.splitlines()
            found.append(Told(f"{file.stem}: {title}", tuple(line for line in lines if line.strip())))
    return found


DIALOGUES = _dialogues()


@pytest.mark.parametrize("told", DIALOGUES, ids=lambda told: told.title)
async def test_a_dialogue(told: Told) -> None:
    async with family() as ask:
        said, calls = "", list[str]()
        for line in told.lines:
            if spoken := re.fullmatch(r"(?:\[(.+)\] )?> (.*)", line):
                assert calls in ([], ["nothing"]), f"not told: {calls} before {line!r}"
                said = await ask(spoken[2], spoken[1] or "kitchen")
                calls = [_call(call) for call in ask.calls] or ["nothing"]
            elif line.startswith("< "):
                assert fnmatch.fnmatchcase(said, _pattern(line[2:])), f"{said!r} is not {line[2:]!r}"
            elif line.startswith("~ "):
                assert fnmatch.fnmatchcase(calls[0] if calls else "", line[2:]), f"{calls}, not {line[2:]!r}"
                calls = calls[1:]
            elif passes := re.fullmatch(r"\((\d+) s\)", line):
                ask.now_s += float(passes[1])
            else:
                _check(ask, line)
        assert calls in ([], ["nothing"]), f"not told: {calls}"


def _pattern(text: str) -> str:
    return text.replace("[", "[[]").replace("?", "[?]").replace("*", "[*]").replace("…", "*")


def _check(ask: Family, line: str) -> None:
    device = re.fullmatch(r"! (.+) (?:is|are) (\S+)(?: (\d+))?", line)
    assert device is not None, f"a line that is none of a dialogue's: {line!r}"
    state = ask.home.state(device[1])
    assert state.value == device[2], f"{device[1]} is {state.value}"
    if device[3]:
        numbers = [v for v in state.attributes.values() if isinstance(v, int | float)]
        assert float(device[3]) in numbers, f"{device[1]} has {state.attributes}"


def _call(call: ToolCall) -> str:
    """The tool and its plain arguments, the devices first; ids of entries are left out."""
    given = dict(call.arguments)
    states = given.pop("states", None)
    restored = list(states) if isinstance(states, dict) else []
    targets = given.pop("targets", None) or given.pop("items", None) or restored
    rest = [_shown(value) for name, value in sorted(given.items()) if not name.startswith("left")]
    named = [", ".join(map(str, targets))] if isinstance(targets, list) and targets else []
    return " ".join([call.name, *named, *rest])


def _shown(value: JsonValue) -> str:
    return re.sub(r"#\d+", "#", str(value))


def test_there_are_as_many_dialogues_as_promised() -> None:
    assert len(DIALOGUES) >= 40
