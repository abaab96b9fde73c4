"""What goes from room to room: questions and their answers, talk that moves, announcements, what rings."""

from collections.abc import Mapping

import pytest

from assistant import scripted
from assistant.devices.booth import OUT_RATE_HZ
from assistant.hear.stt.narrow_jsgf import automaton
from assistant.messages import ToolCall
from assistant.settings import RoomSettings
from assistant.think.grammar import jsgf
from assistant.think.phrases import Phrases
from tests.roads.runner import kit
from tests.roads.together import Heard, rooms_together
from tests.think.house import HOUSE
from tests.voices import VOICES, say, silence
from tests.voices import heard as heard_as

ROOMS = {
    "bedroom": RoomSettings(volume_percent=100, floor="upstairs"),
    "bath": RoomSettings(volume_percent=100, floor="upstairs"),
    "kitchen": RoomSettings(volume_percent=100, floor="downstairs"),
}
MUMBLED = "well the thing is"
ASK = "hey jarvis ask the kitchen if the oven is on"


def sound(*said: tuple[float, str]) -> bytes:
    """What is said, each so many seconds after the one before."""
    return b"".join(scripted.silence(after_s) + scripted.words(words) for after_s, words in said)


async def lived(sounds: Mapping[str, bytes], seconds: float = 12.0) -> Heard:
    """What happened in a house of three rooms in which this was said."""
    whole = {name: sounds.get(name, b"") for name in ROOMS}
    padded = {name: pcm + scripted.silence(seconds - len(pcm) / 32_000) for name, pcm in whole.items()}
    async with rooms_together(padded, kit({"stt": {"refuse": [MUMBLED]}}), ROOMS) as heard:
        await heard.run()
    return heard


def played(heard: Heard, room: str) -> str:
    return scripted.read_back(heard.booths[room].played(), OUT_RATE_HZ)


async def test_a_question_is_put_in_another_room_and_the_answer_brought_back() -> None:
    heard = await lived({"bedroom": sound((0.5, ASK)), "kitchen": sound((8.5, "yes it is"))}, 20)
    assert "The bedroom would like to know if the oven is on." in played(heard, "kitchen")
    bedroom = played(heard, "bedroom")
    assert "asking the kitchen now." in bedroom or "I asked the kitchen." in bedroom
    assert bedroom.endswith("The kitchen says: yes it is.")
    assert played(heard, "kitchen").endswith("I told the bedroom.")
    assert played(heard, "bath") == ""
    assert heard.rooms_that(ToolCall) == ["bedroom"]


async def test_an_answer_that_no_ear_understands_is_brought_back_as_it_sounded() -> None:
    heard = await lived({"bedroom": sound((0.5, ASK)), "kitchen": sound((8.5, MUMBLED))}, 20)
    assert played(heard, "bedroom").endswith(f"The kitchen says {MUMBLED}")
    assert played(heard, "kitchen").endswith("I told the bedroom.")


async def test_a_question_that_nobody_answers_is_told_as_such() -> None:
    heard = await lived({"bedroom": sound((0.5, ASK))}, 26)
    assert played(heard, "bedroom").endswith("Nobody in the kitchen answered.")
    assert "I told" not in played(heard, "kitchen")


async def test_a_command_said_instead_of_an_answer_is_a_command() -> None:
    heard = await lived(
        {"bedroom": sound((0.5, ASK)), "kitchen": sound((8.5, "turn on the kitchen light"))}, 60
    )
    assert "The kitchen light is on." in played(heard, "kitchen")
    assert "says" not in played(heard, "bedroom")


async def test_a_talk_goes_on_in_another_room_with_its_question_and_what_it_was_about() -> None:
    heard = await lived(
        {
            "bedroom": sound(
                (0.5, "hey jarvis turn on the bedroom lamp"), (5, "hey jarvis continue in the kitchen")
            ),
            "kitchen": sound((18, "turn it off")),
        },
        24,
    )
    assert "We go on in the kitchen." in played(heard, "bedroom")
    kitchen = played(heard, "kitchen")
    assert kitchen.startswith("The bedroom lamp is on.")
    assert kitchen.endswith("The bedroom lamp is off.")


async def test_an_announcement_reaches_a_floor_and_no_other() -> None:
    heard = await lived({"kitchen": sound((0.5, "hey jarvis announce upstairs that dinner is ready"))}, 14)
    for room in ("bedroom", "bath"):
        assert played(heard, room) == "Message from the kitchen: dinner is ready."
    assert "bedroom" in played(heard, "kitchen")
    assert "bath" in played(heard, "kitchen")


async def test_it_acts_in_the_room_where_it_was_said() -> None:
    heard = await lived({"kitchen": sound((0.5, "hey jarvis"), (0.3, "turn off the light"))})
    assert "kitchen light" in played(heard, "kitchen")


async def test_an_announcement_to_all_reaches_more_rooms_than_the_voice_takes_calls() -> None:
    names = ["kitchen", *(f"room {letter}" for letter in "abcdefgh")]
    said = sound((0.5, "hey jarvis tell everyone dinner is ready"))
    sounds = {name: said if name == "kitchen" else b"" for name in names}
    rooms = {name: RoomSettings(volume_percent=100) for name in names}
    padded = {name: pcm + scripted.silence(9 - len(pcm) / 32_000) for name, pcm in sounds.items()}
    async with rooms_together(padded, kit({}), rooms) as heard:
        await heard.run()
    for name in names[1:]:
        assert played(heard, name) == "Message from the kitchen: dinner is ready."
    assert "couldn't" not in played(heard, "kitchen")


# ── the ear that knows only our phrases ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "asked", ["if the oven is on", "whether the cat is in", "if anybody is there", "to come downstairs"]
)
def test_what_is_asked_most_is_in_the_narrow_ears_grammar(asked: str) -> None:
    graph = automaton(jsgf(Phrases.load("en", HOUSE)).jsgf)
    said = f"ask the kitchen {asked}".split()
    assert (graph.path(said) is not None) is (asked != "whether the cat is in")


@pytest.mark.slow
@pytest.mark.parametrize("voice", VOICES)
async def test_a_question_said_to_the_starter_is_put_in_another_room(voice: str) -> None:
    """Without a wide ear: real wake word, real narrow ear."""
    said = heard_as(say("hey jarvis, ask the kitchen if the oven is on", voice))
    async with rooms_together({"bedroom": said, "kitchen": silence(1.0)}) as heard:
        await heard.run()
    calls = [(e.room, e.happening) for e in heard.entries if isinstance(e.happening, ToolCall)]
    assert [(room, call.name, call.arguments) for room, call in calls] == [
        ("bedroom", "room_ask", {"question": "if the oven is on", "room": "kitchen"})
    ]
    assert any(heard.booths["kitchen"].played())
