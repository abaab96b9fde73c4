"""Free words of a command as they were written, not in the plain words that phrases compare.

A note keeps "the Wi-Fi is called Foo42", a sum its signs.
"""

import re
from collections.abc import Mapping
from typing import Final

from assistant.messages import JsonValue
from assistant.think.numbers import plain

FREE: Final[Mapping[str, str]] = {
    "note_add": "text",
    "reminder_set": "text",
    "announce": "text",
    "calculate": "expression",
}
"""Tools with free words, and the argument that holds them."""
MOST_WORDS: Final = 60
"""A longer text stays plain: looking for its ends costs the square of its length."""
_LISTED: Final = frozenset({"list_add", "list_remove"})
_PARTED: Final = re.compile(r",\s*(?:and\s+)?|\s+and\s+")
_EDGES: Final = " ,;.!?"


def as_written(tool: str, arguments: Mapping[str, JsonValue], text: str) -> Mapping[str, JsonValue]:
    """The arguments with their free words as `text` has them."""
    if tool in _LISTED:
        return _listed(arguments, text)
    name = FREE.get(tool, "")
    value = arguments.get(name)
    if not isinstance(value, str):
        return arguments
    return {**arguments, name: _stretch(value, text) or value}


def _listed(arguments: Mapping[str, JsonValue], text: str) -> Mapping[str, JsonValue]:
    """Items that a comma parts are several: "sunscreen, hats and ice"."""
    items = arguments.get("items")
    if "," not in text or not isinstance(items, list):
        return arguments
    found: list[JsonValue] = []
    for item in items:
        written = _stretch(str(item), text)
        parts = [plain(part) for part in _PARTED.split(written)] if "," in written else [item]
        found += [part for part in parts if part]
    return {**arguments, "items": found}


def _stretch(words: str, text: str) -> str:
    """The longest-ending stretch of `text` that says `words`; empty where none does."""
    starts = [found.start() for found in re.finditer(r"\S+", text)]
    ends = [found.end() for found in re.finditer(r"\S+", text)]
    if len(starts) > MOST_WORDS:
        return ""
    for start in starts:
        for end in reversed(ends):
            if end <= start:
                break
            if plain(text[start:end]) == words:
                return text[start:end].strip(_EDGES)
    return ""
