"""Several rooms on one sample clock: what is said once is heard in each, as far away as it is there."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from assistant.devices.booth import Booth
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.house.kit import Kit
from assistant.house.room import Room
from assistant.journal import Entry, Journal
from assistant.messages import EAR_RATE_HZ, AudioChunk, Reply, Woken
from assistant.pcm import samples
from assistant.settings import RoomSettings, Settings
from assistant.tasks import together
from tests.devices.test_echo import pcm_of
from tests.roads.runner import RoomTime

SPEED_M_S = 343.0


@dataclass(frozen=True)
class Place:
    """Where a microphone is, and how it hears."""

    distance_m: float
    """From the speaker; the recording itself is at 1 m."""
    reverberation_s: float = 0.3
    """Until the echo has fallen by 60 dB."""
    direct_db: float = 6.0
    """The direct sound, against its echo."""
    noise_db: float = -65.0
    gain_db: float = 0.0

    def hears(self, pcm: bytes, seed: int) -> bytes:
        """A recording made at 1 m, as it is heard here."""
        rng = np.random.default_rng(seed)
        x = samples(pcm) / 32768
        n = int(self.reverberation_s * EAR_RATE_HZ)
        echo = rng.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
        echo[: EAR_RATE_HZ // 500] = 0
        echo *= 10 ** (-self.direct_db / 20) / np.sqrt((echo**2).sum())
        path = np.concatenate([[1.0], echo]) / self.distance_m
        size = len(x) + n
        y = np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(path, size), size)
        late = int(self.distance_m / SPEED_M_S * EAR_RATE_HZ)
        y = np.concatenate([np.zeros(late), y])[: len(x)]
        flat = np.fft.rfft(rng.standard_normal(len(x)))
        noise = np.fft.irfft(flat / np.sqrt(np.maximum(np.arange(len(flat)), 20)), len(x))
        y += noise * 10 ** (self.noise_db / 20) / np.sqrt((noise**2).mean())
        return pcm_of(y * 10 ** (self.gain_db / 20))


class TogetherBooth(Booth):
    """A booth that says when its recording is over."""

    ended = False

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        async for chunk in super().chunks():
            yield chunk
        self.ended = True


class SharedTime(RoomTime):
    """The clocks of rooms in which one time goes by."""

    def __init__(self, booths: Mapping[str, TogetherBooth]) -> None:
        super().__init__(*booths.values())
        self._together = tuple(booths.values())

    def behind(self, booth: TogetherBooth) -> bool:
        """Whether another room has not heard yet what this one has."""
        return any(not each.ended and each.at_sample < booth.at_sample for each in self._together)


@dataclass
class Heard:
    """A house of booths, and what happened in it."""

    house: House
    booths: dict[str, TogetherBooth]
    time: SharedTime
    entries: list[Entry] = field(default_factory=list)

    def rooms_that(self, kind: type) -> list[str]:
        """The rooms in which this happened, in order."""
        return [entry.room for entry in self.entries if isinstance(entry.happening, kind)]

    @property
    def woke(self) -> set[str]:
        return set(self.rooms_that(Woken))

    @property
    def replies(self) -> list[tuple[str, str]]:
        return [(e.room, e.happening.text) for e in self.entries if isinstance(e.happening, Reply)]

    async def run(self) -> None:
        """To the end of the recordings, and of what is said."""
        rooms = {name: _room(self.house, name, booth) for name, booth in self.booths.items()}
        for name, booth in self.booths.items():
            _together(booth, self.time, list(rooms.values()))
            self.house.rooms[name] = rooms[name]
            rooms[name].mouth.speaker.open()
        async with together() as group:
            ringing = group.create_task(self.house.ring())
            await asyncio.gather(*(room.run() for room in rooms.values()))
            ringing.cancel()


def _room(house: House, name: str, booth: Booth) -> Room:
    assert house.make_room is not None
    return house.make_room(name, booth, wake=True)


def _together(booth: TogetherBooth, time: SharedTime, rooms: Sequence[Room]) -> None:
    booth.thinking = lambda: time.behind(booth) or any(room.thinking for room in rooms)
    booth.busy = lambda: any(room.busy for room in rooms)


@asynccontextmanager
async def rooms_together(
    sounds: Mapping[str, bytes],
    kit: Kit | None = None,
    rooms: Mapping[str, RoomSettings] | None = None,
    *,
    demo_home: bool = True,
) -> AsyncIterator[Heard]:
    """A house in which each of these rooms hears its sound; sounds are made equally long."""
    longest = max(len(pcm) for pcm in sounds.values())
    booths = {name: TogetherBooth(pcm + bytes(longest - len(pcm))) for name, pcm in sounds.items()}
    time = SharedTime(booths)
    journal = Journal(time.steady_s, live=False)
    settings = Settings(rooms=dict(rooms or {name: RoomSettings(volume_percent=100) for name in sounds}))
    opening = Opening(demo_home=demo_home, ears=True, kit=kit, clocks=time)
    async with open_house(settings, journal, opening) as house:
        heard = Heard(house, booths, time)
        with journal.reading(heard.entries.append):
            yield heard
