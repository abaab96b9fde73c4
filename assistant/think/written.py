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
_EDGES: Final = " ,;.!?"


def as_written(tool: str, arguments: Mapping[str, JsonValue], text: str) -> Mapping[str, JsonValue]:
    """The arguments with their free words as `text` has them."""
    name = FREE.get(tool, "")
    value = arguments.get(name)
    if not isinstance(value, str):
        return arguments
    return {**arguments, name: _stretch(value, text) or value}


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
