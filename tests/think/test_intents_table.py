"""Sentences and the exact calls they mean, near misses and talk that mean none."""

import json
from pathlib import Path

import pytest

from assistant.think.intents import Intents
from assistant.think.phrases import Phrases
from tests.think.house import ALL_LIGHTS, HOUSE

HERE = Path(__file__).parent
ROOM = "living room"


@pytest.fixture(scope="module")
def intents() -> Intents:
    return Intents(Phrases.load("en", HOUSE))


def calls(intents: Intents, text: str) -> list[tuple[str, object]] | None:
    understood = intents.understand(text, ROOM)
    return None if understood is None else [(call.name, dict(call.arguments)) for call in understood.calls]


def _lines(name: str) -> list[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _meant(text: str) -> list[tuple[str, object]] | None:
    if text == "None":
        return None
    parts = (part.strip().partition(" ") for part in text.split(" & "))
    return [(tool, json.loads(given.replace("ALL", json.dumps(ALL_LIGHTS)))) for tool, _, given in parts]


TABLE = [tuple(line.rsplit(" = ", 1)) for line in _lines("understood.txt")]


@pytest.mark.parametrize(("said", "meant"), TABLE)
def test_a_command_is_understood(intents: Intents, said: str, meant: str) -> None:
    assert calls(intents, said) == _meant(meant)


@pytest.mark.parametrize("said", _lines("near_misses.txt"))
def test_a_near_miss_does_nothing(intents: Intents, said: str) -> None:
    assert not calls(intents, said)


@pytest.mark.parametrize("said", _lines("no_commands.txt"))
def test_talk_is_no_command(intents: Intents, said: str) -> None:
    assert intents.understand(said, ROOM) is None


def test_the_table_is_as_long_as_promised() -> None:
    assert len(TABLE) >= 250
    assert len(_lines("near_misses.txt")) >= 100
    assert len(_lines("no_commands.txt")) >= 100
