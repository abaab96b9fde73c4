"""What is often said is there before it is said."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest

from assistant.devices.home import MemoryHome
from assistant.errors import EngineError
from assistant.house import rehearsal
from assistant.house.rehearsal import DIMMED, TIMERS_S, Rehearsal, usual
from assistant.messages import Device, DeviceState, Sound
from assistant.skills.home import HomeSkill
from assistant.speak.kept_sounds import KeptSounds
from assistant.speak.say import Saying
from assistant.speak.spoken_text import spoken_text
from assistant.think.tongue import LANGUAGES
from tests.skills.bench import Bench

LIGHT = Device("kitchen light", "kitchen", "light", can=frozenset({"brightness"}))
BLINDS = Device("blinds", "kitchen", "cover")
DOOR = Device("front door", "hall", "lock", secure=True)
HOME = {LIGHT: DeviceState("off"), BLINDS: DeviceState("closed"), DOOR: DeviceState("locked")}


@dataclass
class Voice:
    """Says a word a turn of the loop."""

    name: str = "scripted"

    def __post_init__(self) -> None:
        self.made: list[str] = []
        self.begun: list[str] = []

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        self.begun.append(text)
        for _ in text.split():
            await asyncio.sleep(0)
            yield Sound(b"\x01\x00" * 100, 16_000)
        self.made.append(text)


async def everything(voice: KeptSounds, text: str) -> list[Sound]:
    return [sound async for sound in voice.synthesize(text)]


def of(voice: KeptSounds) -> Rehearsal:
    return Rehearsal(voice, MemoryHome(HOME), Saying(subject_first=False))


async def test_what_the_skills_say_was_rehearsed_word_for_word() -> None:
    expected = set(usual(MemoryHome(HOME), "en"))
    bench = Bench(HomeSkill(MemoryHome(HOME)))
    for tool in ("device_on", "device_off"):
        for name in ("kitchen light", "blinds"):
            for _ in ("done", "already so"):
                assert await bench.say(tool, targets=[name]) in expected
    assert await bench.say("light_set", targets=["kitchen light"], brightness_percent=40) in expected


@pytest.mark.parametrize("language", sorted({"en", *LANGUAGES}))
def test_every_language_has_its_sentences(language: str) -> None:
    said = list(usual(MemoryHome(HOME), language))
    assert len(said) == len(set(said)) == 1 + len(TIMERS_S) + 8 + (len(DIMMED) if language == "en" else 0)
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in said)
    assert not any("door" in sentence for sentence in said)


async def test_after_a_rehearsal_nothing_is_made() -> None:
    voice = Voice()
    kept = KeptSounds(voice)
    await of(kept).run(lambda: False)
    rehearsed = list(voice.made)
    assert await everything(kept, "The kitchen light is on.")
    assert voice.made == rehearsed


async def test_of_answers_that_begin_early_every_piece_was_rehearsed() -> None:
    voice = Voice()
    kept = KeptSounds(voice)
    await Rehearsal(kept, MemoryHome(HOME), Saying()).run(lambda: False)
    rehearsed = list(voice.made)
    assert len(rehearsed) == len(set(rehearsed))
    for piece in (
        "The kitchen light,",
        "is on.",
        "is off.",
        "The blinds,",
        "are closed.",
        "Your shopping list,",
    ):
        assert await everything(kept, piece)
    for piece in ("Ten minute timer,", "set."):
        assert await everything(kept, piece)
    assert voice.made == rehearsed


async def test_nobody_is_talked_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "STILL_S", 0)
    voice, talking = Voice(), True
    running = asyncio.ensure_future(of(KeptSounds(voice)).run(lambda: talking))
    for _ in range(50):
        await asyncio.sleep(0)
    assert voice.begun == []
    talking = False
    await running
    assert voice.made == [spoken_text(sentence) for sentence in usual(MemoryHome(HOME), "en")]


async def test_what_is_wanted_now_does_not_wait_for_what_is_rehearsed() -> None:
    voice = Voice()
    kept = KeptSounds(voice)
    ahead = asyncio.ensure_future(kept.prepare("one two three four five six seven eight nine ten."))
    while not voice.begun:  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert await everything(kept, "Now.")
    assert await ahead
    assert voice.made == ["Now."]


async def test_a_rehearsal_leaves_room_for_what_is_really_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.speak.kept_sounds.AHEAD_BYTES", 2500)
    voice = Voice()
    await of(KeptSounds(voice)).run(lambda: False)
    assert 0 < len(voice.made) < 6


async def test_a_failing_voice_ends_it() -> None:
    class Broken(Voice):
        async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
            if text:
                raise EngineError("broken")
            yield Sound(b"", 16_000)

    with pytest.raises(EngineError, match="broken"):
        await of(KeptSounds(Broken())).run(lambda: False)
