"""Synthetic voices speak to what rings, without the wake word, to the real starter in a room that echoes."""

from collections.abc import AsyncGenerator, Callable, Sequence

import numpy as np
import pytest

from assistant.catalogue import read_sound
from assistant.devices.booth import OUT_RATE_HZ, Booth
from assistant.devices.echo import EchoMic, Floats
from assistant.house.build import Opening, open_house
from assistant.house.room import Room
from assistant.journal import Entry, Journal
from assistant.messages import EAR_RATE_HZ, AudioChunk, Reply, SpeechStarted, ToolCall
from assistant.pcm import resample, samples
from assistant.settings import RoomSettings, Settings
from tests.devices.test_echo import floats, loudness, pcm_of
from tests.devices.test_echo import room as path_of
from tests.roads.runner import RoomTime
from tests.voices import VOICES, say, silence

ROOM = "kitchen"
ECHO_DB = -6.0
"""The first round in the microphone, against the talker; later ones are louder."""
PAUSE_S = 0.3
"""So long after a round somebody speaks."""
GENTLE = 0.09
"""The gain of the first round."""
TALK = "we should go for a walk before it rains"


class Kitchen(Booth):
    """What the speaker plays comes back into the microphone, and people speak between two rounds."""

    def __init__(self, said: Sequence[bytes], seconds: float) -> None:
        super().__init__(silence(seconds))
        ring = read_sound("ring.wav")
        x = resample(samples(ring.pcm), ring.rate_hz, EAR_RATE_HZ) / 32768
        path = path_of(3, 0.06)
        echo = np.convolve(x, path)
        wanted = loudness(floats(said[0])) * 10 ** (ECHO_DB / 20)
        self._path: Floats = path * wanted / loudness(echo) / GENTLE
        self._echo: Floats = np.zeros(len(path))
        self.sounding: Callable[[], bool] = lambda: False
        """Whether a round is under way."""
        self._said = list(said)
        self._quiet_s = -1.0
        """Since a round was over; below zero while none was."""

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        async for chunk in super().chunks():
            if self._played:
                self._hear_back(resample(self._played[-1], OUT_RATE_HZ, EAR_RATE_HZ) / 32768)
            if self._said and self._quiet_s >= PAUSE_S:
                self._speak(self._said.pop(0))
            x = floats(chunk.pcm)
            mixed = x + self._echo[: len(x)]
            self._echo = np.concatenate([self._echo[len(x) :], np.zeros(len(x))])
            yield AudioChunk(pcm_of(mixed), chunk.at_sample)

    def _hear_back(self, far: Floats) -> None:
        back = np.convolve(far, self._path)
        self._echo = np.concatenate([self._echo, np.zeros(max(0, len(back) - len(self._echo)))])
        self._echo[: len(back)] += back
        if self.sounding():
            self._quiet_s = 0.0
        elif self._quiet_s >= 0:
            self._quiet_s += len(far) / EAR_RATE_HZ

    def _speak(self, pcm: bytes) -> None:
        at = 2 * (self.at_sample + EAR_RATE_HZ // 50)
        self._pcm = self._pcm[:at] + pcm + self._pcm[at + len(pcm) :]
        self._quiet_s = -1.0


async def heard(voice: str, *said: str) -> list[Entry]:
    """What happens when this is said, one after the other, in the gaps of a timer of two seconds."""
    kitchen = Kitchen([say(words, voice) for words in said], 8.0 + 5.0 * len(said))
    journal = Journal(lambda: kitchen.position_s, live=False)
    settings = Settings(rooms={ROOM: RoomSettings()})
    entries: list[Entry] = []
    opening = Opening(demo_home=True, ears=True, clocks=RoomTime(kitchen))
    async with open_house(settings, journal, opening) as house:
        make = house.make_room
        assert make is not None

        def with_echo(name: str, booth: Booth, *, wake: bool) -> Room:
            """As a room with devices: its ear hears what the canceller leaves."""
            room = make(name, booth, wake=wake)
            speaker = room.mouth.speaker
            room.ear._mic, room.ear._own_voice = EchoMic(booth, speaker.reference), lambda: False
            kitchen.sounding = lambda: speaker.pending or room.mouth.preparing > 0
            return room

        house.make_room = with_echo
        await house.ask("set a timer for two seconds", ROOM)
        with journal.reading(entries.append):
            await house.hear(kitchen, ROOM, wake=True)
    return entries


def called(entries: Sequence[Entry]) -> list[str]:
    return [entry.happening.name for entry in entries if isinstance(entry.happening, ToolCall)]


async def test_talk_in_a_gap_is_ignored_and_stop_ends_the_ring() -> None:
    entries = await heard("slt", TALK, "stop")
    asides = [e for e in entries if isinstance(e.happening, SpeechStarted) and e.happening.aside]
    assert len(asides) >= 2
    assert called(entries) == ["stop"]
    assert [e.happening.text for e in entries if isinstance(e.happening, Reply)] == [
        "Your two second timer is done."
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "tool"),
    [("stop", "stop"), ("okay", "stop"), ("thanks", "stop"), ("snooze for five minutes", "snooze")],
)
async def test_most_voices_are_understood_at_once(words: str, tool: str) -> None:
    done = {voice: called(await heard(voice, words)) for voice in VOICES}
    assert sum(calls == [tool] for calls in done.values()) >= 4, done
