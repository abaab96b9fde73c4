"""What setup asks of updates: whether by themselves, and then where releases lie and who signs them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from assistant.settings_update import UpdateSettings
from assistant.upkeep.release import KEYS
from assistant.upkeep.setup_question import Question, WrongAnswer

LEFT_OUT = "Updates by themselves stay off: nobody said where releases lie and who signs them (setup again)."


def questions(wanted: str, default: Mapping[str, str]) -> Iterator[Question]:
    """`wanted`: what was answered to the first; the others are asked where it is yes.

    Nothing comes by itself until all of them are answered.
    """
    yield Question(
        "updates",
        "Should it keep itself up to date?",
        default.get("updates", "no"),
        {
            "no": "nothing goes to the internet by itself; look by hand: assistant update",
            "yes": "it looks once a week, installs when nobody talks, and goes back by itself if that does "
            "not work; for this it needs an address and a key from whoever makes your releases",
        },
    )
    yield Question(
        "update_index",
        "Where do newer releases lie? (a web address, …/index.json; Enter without one: updates stay off)",
        default.get("update_index", ""),
        check=_index,
        settled=wanted != "yes",
    )
    yield Question(
        "update_key",
        "Which key are they signed with? (64 digits and letters; what others signed is not installed)",
        default.get("update_key", ""),
        check=_key,
        settled=wanted != "yes" or bool(KEYS),
    )


def complete(answers: Mapping[str, str]) -> bool:
    """Everything is there that updates by themselves need."""
    known = bool(KEYS) or bool(answers.get("update_key"))
    return answers.get("updates") == "yes" and bool(answers.get("update_index")) and known


def changes(answers: Mapping[str, str]) -> dict[str, Any]:
    """Of the settings' `update`. An address and a key that are there stay, for updates by hand."""
    changed: dict[str, Any] = {"automatic": True if complete(answers) else None}
    for key in ("index", "key"):
        if said := answers.get(f"update_{key}"):
            changed[key] = said
    return changed


def said_before(update: UpdateSettings) -> dict[str, str]:
    """The settings in force as answers."""
    said = {"updates": "yes" if update.automatic else "no"}
    given = {"update_index": update.index, "update_key": update.key}
    return said | {key: value for key, value in given.items() if value}


def _index(said: str) -> str:
    try:
        UpdateSettings(index=said)
    except ValidationError:
        raise WrongAnswer(
            f'update_index: "{said[:60]}" - an address like https://example.org/hearth/index.json '
            "(http:// only for one at home, in numbers)"
        ) from None
    return said


def _key(said: str) -> str:
    key = "".join(said.split()).casefold()
    if not re.fullmatch("[0-9a-f]{64}", key):
        raise WrongAnswer(f"update_key: that has {len(key)} signs; a key has 64: digits and a to f")
    return key
