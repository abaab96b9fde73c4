"""What the phrases of lists mean → arguments."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from assistant.messages import JsonValue
from assistant.think.numbers import TENS, UNITS
from assistant.think.said import Arguments, Build, NotMeant, Said, Slot, device_of

_COUNTS = frozenset((*UNITS[1:], *TENS[2:], "a", "half", "dozen"))
"""How many of an item: two, a dozen, half a dozen."""
_MEASURES: Final = frozenset({"percent", "degrees", "degree", "more", "times", "o'clock"})
MOST_LIST_WORDS: Final = 2
"""A list that is called by any words has no longer name."""
TASKS, TASK_WORDS = "to do", 12
"""A task on a to-do list is at most this long."""


def _items(said: Said) -> Arguments:
    _check_tasks(said)
    items: list[JsonValue] = [slot.value for slot in said.all("task")]
    for slot in said.all("item", "any_items"):
        if not slot.open:
            items.append(slot.value)
            continue
        for part in _parts(str(slot.value)):
            items.append(_counted_name(part, said))
    for slot in said.all("counted_items"):
        items += _counted(str(slot.value), said)
    _check_list(said)
    if todo := said.all("target"):
        if _the_name_goes_on(said, todo[0]):
            raise NotMeant
        return {"items": list(dict.fromkeys(items)), "list": device_of(said, todo[0])[0]}
    if own := said.all("own_task"):
        return _own_tasks(said, own)
    return {"items": list(dict.fromkeys(items)), **said.optional("list")}


def _check_tasks(said: Said) -> None:
    for slot in said.all("task", "own_task"):
        words = str(slot.value).split()
        if len(words) > TASK_WORDS or not said.scene.never_in_tasks.isdisjoint(words):
            raise NotMeant
    if _a_task_is_meant(said):
        raise NotMeant


def _own_tasks(said: Said, own: Sequence[Slot]) -> Arguments:
    """Tasks said without their list: those of the home's only one."""
    lists = said.scene.things.here("todo", said.room) if said.scene.things else ()
    ends = [str(slot.value).split()[-1] for slot in own]
    if len(lists) != 1 or any(said.scene.things.meant(end, said.room, {"todo"})[0] for end in ends):  # type: ignore[union-attr]
        raise NotMeant
    return {"items": [slot.value for slot in own], "list": lists[0]}


def _the_name_goes_on(said: Said, todo: Slot) -> bool:
    """ "Add to my shopping list" has no task "list"."""
    things = said.scene.things
    firsts = {str(slot.value).partition(" ")[0] for slot in said.all("task")}
    return things is not None and any(
        things.meant(f"{todo.value} {first}", said.room, todo.kinds)[0] for first in firsts
    )


def _a_task_is_meant(said: Said) -> bool:
    """On the home's own list of tasks "water the tomatoes" is one thing, not two to buy."""
    things = said.scene.things
    if things is None or said.all("task") or not things.here("todo", said.room):
        return False
    called = [str(slot.value) for slot in said.all("list")]
    return any(name == TASKS or things.meant(name, said.room, {"todo"})[0] for name in called)


def _parts(text: str) -> Iterator[str]:
    """What "and" joins, and what begins with a count: "pasta tomatoes", "a dozen eggs"."""
    for part in text.split(" and "):
        words = part.split()
        start = 0
        for at in range(1, len(words) - 1):
            if words[at] in _COUNTS and words[at - 1] not in _COUNTS:
                yield " ".join(words[start:at])
                start = at
        yield " ".join(words[start:])


def _counted(text: str, said: Said) -> Iterator[str]:
    """Items without their list, each with its count: "two lemons and a dozen eggs"."""
    for part in _parts(text):
        name = _counted_name(part, said)
        if name.split()[0] not in _COUNTS or not _MEASURES.isdisjoint(name.split()):
            raise NotMeant
        yield name


def _check_list(said: Said) -> None:
    for slot in said.all("list"):
        if slot.open and len(said.a_name(str(slot.value)).split()) > MOST_LIST_WORDS:
            raise NotMeant


def _counted_name(part: str, said: Said) -> str:
    """ "Two dozen free range eggs", "some milk": a count belongs to the item, an article does not."""
    words = part.split()
    count = 0
    while count < min(3, len(words) - 1) and words[count] in _COUNTS:
        count += 1
    if count == 0 or (words[0] in ("a", "an") and words[1] != "dozen"):
        return said.a_name(_without_article(part))
    said.a_name(" ".join(words[count:]))
    return part


def _without_article(text: str) -> str:
    first, _, rest = text.strip().partition(" ")
    return rest if rest and first in {"a", "an", "the", "some", "more", "my", "our"} else text.strip()


def _list(said: Said) -> Arguments:
    if todo := said.all("target"):
        return {"list": device_of(said, todo[0])[0]}
    _check_list(said)
    return said.optional("list")


BUILDERS: Mapping[str, Build] = {
    "list_add": _items,
    "list_remove": _items,
    "list_read": _list,
    "list_clear": _list,
}
