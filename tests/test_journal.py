"""The journal's published lines."""

import json
from typing import get_args

import pytest

from assistant.journal import Entry, Journal, happening_name
from assistant.messages import Happening, Speaking, ToolCall, Transcript, Woken

PUBLISHED = {
    "wake_sensed",
    "wake_dismissed",
    "woken",
    "speech_started",
    "speech_paused",
    "speech_resumed",
    "speech_ended",
    "speculated",
    "discarded",
    "yielded",
    "prompt_read",
    "transcript",
    "refused",
    "route",
    "tool_call",
    "tool_result",
    "reply",
    "speaking",
    "spoken",
    "error",
    "home_reached",
    "home_lost",
}


def test_every_happening_has_its_published_name() -> None:
    assert {happening_name(kind) for kind in get_args(Happening)} == PUBLISHED


def test_a_line_starts_with_time_room_turn_and_happening() -> None:
    line = Entry(1.23456, "kitchen", 3, Woken("hey_jarvis", 0.9, -20.0, -60.0, 16000)).as_json()
    assert list(line)[:4] == ["t", "room", "turn", "happening"]
    assert (line["t"], line["happening"], line["at_sample"]) == (1.235, "woken", 16000)


def test_a_tool_call_names_its_tool_and_arguments() -> None:
    line = Entry(0, "kitchen", 1, ToolCall("c1", "timer_set", {"duration_s": 600})).as_json()
    assert line["tool"] == "timer_set"
    assert line["arguments"] == {"duration_s": 600}
    assert "name" not in line


def test_a_latency_that_means_nothing_is_left_out() -> None:
    assert "latency_ms" not in Entry(0, "kitchen", 1, Speaking(None)).as_json()


def test_lines_are_json() -> None:
    entry = Entry(0, "kitchen", 1, Transcript("turn on the light", final=True))
    assert json.loads(json.dumps(entry.as_json()))["text"] == "turn on the light"


def test_readers_see_entries_in_order_and_only_while_they_read() -> None:
    seen: list[Entry] = []
    times = iter([1.0, 2.0, 3.0])
    journal = Journal(lambda: next(times))
    with journal.reading(seen.append):
        journal.write("kitchen", 1, Speaking(None))
        journal.failed("kitchen", 1, ValueError("broken"), "Sorry.")
    journal.write("kitchen", 1, Speaking(None))
    assert [entry.t for entry in seen] == [1.0, 2.0]
    assert seen[1].as_json()["error"] == "ValueError: broken"


def test_a_reader_is_let_go_when_its_block_fails() -> None:
    seen: list[Entry] = []
    journal = Journal(lambda: 0.0)
    with pytest.raises(RuntimeError), journal.reading(seen.append):
        raise RuntimeError
    journal.write("kitchen", 1, Speaking(None))
    assert seen == []
