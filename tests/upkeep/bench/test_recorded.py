"""Recordings of one sentence each: cut off or not, by silence and by what a pause sounds like."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from assistant.hear.turn.smart_turn import SmartTurn
from assistant.messages import SpeechChunk, TurnOver
from assistant.upkeep.bench import recorded
from assistant.upkeep.bench.findings import Findings
from assistant.upkeep.demo import room_tone
from tests import voices


def engine(*verdicts: float) -> SmartTurn:
    left = list(verdicts)

    def judge(speech: Iterator[SpeechChunk], cancelled: Any) -> Iterator[TurnOver]:
        list(speech)
        yield TurnOver(left.pop(0))

    return cast(SmartTurn, SimpleNamespace(judge=judge))


def said(*parts: str | float) -> bytes:
    sound = [room_tone(part) if isinstance(part, float) else voices.say(part) for part in parts]
    return room_tone(0.5) + b"".join(sound) + room_tone(2.5)


def test_a_pause_longer_than_the_silence_cuts_and_a_shorter_does_not() -> None:
    heard = recorded._heard([said("a large coffee", 1.4, "with milk please")], None)
    assert (heard.cut, heard.waited_ms) == (1, [])
    heard = recorded._heard([said("a large coffee", 0.05, "with milk please")], None)
    assert (heard.cut, heard.waited_ms) == (0, [704])


def test_a_pause_that_sounds_open_is_waited_out_and_an_end_is_not() -> None:
    (sound,) = [said("a large coffee", 0.8, "with milk please")]
    heard = recorded._heard([sound], engine(0.1, 0.9))
    assert (heard.cut, heard.waited_ms) == (0, [320])
    assert (heard.within, heard.at_end) == ([0.1], [0.9])
    assert recorded._heard([sound], engine(0.9, 0.9)).cut == 1


def test_without_recordings_or_weights_nothing_is_told_as_a_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recorded, "_beside", lambda: None)
    findings = Findings()
    recorded.recordings(findings, None, lambda line: None)
    assert not findings.figures
    assert {recorded.CUT_OFFS, recorded.BY_SOUND} <= findings.not_measured.keys()
