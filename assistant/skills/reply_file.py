"""The sentences of one language: skills/replies/CODE.yaml, checked at the door."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.errors import SettingsError


class HomeReplies(BaseModel):
    """What became of devices; {names} are theirs, {be} is "is" or "are", {state} their own word."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    done: str
    already: str
    moving: str
    unconfirmed: str
    away: str
    failed: str
    cannot: str
    unknown: str


class Replies(BaseModel):
    """One language. Only `home.done` and the tools' own sentences say that something was done."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    be: tuple[str, str]
    """Is, are."""
    joined: str
    """And."""
    either: str
    """Or."""
    capitals: bool = False
    """Names of things begin with a capital letter."""
    decimal: str = ","
    states: Mapping[str, str | tuple[str, str, str, str]]
    """One word, or its forms: masculine, feminine, and both in the plural."""
    feminine: tuple[str, ...] = ()
    """Patterns of names that are feminine, where that changes the word for a state."""
    many: Mapping[str, str]
    """light and device in the plural."""
    colors: Mapping[str, str]
    percent: str
    degrees: str
    set_to: str
    """Before what a thermostat aims at: {value}."""
    units: Mapping[str, tuple[str, str]]
    """day, hour, minute, second: one and many."""
    weekdays: Sequence[str]
    """Monday first."""
    months: Sequence[str]
    time: str
    """{hour}, {minute} with two digits."""
    time_one: str = ""
    """The same at one o'clock, where that is said otherwise."""
    date: str
    """{weekday}, {day}, {month}, {year}."""
    home: HomeReplies
    tools: Mapping[str, str]
    """Sentences by a tool's outcome."""
    fixed: Mapping[str, str]
    """Sentences that say the same in every house, by what they are called."""


@lru_cache(maxsize=8)
def replies_of(language: str) -> Replies:
    """A shipped language. SettingsError where there is none."""
    file = resources.files("assistant") / "skills" / "replies" / f"{language}.yaml"
    if not file.is_file():
        raise SettingsError(f"language: there are no replies in {language}")
    return Replies.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


FIXED: Final = frozenset(
    {"unknown_tool", "incomplete", "not_here", "insecure", "busy", "slow_read", "slow_write", "broken_write"}
    | {"only_commands", "okay", "failed", "untold", "done", "disk", "sure", "which", "did_you_say"}
    | {"pin_unset", "pin_needed", "say_whole"}
)
"""What every language must be able to say."""
