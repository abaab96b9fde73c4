"""What is often said is made once."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from assistant.messages import Sound
from assistant.speak import kept_sounds
from assistant.speak.kept_sounds import LONGEST_TEXT, KeptSounds

SOUNDS = [Sound(b"\x01\x00" * 100, 16_000), Sound(b"\x02\x00" * 50, 16_000)]


class Voice:
    name = "scripted"

    def __init__(self) -> None:
        self.made: list[str] = []

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        self.made.append(text)
        for sound in SOUNDS:
            yield sound


async def said(voice: KeptSounds, text: str) -> list[Sound]:
    return [sound async for sound in voice.synthesize(text)]


async def test_from_the_third_time_on_nothing_is_made() -> None:
    voice = Voice()
    kept = KeptSounds(voice)
    for _ in range(4):
        assert await said(kept, "Okay.") == SOUNDS
    assert voice.made == ["Okay."] * 2


async def test_what_was_said_once_or_is_long_is_not_kept() -> None:
    voice = Voice()
    kept = KeptSounds(voice)
    for text in ("The code is 1234.", *["x" * (LONGEST_TEXT + 1)] * 3):
        await said(kept, text)
    assert not kept._kept
    assert len(voice.made) == 4


async def test_half_a_sentence_is_never_kept() -> None:
    voice = Voice()
    kept = KeptSounds(voice)
    await said(kept, "Okay.")
    async with aclosing(kept.synthesize("Okay.")) as sounds:
        await anext(sounds)
    assert await said(kept, "Okay.") == SOUNDS
    assert voice.made == ["Okay."] * 3


async def test_the_least_lately_said_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_sounds, "MOST_BYTES", 700)
    voice = Voice()
    kept = KeptSounds(voice)
    for text in ("one", "one", "two", "two", "one", "three", "three"):
        await said(kept, text)
    assert set(kept._kept) == {"one", "three"}
