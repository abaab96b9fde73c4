"""Words → the few devices and tools they may be about, for a prompt that cannot hold them all.

By the words themselves: whole tokens, their stems, and near spellings; what stands in this room first.
"""

import functools
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from assistant.messages import Device, ToolSpec

MOST_DEVICES = 12
MOST_TOOLS = 6
_NEAR = 84.0
"""Likeness, of 100, from which two tokens count as misspelt or inflected forms of one."""
_SHORTEST_NEAR = 4
_HERE = 0.6
"""What being in this room, and of late use, are worth beside a token that fits (about 1 to 7)."""
_LATELY = 0.8
_UNSAID = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be can could do for from have here how i in is it me my of on or our please so "
        "some that the them there these they this those to us was we what when where which who will with "
        "would you your all any one ones off up down out s t m re ll",
    )
)
_HINTS: Mapping[str, str] = {
    "turn": "switch",
    "dark darker gloomy see read reading": "light brightness",
    "bright brighter glaring lamp lamps dim": "light brightness",
    "cold colder chilly freezing warm warmer hot": "climate temperature fan",
    "stuffy heat heating heater thermostat degrees": "climate temperature fan",
    "loud louder quiet quieter noisy hear": "volume speaker",
    "song music radio play album artist track movie film": "media players play",
    "wake woken oversleep morning": "alarm",
    "buy groceries grocery need run bought shopping": "list things add",
    "put write": "add put list note",
    "delete erase clear empty scrap": "remove clear cancel forget take",
    "remember forgot remind": "remember reminder note",
    "curtain curtains blind blinds shutter shutters window windows sun": "cover covers",
    "open close shut raise lower": "cover covers",
    "vacuum hoover dirty clean crumbs": "vacuum",
    "cook boil bake egg eggs pasta minutes": "timer",
    "convert cups ounces kilometres miles grams": "convert amount unit",
    "plus minus times divided percent sum": "calculate sum",
    "rain raining sunny umbrella forecast snow": "weather",
    "tell everyone call": "announce say",
}
"""What people say → what tools and devices are called."""


def tokens(text: str) -> list[str]:
    """Words in lower case, without those that say nothing of what is meant."""
    return [word for word in re.findall(r"[^\W_]+", text.casefold()) if word not in _UNSAID]


def stem(word: str) -> str:
    """Roughly, what several forms of a word share."""
    for end in ("ing", "ers", "er", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word[: -len(end)]
    return word


@dataclass(frozen=True, slots=True)
class Index:
    """Entries by the stems they hold."""

    entries: tuple[frozenset[str], ...]
    weight: Mapping[str, float]
    """A stem's: the rarer, the heavier."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Index":
        """One entry a text."""
        entries = tuple(frozenset(map(stem, tokens(text))) for text in texts)
        count = Counter(word for entry in entries for word in entry)
        return cls(entries, {w: 1.0 + math.log(len(entries) / n) for w, n in count.items()})

    def scores(self, words: str) -> list[float]:
        """How well each entry fits the words; 0: not at all."""
        meant = self._meant(words)
        return [sum(meant.get(word, 0.0) for word in entry) for entry in self.entries]

    def _meant(self, words: str) -> dict[str, float]:
        """The index's own stems that the words hold, spell nearly, or hint at."""
        said = dict.fromkeys(map(stem, tokens(words)))
        meant = {word: self.weight[word] for word in said if word in self.weight}
        for word in said:
            if word not in self.weight and len(word) >= _SHORTEST_NEAR:
                near = process.extractOne(word, self.weight.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
                if near is not None:
                    meant.setdefault(near[0], 0.7 * self.weight[near[0]])
            for hint in _hints().get(word, ()):
                if hint in self.weight:
                    meant.setdefault(hint, 0.5 * self.weight[hint])
        return meant


@functools.cache
def _hints() -> Mapping[str, tuple[str, ...]]:
    return {
        stem(said): tuple(map(stem, meant.split()))
        for all_said, meant in _HINTS.items()
        for said in all_said.split()
    }


@functools.lru_cache(maxsize=4)
def _devices_index(devices: tuple[Device, ...]) -> Index:
    return Index.of(" ".join((d.name, *d.aliases, d.area, d.kind, d.device_class)) for d in devices)


def find_devices(
    words: str, devices: Sequence[Device], room: str, lately: Collection[str] = (), most: int = MOST_DEVICES
) -> list[Device]:
    """The devices the words may mean, best first; this room's fill up what is left."""
    scores = _devices_index(tuple(devices)).scores(words)
    ranked = []
    for at, (device, score) in enumerate(zip(devices, scores, strict=True)):
        here = device.area.casefold() == room.casefold()
        whole = score + (_HERE if here else 0.0) + (_LATELY if device.name in lately else 0.0)
        if whole:
            ranked.append((-whole, at, device))
    return [device for _, _, device in sorted(ranked, key=lambda one: one[:2])[:most]]


@functools.lru_cache(maxsize=16)
def _tools_index(texts: tuple[str, ...]) -> Index:
    return Index.of(texts)


def _text(tool: ToolSpec) -> str:
    properties = tool.parameters.get("properties")
    arguments = " ".join(properties) if isinstance(properties, Mapping) else ""
    return f"{tool.name} {tool.name} {tool.description} {arguments}".replace("_", " ")


def find_tools(
    words: str, tools: Sequence[ToolSpec], most: int = MOST_TOOLS, usual: Sequence[str] = ()
) -> list[ToolSpec]:
    """The tools the words may ask for, best first; of `usual` as many as there is room for."""
    scores = _tools_index(tuple(map(_text, tools))).scores(words)
    ranked = sorted((-score, at) for at, score in enumerate(scores) if score > 0)
    found = [tools[at] for _, at in ranked[:most]]
    by_name = {tool.name: tool for tool in tools}
    more = [by_name[name] for name in usual if name in by_name and by_name[name] not in found]
    return found + more[: most - len(found)]


def asked_for(words: str, tools: Sequence[ToolSpec], most: int = 2 * MOST_TOOLS) -> frozenset[str]:
    """The tools that a person's own words speak of; what speaks of one that moves devices, speaks of all."""
    found = find_tools(words, tools, most)
    if any(map(_moves_devices, found)):
        found += [tool for tool in tools if _moves_devices(tool)]
    return frozenset(tool.name for tool in found)


def _moves_devices(tool: ToolSpec) -> bool:
    properties = tool.parameters.get("properties")
    return isinstance(properties, Mapping) and "targets" in properties
