"""Trying microphone and loudspeaker while the house runs, and what is told of a voice."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, asynccontextmanager

import numpy as np
import numpy.typing as npt
import pytest

from assistant.errors import AudioError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Journal
from assistant.settings import RoomSettings, Settings
from assistant.tasks import ended, together
from assistant.upkeep.loudness import floor_db, level_db, of_hello
from assistant.upkeep.sound_trial import SoundTrial
from tests.devices.pulse import Pulse, private_pulse
from tests.roads.runner import kit
from tests.upkeep.test_setup_sound import air
from tests.voices import RATE, say

NOISE = np.random.default_rng(3).normal(0, 12, 5 * RATE).astype(np.int16)


def spoken(peak: int, seconds: float) -> npt.NDArray[np.int16]:
    """Noise with a voiced stretch of this loudness in it."""
    sound = NOISE.copy()
    length = round(seconds * RATE)
    sound[RATE : RATE + length] += (peak * np.sin(np.arange(length) / 9)).astype(np.int16)
    return sound


@pytest.mark.parametrize(
    ("peak", "seconds", "good", "told"),
    [
        (3000, 0.3, True, "I hear you well"),
        (3000, 4.0, True, "I hear you well"),
        (60, 1.0, False, "faintly"),
        (0, 1.0, False, "nobody"),
        (9000, 0.05, False, "nobody"),
    ],
)
def test_one_short_hello_is_heard_and_a_click_is_not(
    peak: int, seconds: float, good: bool, told: str
) -> None:
    found = of_hello("den", spoken(peak, seconds), floor_db(NOISE))
    assert (found.good, told in found.told) == (good, True)
    assert bool(found.fix) is not good


def test_levels_are_of_full_scale() -> None:
    assert level_db(np.full(320, 32767, dtype=np.int16)) == pytest.approx(0, abs=0.01)
    assert level_db(np.zeros(0, dtype=np.int16)) < -80
    assert floor_db(np.zeros(RATE, dtype=np.int16)) == -70


async def test_a_room_that_hears_elsewhere_is_not_tried_here() -> None:
    async with open_house(Settings(), Journal(lambda: 0.0), Opening(kit=kit({}))) as house:
        with pytest.raises(AudioError, match="try it under Rooms"):
            SoundTrial(house, "living room")


@pytest.fixture
def pulse() -> Iterator[Pulse]:
    with private_pulse() as pulse:
        yield pulse


@asynccontextmanager
async def running() -> AsyncGenerator[House, None]:
    settings = Settings(rooms={"den": RoomSettings()})
    async with (
        open_house(settings, Journal(lambda: 0.0), Opening(rooms=True, kit=kit({}))) as house,
        together() as group,
    ):
        runs = group.create_task(house.run())
        yield house
        await ended(runs)


@pytest.mark.slow
async def test_a_running_house_is_tried_and_goes_on_listening(pulse: Pulse) -> None:
    pulse.control("load-module", "module-loopback", "source=speaker.monitor", "sink=air")
    async with running() as house:
        trial = SoundTrial(house, "den")
        with pulse.said_into_microphone(air(b"", 6)):
            quiet = await trial.find("quiet")
            tone = await trial.find("tone")
        with pulse.said_into_microphone(air(say("hello there"), 8)):
            hello = await trial.find("hello")
            async with aclosing(trial.levels(0.5)) as levels:
                assert len([level async for level in levels]) == 5
        assert (quiet.good, tone.good, hello.good) == (True, True, True), (quiet, tone, hello)
        assert not house.mics["den"].overheard
        await house.mute("den", muted=True)
        with pytest.raises(AudioError, match="listening is off"):
            SoundTrial(house, "den")
