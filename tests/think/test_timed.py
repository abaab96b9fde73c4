"""Alarms, reminders and commands for later, typed on a Sunday evening at eight, and what they call."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from assistant.think.intents import Intents
from assistant.think.phrases import Phrases
from assistant.think.questions import Question
from tests.think.house import HOUSE

HERE = Path(__file__).parent
EVERY_DAY = '["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]'
WEEKDAYS = '["monday", "tuesday", "wednesday", "thursday", "friday"]'


@pytest.fixture(scope="module")
def intents() -> Intents:
    intents = Intents(Phrases.load("en", HOUSE))
    intents.now = lambda: datetime(2026, 11, 22, 20, 0)
    return intents


def _lines() -> list[tuple[str, str]]:
    lines = (HERE / "timed.txt").read_text(encoding="utf-8").splitlines()
    said = [line.rsplit(" = ", 1) for line in lines if line.strip() and not line.startswith("#")]
    return [(text, meant) for text, meant in said]


@pytest.mark.parametrize(("said", "meant"), _lines())
def test_what_is_said_with_a_time_is_understood_whole_or_asked_about_or_left(
    intents: Intents, said: str, meant: str
) -> None:
    understood = intents.understand(said, "living room")
    if meant == "None":
        assert understood is None
    elif meant.endswith("?"):
        assert understood is not None
        assert (understood.question, understood.calls) == (meant, ())
    else:
        meant = meant.replace("EVERY_DAY", EVERY_DAY).replace("WEEKDAYS", WEEKDAYS)
        wanted = [part.strip().partition(" ") for part in meant.split(" & ")]
        assert understood is not None
        calls = [(call.name, dict(call.arguments)) for call in understood.calls]
        assert calls == [(tool, json.loads(given)) for tool, _, given in wanted]


@pytest.mark.parametrize(
    ("asked", "answer", "tool"),
    [
        ("remind me to call grandma", "at eight", "reminder_set"),
        ("remind me to call grandma", "tomorrow", "reminder_set"),
        ("remind me at eight", "to call grandma", "reminder_set"),
        ("remind me at eight", "call grandma", "reminder_set"),
        ("set an alarm", "for seven", "alarm_set"),
        ("set an alarm", "seven tomorrow", "alarm_set"),
        ("set a recurring alarm for seven", "every weekday", "alarm_set"),
    ],
)
def test_what_was_missing_can_be_added(intents: Intents, asked: str, answer: str, tool: str) -> None:

    readings = [
        understood
        for sentence in Question(unfinished=asked).sentences(answer)
        if (understood := intents.understand(sentence, "living room")) is not None and understood.calls
    ]
    assert readings[0].calls[0].name == tool
    assert "at" not in str(readings[0].calls[0].arguments.get("text", "")).split()
