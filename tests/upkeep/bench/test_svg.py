"""Turns as pictures."""

import xml.etree.ElementTree as ElementTree

import pytest

from assistant.journal import Entry
from assistant.messages import EndReason, Reply, SpeechEnded
from assistant.upkeep.bench.log import Span
from assistant.upkeep.bench.said import Said
from assistant.upkeep.bench.svg import LEFT, WIDTH, Axis, bars, waterfall
from assistant.upkeep.bench.turn import Turn, Uttered

SVG = "{http://www.w3.org/2000/svg}"


def turn() -> Turn:
    """One second of speech, 0.25 s of silence, an ear, a voice thrown away and one that was used."""
    spans = [
        Span("wide ear", 10.1, 10.3, whole=True),
        Span("voice", 10.3, 10.35, whole=False),
        Span("voice", 10.4, 10.6, whole=True),
    ]
    entries = [
        Entry(10.25, "kitchen", 1, SpeechEnded(EndReason.SILENCE, 16_000, 250)),
        Entry(10.61, "kitchen", 1, Reply("Done.")),
    ]
    uttered = Uttered(Said("command", ("turn <on> & off",)), 10.0, 9.0)
    return Turn(uttered, entries, spans, 10.62)


def drawn(svg: str) -> list[tuple[str, float, float]]:
    root = ElementTree.fromstring(svg)
    found = []
    for rect in root.iter(f"{SVG}rect"):
        title = rect.find(f"{SVG}title")
        if title is not None and title.text:
            found.append((title.text, float(rect.get("x", "nan")), float(rect.get("width", "nan"))))
    return found


def test_the_picture_is_well_formed_whatever_was_said() -> None:
    root = ElementTree.fromstring(waterfall("Pi 5 <fast> & slow", turn()))
    assert root.tag == f"{SVG}svg"
    assert "turn <on> & off" in "".join(root.itertext())


def test_every_bar_is_as_long_as_its_time() -> None:
    every = bars(turn())
    axis = Axis.of(every)
    pixels_a_ms = WIDTH / (axis.last_ms - axis.first_ms)
    shown = drawn(waterfall("t", turn()))
    assert len(shown) == len(every)
    for bar, (title, x, width) in zip(every, shown, strict=True):
        assert title.startswith(bar.stage)
        assert x == pytest.approx(LEFT + (bar.start_ms - axis.first_ms) * pixels_a_ms, abs=0.01)
        assert width == pytest.approx((bar.end_ms - bar.start_ms) * pixels_a_ms, abs=0.02)


def test_nought_is_where_speech_ended() -> None:
    every = {bar.stage: bar for bar in bars(turn())}
    assert every["speech"].end_ms == 0
    assert every["silence waited"].start_ms == 0
    assert every["silence waited"].end_ms == pytest.approx(250)
    assert every["answer"].start_ms == pytest.approx(620)


def test_what_was_thrown_away_is_told() -> None:
    titles = [title for title, _, _ in drawn(waterfall("t", turn()))]
    assert [title for title in titles if "thrown away" in title] == ["voice: 300 to 350 ms, thrown away"]


def test_stretches_that_touch_are_one_bar() -> None:
    spans = [Span("thinking", 10 + at / 10, 10 + (at + 1) / 10, whole=True) for at in range(5)]
    picture = Turn(turn().uttered, turn().entries, spans, 10.62)
    assert [bar.stage for bar in bars(picture)].count("thinking") == 1


def test_the_ticks_are_round_and_few() -> None:
    ticks = Axis(-1234.0, 7777.0).ticks()
    assert 0.0 in ticks
    assert len(ticks) <= 13
    assert all(tick % 1000 == 0 for tick in ticks)
