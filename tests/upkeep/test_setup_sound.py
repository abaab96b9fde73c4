"""Microphone and loudspeaker at setup: a real sound server, silent, deaf and well; and the first talk."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.devices.portaudio import PORTAUDIO
from assistant.errors import AudioError
from assistant.settings import RoomSettings, Settings
from assistant.upkeep import setup, setup_sound, setup_talk
from assistant.upkeep.setup_question import yes_or_no
from assistant.upkeep.setup_sound import bar, devices
from tests.devices.pulse import Pulse, private_pulse
from tests.voices import RATE, heard, say


@pytest.fixture
def pulse() -> Iterator[Pulse]:
    devices.cache_clear()
    with private_pulse() as pulse:
        yield pulse
    devices.cache_clear()


def air(speech: bytes, seconds: float) -> bytes:
    """A room that is never quite silent, with speech in it again and again."""
    noise = np.random.default_rng(3).normal(0, 12, round(seconds * RATE))
    words = np.frombuffer(speech, dtype="<i2").astype(float)
    for at in range(0, len(noise) - len(words), len(words) + RATE // 4):
        noise[at : at + len(words)] += words
    return np.clip(noise, -32768, 32767).astype("<i2").tobytes()


@pytest.mark.slow
async def test_a_muted_microphone_is_told_with_what_mends_it(pulse: Pulse) -> None:
    told: list[str] = []
    assert setup_sound.can_be_tried()
    assert not await setup_sound.try_out("den", RoomSettings(), told.append)
    assert any("digital silence: unmute it in the mixer" in line for line in told)
    assert "✗ I heard nobody: unmute the microphone, put it nearer, or choose another one" in told


@pytest.mark.slow
async def test_a_hello_through_a_working_microphone_is_heard_well(pulse: Pulse) -> None:
    told: list[str] = []
    pulse.control("load-module", "module-loopback", "source=speaker.monitor", "sink=air")
    quiet = air(b"", 7)
    hello = air(say("hello hello, can you hear me now"), 9)
    with pulse.said_into_microphone(quiet + hello):
        await setup_sound.try_out("den", RoomSettings(), told.append)
    assert any(line.startswith("✓ the microphone works") for line in told), told
    assert any(line.startswith("✓ I hear you well") for line in told), told


@pytest.mark.slow
async def test_the_first_talk_ends_with_the_first_answer(
    pulse: Pulse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("HEARTH_CONFIG", "HEARTH_DATA", "HEARTH_RUNTIME"):
        monkeypatch.setenv(key, str(tmp_path))
    told: list[str] = []
    talking = asyncio.create_task(setup_talk.aloud(Settings(), told.append, 90.0))
    async with asyncio.timeout(100):
        while not any(line.startswith("Say:") for line in told):  # noqa: ASYNC110 - real sound
            await asyncio.sleep(0.2)
        while not talking.done():
            with pulse.said_into_microphone(heard(say("hey jarvis, what time is it?"))):
                await asyncio.wait([talking], timeout=8)
    assert talking.result(), told
    assert any("it says:  It's" in line for line in told), told


def test_without_sound_devices_that_is_said_and_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise AudioError("The sound library is not installed.")

    devices.cache_clear()
    monkeypatch.setattr(PORTAUDIO, "devices", none)
    told: list[str] = []
    assert not setup._wanted(Settings(), False, told.append, _nobody)
    assert any("No microphone and loudspeaker was found here" in line for line in told)
    devices.cache_clear()


def _nobody(prompt: str) -> str:
    raise AssertionError("nothing is asked")


@pytest.mark.parametrize(("level_db", "full"), [(-100, 0), (-65, 0), (-37.5, 15), (-10, 30), (3, 30)])
def test_the_meter_runs_from_soft_to_loud(level_db: float, full: int) -> None:
    assert bar(level_db).count("█") == full
    assert len(bar(level_db)) == 30


def test_nobody_at_the_keyboard_is_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(prompt: str) -> str:
        raise setup.Ended("the answers ended")

    answers: Callable[[str], str] = gone
    assert not setup._says(yes_or_no("talk", "Talk now?"), lambda line: None, answers)
