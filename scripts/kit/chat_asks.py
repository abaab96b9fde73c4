"""A home → what people say in it, beside the house's own phrases, and what is to be done about it."""

import hashlib
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.messages import Device, JsonValue
from assistant.think.prompt import grouped
from kit import chat_slots
from kit.chat_homes import words

ROWS = Path(__file__).resolve().parent / "paraphrases.yaml"
HELD_OUT = 6
"""One row in so many is for judging only."""
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


class Asks:
    """What may be asked in one home. `judging`: only in ways never trained on, else only in the others."""

    def __init__(self, devices: Sequence[Device], chance: random.Random, *, judging: bool = False) -> None:
        found = yaml.safe_load(ROWS.read_text(encoding="utf-8"))
        self._chance, self._judging, self._words = chance, judging, words()
        self._leads: list[str] = found["leads"]
        self._talk = found["talk"]
        self._again: list[str] = found["again"][0][1]
        groups = grouped(devices)
        by_name = {device.name: device for device in devices}
        self._things: dict[str, list[str]] = {"group": list(groups)}
        for device in devices:
            if not device.secure or device.kind == "lock":
                for sort in _sorts(device):
                    self._things.setdefault(sort, []).append(device.name)
        self._dimmable = [name for name in groups if _all_can(groups[name], by_name, "brightness")]
        self._things.setdefault("dimmable", []).extend(self._dimmable)
        self._tools = [ask for ask in found["asks"] if self._possible(ask)]

    def _possible(self, ask: dict[str, Any]) -> bool:
        sorts = ask.get("slots", {}).get("thing")
        return sorts is None or any(self._things.get(sort) for sort in sorts.split())

    def command(self) -> Ask:
        """Something to do or look up."""
        while True:
            ask = self._chance.choice(self._tools)
            rows = [row for row in ask["say"] if held_out(row) == self._judging]
            if rows:
                return self._filled(ask, self._chance.choice(rows))

    def talk(self) -> Ask:
        """Nothing to do: small talk, what nobody here knows, what the house cannot do."""
        while True:
            asked, said = self._chance.choice(self._talk)
            if rows := [row for row in asked if held_out(row) == self._judging]:
                return Ask(self._said(self._chance.choice(rows), {}), say=self._chance.choice(said))

    def again(self, before: Ask) -> Ask | None:
        """The same for another thing; None where nothing of the sort was asked."""
        kind = "light" if self._things.get("light") else "switch"
        others = [name for name in self._things.get(kind, ()) if name not in before.words]
        if before.tool not in ("device_on", "device_off") or not others:
            return None
        rows = [row for row in self._again if held_out(row) == self._judging]
        if not rows:
            return None
        thing = self._chance.choice(others)
        said = self._said(self._chance.choice(rows), {"thing": (f"the {thing}", thing)})
        return Ask(said, before.tool, {"targets": [thing]})

    def _filled(self, ask: dict[str, Any], row: str) -> Ask:
        given: dict[str, tuple[str, JsonValue]] = {}
        slots = ask.get("slots", {})
        for slot in {*_SLOT.findall(row), *ask["arguments"].values()}:
            given[slot] = self._value(slot, slots.get(slot, ""))
        arguments: dict[str, JsonValue] = {
            name: [given[slot][1]] if name == "targets" else given[slot][1]
            for name, slot in ask["arguments"].items()
        }
        lead = self._chance.choice(self._leads)
        return Ask(lead + self._said(row, given), ask["tool"], arguments)

    def _value(self, slot: str, wanted: str) -> tuple[str, JsonValue]:
        """What is said, and what it is in the call."""
        if wanted.startswith("="):
            value = wanted[1:]
            return "", int(value) if value.lstrip("-").isdigit() else value
        if slot == "thing":
            names = [name for sort in wanted.split() for name in self._things.get(sort, ())]
            name = self._chance.choice(names)
            bare = name.startswith("all ") or self._chance.random() < 0.15
            return name if bare else f"the {name}", name
        if slot in ("pause", "next"):
            return "", slot
        fill: Callable[[random.Random], tuple[str, JsonValue]] = getattr(chat_slots, slot)
        return fill(self._chance)

    def _said(self, row: str, given: Mapping[str, tuple[str, JsonValue]]) -> str:
        text = expanded(row, self._chance)
        text = _SLOT.sub(
            lambda found: given[found[1]][0] if found[1] in given else self._chance.choice(self._words), text
        )
        return " ".join(text.split())


def _sorts(device: Device) -> list[str]:
    sorts = [device.kind]
    if device.kind == "light":
        sorts += ["dimmable"] * ("brightness" in device.can) + ["colored"] * ("color" in device.can)
    if device.kind == "cover":
        sorts += ["positioned"] * ("position" in device.can)
    return sorts


def _all_can(names: Sequence[str], devices: Mapping[str, Device], what: str) -> bool:
    return all(what in devices[name].can for name in names)
