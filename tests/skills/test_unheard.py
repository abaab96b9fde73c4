"""What is told later of what nobody heard."""

from datetime import UTC, datetime, timedelta

import pytest

from assistant.memory.entries import Kind, Ring
from assistant.skills.reply_file import replies_of
from assistant.skills.unheard import clause, foreign_clause, foreign_told, told_later

NOW = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
SIX = NOW.replace(hour=18, minute=0)


def test_each_kind_has_its_words() -> None:
    rings = [
        Ring(1, "kitchen", "pasta", Kind.TIMER, 600.0),
        Ring(2, "kitchen", "", Kind.ALARM),
        Ring(3, "kitchen", "", Kind.REMINDER, text="take out the bins"),
        Ring(4, "kitchen", "", Kind.COMMAND, text="turn off the fan"),
    ]
    told = [told_later([(clause(ring, rang=True), SIX)], NOW) for ring in rings]
    assert told == [
        "While you were away, your pasta timer rang at 6:00 PM.",
        "While you were away, your alarm rang at 6:00 PM.",
        "While you were away, I reminded you at 6:00 PM: take out the bins.",
        "While you were away, I was to do this at 6:00 PM, but it did not work: turn off the fan.",
    ]
    assert "was due" in clause(rings[0], rang=False)


def test_another_day_is_named() -> None:
    words = clause(Ring(1, "kitchen", "", Kind.ALARM), rang=True)
    assert told_later([(words, SIX - timedelta(days=1))], NOW).endswith("rang yesterday at 6:00 PM.")
    assert "on Thursday, November 19 at" in told_later([(words, SIX - timedelta(days=3))], NOW)


def test_more_than_three_are_counted() -> None:
    words = clause(Ring(1, "kitchen", "", Kind.ALARM), rang=True)
    assert told_later([(words, SIX)] * 5, NOW).endswith("And two more were due, too.")


@pytest.mark.parametrize("language", ["de", "fr", "es", "it", "nl"])
def test_what_was_missed_is_told_in_the_language_of_the_house(language: str) -> None:
    replies = replies_of(language)
    timer = foreign_clause(Ring(1, "kitchen", "pasta", Kind.TIMER), replies)
    begun = foreign_clause(Ring(2, "kitchen", "", Kind.COMMAND, text="x {at} y", begun=True), replies)
    told = foreign_told([(timer, SIX), (begun, SIX - timedelta(days=2))], NOW, replies)
    assert "pasta" in told
    assert "While" not in told
    assert str(SIX.hour) in told
    assert replies.months[10] in told
    assert "{" not in told
