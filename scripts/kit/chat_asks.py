"""A home → what people say in it, beside the house's own phrases, and what is to be done about it."""

import functools
import hashlib
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.messages import Device, JsonValue
from kit import chat_slots
from kit.chat_homes import words
from kit.chat_things import Things

ROWS = Path(__file__).resolve().parent / "paraphrases"
HELD_OUT = 6
"""One row in so many is for judging only."""
FILLED_SHARE, DROPPED_SHARE, ENDED_SHARE = 0.1, 0.05, 0.06
"""Of what is said: with a word of no meaning in it; with a small word swallowed; with a word of thanks."""
SMALL_WORDS = frozenset({"the", "a", "to", "of", "me", "is", "it", "that", "for"})
ENDINGS = (" please", " thanks", " okay", " thank you", " now")
_CHOICE = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Ask:
    """Words, the call they ask for, or else what is to be said."""

    words: str
    tool: str = ""
    arguments: Mapping[str, JsonValue] | None = None
    say: str = ""


def held_out(row: str) -> bool:
    """Whether nothing said in this way may be trained on."""
    return hashlib.sha256(row.encode()).digest()[0] % HELD_OUT == 0


def expanded(row: str, chance: random.Random) -> str:
    """One way through the choices of a row."""
    while _CHOICE.search(row):
        row = _CHOICE.sub(lambda found: chance.choice(found[1].split("|")), row, count=1)
    return row


@functools.cache
def read_rows() -> dict[str, Any]:
    """All of `paraphrases/`; lists of one name in several files are one list."""
    rows: dict[str, Any] = {}
    for place in sorted(ROWS.glob("*.yaml")):
        for name, found in yaml.load(place.read_text(encoding="utf-8"), yaml.CSafeLoader).items():
            rows[name] = [*rows.get(name, ()), *found]
    return rows


class Asks:
    """What may be asked in one home. `judging`: only in rows never trained on, else only in the others."""

    def __init__(self, devices: Sequence[Device], chance: random.Random, *, judging: bool = False) -> None:
        self._found = read_rows()
        self._chance, self._judging, self._words = chance, judging, words()
        self._things = Things(devices, chance)
        self._tools = [
            (ask, rows)
            for ask in self._found["asks"]
            if (rows := [*self._rows(ask, "say"), *self._rows(ask, "do")])
            and self._things.possible(ask.get("slots", {}))
        ]
        self._ways: list[str] = [*self._found["ways"], *(self._found["ways_held_out"] if judging else [])]

    def _rows(self, ask: Mapping[str, Any], part: str) -> list[tuple[str, str]]:
        return [(part, row) for row in ask.get(part, ()) if held_out(row) == self._judging]

    def command(self, room: str = "") -> Ask:
        """Something to do or look up, said in this room."""
        while True:
            shares = [ask.get("share", 1) for ask, _ in self._tools]
            ask, rows = self._chance.choices(self._tools, shares)[0]
            part, row = self._chance.choice(rows)
            if "here" not in ask.get("slots", {}) or self._things.lights(room):
                return self._filled(ask, row, orders=part == "do", room=room)

    def talk(self) -> Ask:
        """Nothing to do: small talk, what nobody here knows, what the house cannot do."""
        while True:
            asked, said = self._chance.choice(self._found["talk"])
            if rows := [row for row in asked if held_out(row) == self._judging]:
                row = self._blurred(expanded(self._chance.choice(rows), self._chance))
                return Ask(self._led(self._said(row, {})), say=self._chance.choice(said))

    def again(self, before: Ask) -> Ask | None:
        """The same for another thing; None where nothing of the sort was asked."""
        names = [name for name in self._things.alike() if name not in before.words]
        if before.tool not in ("device_on", "device_off") or not names:
            return None
        rows = [row for row in self._found["again"][0][1] if held_out(row) == self._judging]
        if not rows:
            return None
        thing = self._chance.choice(names)
        row = expanded(self._chance.choice(rows), self._chance)
        said = self._said(row, {"thing": (f"the {thing}", thing)})
        return Ask(said, before.tool, {"targets": [thing]})

    def _filled(self, ask: Mapping[str, Any], row: str, *, orders: bool, room: str) -> Ask:
        given = self._given(ask, row, room)
        arguments: dict[str, JsonValue] = {}
        for name, slot in ask["arguments"].items():
            value = [given[part][1] for part in slot.split("+")]
            arguments[name] = list(dict.fromkeys(map(str, value))) if name == "targets" else value[0]
        if orders:
            row = self._chance.choice(self._ways).replace("{do}", row)
        text = self._said(self._blurred(expanded(row, self._chance)), given)
        if self._chance.random() < ENDED_SHARE:
            text += self._chance.choice(ENDINGS)
        return Ask(self._led(text), ask["tool"], arguments)

    def _given(self, ask: Mapping[str, Any], row: str, room: str) -> dict[str, tuple[str, JsonValue]]:
        """Of each slot, what is said and what it is in the call."""
        slots = ask.get("slots", {})
        wanted = {
            *_SLOT.findall(row),
            *(part for slot in ask["arguments"].values() for part in slot.split("+")),
        }
        given: dict[str, tuple[str, JsonValue]] = {}
        if "amount" in wanted:
            given |= chat_slots.conversion(self._chance)
        for slot in sorted(wanted - given.keys()):
            given[slot] = self._value(slot, str(slots.get(slot, "")), room)
        return given

    def _value(self, slot: str, wanted: str, room: str) -> tuple[str, JsonValue]:
        if wanted.startswith("="):
            value = wanted[1:]
            return "", int(value) if value.lstrip("-").isdigit() else value
        if wanted == "here":
            return "", self._things.lights(room)
        if wanted == "area":
            return self._things.lit()
        if slot == "room":
            return self._things.room()
        if wanted:
            return self._things.called(wanted.split())
        fill: Callable[[random.Random], tuple[str, JsonValue]] = getattr(chat_slots, slot)
        return fill(self._chance)

    def _led(self, text: str) -> str:
        return f"{self._chance.choice(self._found['leads'])}{text}"

    def _blurred(self, row: str) -> str:
        """As people talk, and as it is heard: a word too many, or a small one swallowed."""
        parts = row.split()
        if self._chance.random() < FILLED_SHARE:
            parts.insert(self._chance.randint(0, len(parts)), self._chance.choice(self._found["fillers"]))
        if self._chance.random() < DROPPED_SHARE:
            small = [at for at, part in enumerate(parts) if part in SMALL_WORDS]
            if small and len(parts) > 3:
                parts.pop(self._chance.choice(small))
        return " ".join(parts)

    def _said(self, row: str, given: Mapping[str, tuple[str, JsonValue]]) -> str:
        text = _SLOT.sub(
            lambda found: given[found[1]][0] if found[1] in given else self._chance.choice(self._words), row
        )
        return " ".join(text.split())
