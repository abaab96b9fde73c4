"""The same alarm, reminder or command at another time: what is not said anew stays as it was."""

from datetime import datetime

import pytest

from assistant.messages import JsonValue, ToolCall
from assistant.think.retimed import retimed

NOW = datetime(2026, 11, 22, 20, 0)
ALARM = {"time": "07:00", "date": "2026-11-23", "name": "work"}
DAILY = {"time": "07:00", "days": ["monday", "friday"]}
EVENING = {"text": "call mom", "time": "18:00", "date": "2026-11-24", "everyone": True}
SOON = {"command": "turn off the fan", "delay_s": 600}


@pytest.mark.parametrize(
    ("tool", "before", "words", "after"),
    [
        ("alarm_set", ALARM, "seven thirty", {**ALARM, "time": "07:30"}),
        ("alarm_set", ALARM, "one for nine", {**ALARM, "time": "09:00"}),
        ("alarm_set", ALARM, "to eight pm", {**ALARM, "time": "20:00"}),
        ("alarm_set", ALARM, "the day after tomorrow", {**ALARM, "date": "2026-11-24"}),
        ("alarm_set", ALARM, "every friday", {"name": "work", "time": "07:00", "days": ["friday"]}),
        ("alarm_set", DAILY, "six", {**DAILY, "time": "06:00"}),
        ("alarm_set", DAILY, "tomorrow", {"time": "07:00", "date": "2026-11-23"}),
        ("reminder_set", EVENING, "seven", {**EVENING, "time": "19:00"}),
        ("reminder_set", EVENING, "nine in the morning", {**EVENING, "time": "09:00"}),
        ("reminder_set", EVENING, "in an hour", {"text": "call mom", "everyone": True, "delay_s": 3600}),
        ("command_later", SOON, "in an hour", {**SOON, "delay_s": 3600}),
        ("command_later", SOON, "ten pm", {"command": "turn off the fan", "at": "22:00"}),
    ],
)
def test_another_time(
    tool: str, before: dict[str, JsonValue], words: str, after: dict[str, JsonValue]
) -> None:
    again = retimed(ToolCall("1", tool, before), words, NOW)
    assert again is not None
    assert (again.name, dict(again.arguments)) == (tool, after)


@pytest.mark.parametrize(
    ("tool", "words"),
    [("alarm_set", "the pizza"), ("alarm_set", ""), ("timer_set", "seven"), ("reminder_set", "twenty eggs")],
)
def test_words_that_say_no_time_or_no_such_call(tool: str, words: str) -> None:
    assert retimed(ToolCall("1", tool, {"time": "07:00"}), words, NOW) is None
