"""What was said, slot by slot: the material of a call's arguments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assistant.messages import JsonValue
from assistant.think.names import HouseNames
from assistant.think.things import Things

Arguments = Mapping[str, JsonValue]

OPEN_ITEM_WORDS = 4
"""An open list item or timer name is at most this long."""


class NotMeant(Exception):
    """The words fit a phrase but mean nothing in this house."""


@dataclass(frozen=True, slots=True)
class Unclear(Exception):
    """The words fit but the house must ask; `question` is what to ask."""

    question: str
    names: tuple[str, ...] = ()
    """The devices among which an answer chooses."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of a match, in the order spoken; `open` ones hold any words."""

    name: str
    value: JsonValue
    open: bool = False
    kinds: frozenset[str] = frozenset()
    """Which kinds of devices a device slot may mean; empty: any, by its exact names."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where something is said: the house's names, the room, and what no name or list item contains."""

    names: HouseNames
    room: str
    never_in_names: frozenset[str] = frozenset()
    never_in_tasks: frozenset[str] = frozenset()
    things: Things | None = None
    recalls: Callable[[str], bool] = field(default=lambda question: False)
    """Whether something the household had kept answers a question."""
    now: Callable[[], datetime] = field(default=datetime.now)
    """The wall clock of the house, by which "tomorrow" is read."""


class Said:
    """The slots of one match, by name."""

    def __init__(self, slots: Sequence[Slot], scene: Scene) -> None:
        self.slots = slots
        self.names = scene.names
        self.room = scene.room
        self._never_in_names = scene.never_in_names
        self.scene = scene

    def all(self, *wanted: str) -> list[Slot]:
        return [slot for slot in self.slots if slot.name in wanted]

    def total(self, name: str) -> int:
        return sum(int(str(slot.value)) for slot in self.all(name))

    def duration_s(self) -> int:
        found = (
            3600 * self.total("hours")
            + 60 * self.total("minutes")
            + self.total("seconds")
            + self.total("extra_s")
        )
        if found <= 0:
            raise NotMeant
        return found

    def optional(self, name: str) -> dict[str, JsonValue]:
        """The slot as an argument when it was said; an open one must look like a name."""
        found = self.all(name)
        for slot in found:
            if slot.open:
                self.a_name(str(slot.value))
        return {name: found[0].value} if found else {}

    def a_name(self, text: str) -> str:
        """Free words that look like a name or an item; NotMeant where they hold more than one."""
        words = text.split()
        if not words or len(words) > OPEN_ITEM_WORDS or not self._never_in_names.isdisjoint(words):
            raise NotMeant
        return text


Build = Callable[[Said], Arguments]
"""Slots → a tool's arguments. Raises NotMeant or Unclear."""


def device_of(said: Said, slot: Slot) -> Sequence[str]:
    """The devices that a slot names. Raises NotMeant or Unclear."""
    spoken, things = str(slot.value), said.scene.things
    if slot.kinds and things is not None:
        meant, together = things.meant(spoken, said.room, slot.kinds)
    else:
        meant, together = said.names.meant(spoken, said.room), False
    if not meant:
        raise NotMeant
    if len(meant) > 1 and not together:
        raise Unclear(
            f"Which {spoken} do you mean: {', '.join(f'the {n}' for n in meant[:-1])} or the {meant[-1]}?",
            tuple(meant),
        )
    return meant
