"""An LED of the board, as Linux shows it: files of numbers."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SettingsError
from assistant.satellites.own.light import Light, Shown, brightness, follow


def led(folder: Path, name: str = "ACT", most: str = "255") -> Path:
    there = folder / name
    there.mkdir()
    (there / "max_brightness").write_text(most)
    (there / "brightness").write_text("7")
    (there / "trigger").write_text("mmc0")
    return there


@given(st.sampled_from(Shown), st.floats(0, 1e9))
def test_a_light_is_never_brighter_than_it_can_be(shown: Shown, now_s: float) -> None:
    assert 0 <= brightness(shown, now_s) <= 1


def test_every_state_looks_different() -> None:
    seen = {shown: tuple(round(brightness(shown, t / 20), 2) for t in range(60)) for shown in Shown}
    assert len(set(seen.values())) == len(Shown)
    assert set(seen[Shown.LISTENING]) == {1.0}
    assert set(seen[Shown.IDLE]) == {0.0}


def test_it_is_taken_over_and_scaled_to_what_the_led_can(tmp_path: Path) -> None:
    there = led(tmp_path, most="15")
    light = Light("ACT", tmp_path)
    assert (there / "trigger").read_text() == "none"
    assert (there / "brightness").read_text() == "0"
    light.show(1.0)
    assert (there / "brightness").read_text() == "15"


def test_one_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    led(tmp_path, "PWR")
    led(tmp_path, "ACT")
    with pytest.raises(SettingsError, match='no LED called "led0"; this board has: ACT, PWR'):
        Light("led0", tmp_path)
    with pytest.raises(SettingsError, match="this board has: none"):
        Light("led0", tmp_path / "nowhere")


def test_one_that_may_not_be_written_says_what_to_do(tmp_path: Path) -> None:
    there = led(tmp_path)
    (there / "brightness").unlink()
    (there / "brightness").mkdir()
    with pytest.raises(SettingsError, match="udev rule"):
        Light("ACT", tmp_path)


async def test_it_follows_what_the_satellite_does_and_goes_dark_with_it(tmp_path: Path) -> None:
    there = led(tmp_path)
    shown = Shown.LISTENING
    following = asyncio.create_task(follow(Light("ACT", tmp_path), lambda: shown, lambda: 0.0))
    while (there / "brightness").read_text() != "255":  # noqa: ASYNC110 - a file is looked at
        await asyncio.sleep(0)
    following.cancel()
    await asyncio.wait([following])
    assert (there / "brightness").read_text() == "0"
