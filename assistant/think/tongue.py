"""What a language other than English needs beside home-assistant-intents: think/tongues/CODE.yaml."""

import re
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.errors import SettingsError

LANGUAGES: Final = frozenset({"de", "fr", "es", "it", "nl"})
"""Understood beside English, when typed or heard by a wide ear."""
_MARKS: Final = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|[¡!¿?;:\"«»„“”…()]")


class Tongue(BaseModel):
    """One language. Every text is as `folded` makes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: tuple[str, ...] = ()
    """Polite ways to begin a request."""
    after: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    """Polite words that change nothing wherever they stand."""
    joints: tuple[str, ...] = ()
    """What stands between two commands, longest first."""
    all: tuple[str, ...] = ()
    """Words that mean the whole house where no place is named and the sentences do not know it."""
    here: tuple[str, ...] = ()
    instead: dict[str, str] = {}
    """Lengths in words that the sentences do not know, or take for others: "half an hour"."""
    that: tuple[str, ...] = ()
    """What may stand before the words of an announcement."""
    never: frozenset[str] = frozenset()
    """Words that no free item contains: more was said than was understood."""
    timer_names: tuple[str, ...] = ()
    agreeing: frozenset[str] = frozenset()
    declining: frozenset[str] = frozenset()
    said: dict[str, tuple[str, ...]] = {}
    """Whole sentences of tools that need no arguments."""
    more: dict[str, list[dict[str, Any]]] = {}
    """Further blocks of sentences of an intent, in home-assistant-intents' format."""
    which: str = ""
    """The question where a name means several: "Which one: {names}?"."""
    either: str = "/"
    """The word between the last two names of a question."""


@lru_cache(maxsize=8)
def tongue_of(language: str) -> Tongue:
    """A shipped language. SettingsError where there is none."""
    file = resources.files("assistant") / "think" / "tongues" / f"{language}.yaml"
    if language not in LANGUAGES or not file.is_file():
        known = ", ".join(sorted({"en", *LANGUAGES}))
        raise SettingsError(f"language: {language} is not among the languages of Hearth: {known}")
    return Tongue.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def folded(text: str) -> str:
    """One line in small letters, without marks; accents and digits stay. "21,5°" → "21.5°"."""
    text = unicodedata.normalize("NFC", text).lower().replace("\u2019", "'").replace("\u00a0", " ")
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    text = _MARKS.sub(" ", text).replace("%", " %")
    return " ".join(text.split())
