"""A house whose ears and voice are on another box, while that box is there and when it is not."""

import asyncio
from collections.abc import AsyncIterator

from assistant.catalogue import load_catalogue
from assistant.house.build import Opening, open_house
from assistant.house.kit import kit_of
from assistant.journal import Journal
from assistant.settings import Settings
from tests.voices import heard, say
from tests.wyoming_server import serving

GONE = "127.0.0.1:9"


def settings(address: str) -> Settings:
    return Settings.model_validate(
        {"ears": {"wide": {"engine": "wyoming", "address": address}}, "speech": {"address": address}}
    )


async def words_and_speech(address: str) -> tuple[str, float]:
    """What the house hears in a command, and the seconds of sound that it makes of a sentence."""
    pcm = heard(say("turn on the kitchen light"), before=0.3, after=0.5)

    async def sound() -> AsyncIterator[bytes]:
        yield pcm

    journal = Journal(asyncio.get_running_loop().time)
    async with open_house(settings(address), journal, Opening(demo_home=True, ears=True)) as house:
        transcript = await house.offered.transcript(sound())
        sounds = [sound async for sound in house.speech("Dinner is ready.")]
        return transcript.text, sum(len(each.pcm) for each in sounds) / 2 / sounds[0].rate_hz


async def test_it_hears_and_speaks_there() -> None:
    with serving() as server:
        text, speech_s = await words_and_speech(server.address)
        assert text == "turn on the kitchen light"
        assert speech_s > 0.5
        assert {"audio-stop", "synthesize"} <= set(server.asked)


async def test_it_opens_hears_and_speaks_without_that_box() -> None:
    text, speech_s = await words_and_speech(GONE)
    assert text == "turn on the kitchen light"
    assert speech_s > 0.5


def test_the_kit_has_them_in_order() -> None:
    chosen = Settings.model_validate(
        {
            "ears": {
                "wide": {"engine": "wyoming", "address": "box:10300", "model": "base"},
                "fallback": {"engine": "wyoming", "address": "other:10300"},
            },
            "speech": {"address": "box:10200", "voice": "lessac"},
        }
    )
    kit = kit_of(chosen, load_catalogue())
    assert [ear.engine for ear in kit.ears] == ["pocketsphinx", "wyoming"]
    assert kit.ears[1].options == {
        "address": "box:10300",
        "model": "base",
        "language": "en",
        "wake_phrases": ["hey jarvis"],
    }
    assert kit.ear_fallback is not None
    assert kit.ear_fallback.options["address"] == "other:10300"
    assert kit.voice_elsewhere is not None
    assert kit.voice_elsewhere.options == {"address": "box:10200", "voice": "lessac"}
    assert kit.voice.engine == "espeak"
