"""Lists: what is said is made from the list as it was read back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from assistant.errors import ToolError
from assistant.memory.database import Database
from assistant.memory.lists import Change, Item, KeptLists
from assistant.messages import JsonValue, Turn
from assistant.ports import Home
from assistant.skills.items import item, shown
from assistant.skills.skill import Outcome, Weight, Word, Words, tool
from assistant.skills.todo import HouseLists, ListKeeper
from assistant.skills.wording import counted, joined, number, sentence

DEFAULT: Final = "shopping"
MOST_READ: Final = 15
"""More items than this are too long to listen to."""
MOST_AT_ONCE: Final = 50
"""Things one call takes."""
Things: TypeAlias = list[Item]
Undo: TypeAlias = Sequence[tuple[str, Mapping[str, JsonValue]]]
_SAME: Final = {"grocery": "shopping", "groceries": "shopping", "todo": "to do", "to-do": "to do"}


class Lists:
    """The household's lists, the shopping list where none is named."""

    def __init__(self, database: Database, home: Home | None = None) -> None:
        kept = KeptLists(database)
        self._lists: ListKeeper = kept if home is None else HouseLists(kept, home)

    def abilities(self) -> Sequence[str]:
        return ["keep your shopping list and others"]

    async def weigh(self, tool: str, arguments: Mapping[str, Any], room: str) -> Weight | None:
        """Clearing a list with something on it cannot be undone, so it wants a yes."""
        if tool != "list_clear":
            return None
        name = _named(arguments.get("list"))
        there = await self._lists.read(name)
        if not there:
            return Weight(1)
        return Weight(2, f"Shall I clear your {name} list? It has {counted(len(there), 'thing')} on it.")

    def lead(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """The list, by name."""
        return f"Your {_named(arguments.get('list'))} list" if tool in ("list_add", "list_remove") else ""

    @tool(writes=True, risk=1)
    async def list_add(self, turn: Turn, items: Words, list: Word | None = None) -> Outcome:
        """Put things on a list."""
        name, wanted = _named(list), _wanted(items)
        change = await self._lists.add(name, wanted)
        added: Things = []
        raised: Things = []
        already: Things = []
        for thing in wanted:
            before, after = change.had(thing.key), change.has(thing.key)
            if after is None:
                raise ToolError(f"{thing.text!r} is not on the list", spoken="Sorry, I couldn't keep that.")
            (added if before is None else already if before == after else raised).append(after)
        told = [f"I added {_all(added)} to your {name} list."] if added else []
        for things, words in ((raised, "now has"), (already, "already has")):
            if things:
                told.append(f"{'It' if told else f'Your {name} list'} {words} {_all(things)}.")
        undo = _swapped(name, off=[*added, *raised], back=_before(change, raised))
        led = [f"now has {_all([*added, *raised])}"] if added or raised else []
        led += [f"already has {_all(already)}"] if already else []
        outcome = _outcome(" ".join(told), change, changed=bool(added or raised), undo=undo)
        return replace(outcome, led=f"Your {name} list {', and '.join(led)}.")

    @tool(writes=True, risk=1)
    async def list_remove(self, turn: Turn, items: Words, list: Word | None = None) -> Outcome:
        """Take things off a list."""
        name, wanted = _named(list), _wanted(items)
        change = await self._lists.remove(name, wanted)
        gone: Things = []
        fewer: Things = []
        missing: Things = []
        for thing in wanted:
            before, after = change.had(thing.key), change.has(thing.key)
            if before is None:
                missing.append(thing)
            elif after is None:
                gone.append(before)
            elif after != before:
                fewer.append(after)
            else:
                raise ToolError(f"{thing.text!r} is still there", spoken="Sorry, it is still on the list.")
        told = [f"I took {_all(gone)} off your {name} list."] if gone else []
        if fewer:
            told.append(f"{'It' if told else f'Your {name} list'} still has {_all(fewer)}.")
        if missing:
            names = joined([thing.text for thing in missing], "or")
            told.append(f"I don't see {names} on {'it' if told else f'your {name} list'}.")
        undo = _swapped(name, off=fewer, back=_before(change, [*gone, *fewer]))
        led = [f"no longer has {_all(gone)}"] if gone else []
        led += [f"still has {_all(fewer)}"] if fewer else []
        led += [f"did not have {joined([thing.text for thing in missing], 'or')}"] if missing else []
        outcome = _outcome(" ".join(told), change, changed=bool(gone or fewer), ok=not missing, undo=undo)
        return replace(outcome, led=f"Your {name} list {', and '.join(led)}.")

    @tool(writes=False, risk=0)
    async def list_read(self, turn: Turn, list: Word | None = None) -> Outcome:
        """Tell what is on a list."""
        name = _named(list)
        there = await self._lists.read(name)
        values: dict[str, JsonValue] = {"list": name, "items": [shown(thing) for thing in there]}
        if not there:
            return Outcome(f"Your {name} list is empty.", values)
        more = len(there) - MOST_READ
        told = [
            *(shown(thing) for thing in there[:MOST_READ]),
            *([f"{number(more)} more"] if more > 0 else []),
        ]
        return Outcome(sentence(f"on your {name} list: {joined(told)}"), values)

    @tool(writes=True, risk=2)
    async def list_clear(self, turn: Turn, list: Word | None = None) -> Outcome:
        """Take everything off a list."""
        name = _named(list)
        change = await self._lists.clear(name)
        if change.after:
            raise ToolError(f"the {name} list is not empty", spoken=f"Sorry, your {name} list is not empty.")
        if not change.before:
            return _outcome(f"Your {name} list is already empty.", change)
        undo = _swapped(name, off=[], back=change.before)
        return _outcome(f"Your {name} list is empty now.", change, changed=True, undo=undo)


def _named(said: str | None) -> str:
    words = (said or DEFAULT).casefold().split()
    while len(words) > 1 and words[0] in ("my", "the", "our"):
        words.pop(0)
    if len(words) > 1 and words[-1] == "list":
        words.pop()
    name = " ".join(words)
    return DEFAULT if name == "list" else _SAME.get(name, name)


def _wanted(said: Sequence[str]) -> list[Item]:
    """Each thing once."""
    wanted = {thing.key: thing for thing in reversed([item(words) for words in said])}
    return list(reversed(wanted.values()))


def _all(things: Sequence[Item]) -> str:
    return joined([shown(thing) for thing in things])


def _before(change: Change, things: Sequence[Item]) -> list[Item]:
    """The things as they were on the list before."""
    return [was for thing in things if (was := change.had(thing.key)) is not None]


def _swapped(name: str, off: Sequence[Item], back: Sequence[Item]) -> Undo:
    """The calls that take things off a list whole and put others back with their counts."""
    names = [shown(thing) for thing in back]
    calls: list[tuple[str, Mapping[str, JsonValue]]] = []
    if off:
        calls.append(("list_remove", {"items": [thing.text for thing in off], "list": name}))
    for start in range(0, len(names), MOST_AT_ONCE):
        calls.append(("list_add", {"items": [*names[start : start + MOST_AT_ONCE]], "list": name}))
    return calls


def _outcome(say: str, change: Change, *, changed: bool = False, ok: bool = True, undo: Undo = ()) -> Outcome:
    values: dict[str, JsonValue] = {"items": [shown(thing) for thing in change.after]}
    return Outcome(say, values, ok=ok, changed=changed, undo=undo)
