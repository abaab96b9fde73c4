"""What is begun in a pause: ready at once when it counts, and without a trace when it does not."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import scripted
from assistant.devices.booth import OUT_RATE_HZ, Booth
from assistant.devices.home import MemoryHome
from assistant.hear.cascade import Cascade
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.listen import Ear
from assistant.hear.transcribe import Transcribe
from assistant.house import engines
from assistant.house.mouth import Mouth
from assistant.house.pause_habits import PauseHabits
from assistant.house.room import Room
from assistant.house.sounds import SILENCE, Sounds
from assistant.house.understanding import Understanding
from assistant.journal import Entry, Journal
from assistant.messages import (
    Discarded,
    JsonValue,
    LlmItem,
    Prompt,
    PromptRead,
    Reply,
    Routed,
    Sound,
    Speculated,
    SpeechChunk,
    SpeechEnded,
    ToolCall,
    Transcript,
)
from assistant.ports import TurnJudge
from assistant.scripted.ears import ScriptedVad
from assistant.scripted.signal import WordReader
from assistant.skills.home import HomeSkill
from assistant.skills.policy import Policy
from assistant.skills.toolbox import SkillToolbox
from assistant.speak.speaker import Speaker
from assistant.think.answer import Answer
from assistant.think.converse import Converse
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.phrases import Phrases
from tests.roads.runner import WAKE
from tests.think.test_converse import Near as Scripted

HOME = """
devices:
  - {name: kitchen light, area: kitchen, kind: light}
  - {name: bedroom lamp, area: bedroom, kind: light}
  - {name: fan, area: kitchen, kind: fan}
"""
JARVIS = "hey jarvis"
KITCHEN_ON = "turn on the kitchen light"


class Reads:
    """An ear for scripted words that reads at every pause; `mishears` says how, at which pause."""

    name = "scripted"

    def __init__(self, mishears: Mapping[int, str] | None = None) -> None:
        self._mishears = mishears or {}

    async def transcribe(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[Transcript, None]:
        reader, heard, pauses = WordReader(), list[str](), 0
        async for chunk in speech:
            heard += [word for word in reader.feed(chunk.pcm) if word not in ("hey", "jarvis")]
            if chunk.paused:
                pauses += 1
                text = self._mishears.get(pauses, " ".join(heard))
                yield Transcript(text, final=False, at_pause=pauses)
        yield Transcript(" ".join(heard), final=True, refused=None if heard else "nothing")


class Voice:
    """Speaks scripted words, and notes what for."""

    name = "scripted"

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        self.asked.append(text)
        yield Sound(scripted.words(text), 16_000)


class WatchedHome(MemoryHome):
    """A home that notes what it was asked for, and whether somebody was still speaking."""

    room: Room
    asked: list[tuple[str, str, bool]]

    async def act(self, name: str, action: str, arguments: Mapping[str, JsonValue]) -> None:
        self.asked.append((name, action, self.room.attention.hearing is not None))
        await super().act(name, action, arguments)


class Near(Scripted):
    """Notes what it is asked to answer; what it is only asked to read ahead is counted."""

    read_ahead = 0

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        if not prompt.max_tokens:
            self.read_ahead += 1
            return
        async for item in super().converse(prompt):
            yield item


class Stage:
    """A room in which `said` is heard: words, or seconds of silence.

    After the wake word comes half a second: in one breath, scripted words are too quick for it.
    """

    names = HouseNames((), ())
    phrases: Phrases

    def __init__(
        self,
        home: Path,
        *said: str | float,
        habits: PauseHabits | None = None,
        ears: Reads | None = None,
        llm: Near | None = None,
        turn: TurnJudge | None = None,
        endpoint: EndpointSettings | None = None,
    ) -> None:
        pieces: list[str | float] = []
        for piece in said:
            woken = isinstance(piece, str) and piece.startswith(f"{JARVIS} ")
            pieces += [JARVIS, 0.5, str(piece).removeprefix(f"{JARVIS} ")] if woken else [piece]
        sound = [scripted.silence(p) if isinstance(p, float) else scripted.words(p) for p in pieces]
        self.booth = Booth(scripted.silence(0.5) + b"".join(sound))
        self.home = WatchedHome.from_yaml(home)
        self.home.asked = []
        self.journal = Journal(lambda: self.booth.position_s, live=False)
        toolbox = SkillToolbox([HomeSkill(self.home)], Policy(), self.journal)
        converse = (
            None if llm is None else Converse(llm, toolbox, lambda room: "A lamp.", journal=self.journal)
        )
        self.answer = Answer(Intents(_phrases(self.home)), toolbox, self.journal, converse)
        self.voice = Voice()
        self.speaker = Speaker(self.booth)
        cascade = Cascade.load([WAKE], engines.wake_engine)
        ear = Ear(self.booth, cascade, ScriptedVad(), endpoint or EndpointSettings(), silent_mic_s=None)
        mouth = Mouth(
            "kitchen", self.speaker, self.voice, Sounds(SILENCE, SILENCE, SILENCE, SILENCE), self.journal
        )
        understanding = Understanding(
            Transcribe([ears or Reads()]),
            self.answer,
            self.journal,
            None,
            True,
            habits or PauseHabits(),
            turn,
        )
        self.room = self.home.room = Room("kitchen", ear, mouth, understanding)
        self.booth.thinking, self.booth.busy = (lambda: self.room.thinking), (lambda: self.room.busy)
        self.entries: list[Entry] = []

    async def play(self) -> "Stage":
        self.speaker.open()
        with self.journal.reading(self.entries.append):
            await self.room.run()
        self.speaker.close()
        return self

    def told(self, kind: type) -> list[object]:
        return [entry.happening for entry in self.entries if isinstance(entry.happening, kind)]

    def waited_ms(self) -> list[int]:
        """The silence at the end of each utterance."""
        return [event.silence_ms for event in self.told(SpeechEnded) if isinstance(event, SpeechEnded)]

    def acts(self) -> list[tuple[str, str]]:
        assert not any(speaking for *_, speaking in self.home.asked)
        return [(name, action) for name, action, _ in self.home.asked]

    def replies(self) -> list[str]:
        return [reply.text for reply in self.told(Reply) if isinstance(reply, Reply)]

    def ledger(self) -> list[str]:
        return [row.text for row in reversed(self.answer.turns.rows("kitchen"))]

    def dialogue(self) -> list[str]:
        return [message.content for message in self.answer.dialogue("kitchen").messages]


_KEPT: dict[str, Phrases] = {}


def _phrases(home: MemoryHome) -> Phrases:
    if "en" not in _KEPT:
        areas = tuple(Named(area.name, (), "", "") for area in home.areas())
        named = tuple(Named(d.name, (), d.area, d.kind) for d in home.devices())
        _KEPT["en"] = Phrases.load("en", HouseNames(named, areas))
    return _KEPT["en"]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("home") / "home.yaml"
    file.write_text(HOME)
    return file


async def test_a_whole_command_ends_after_200_ms(home: Path) -> None:
    stage = await Stage(home, f"hey jarvis {KITCHEN_ON}", 2.0).play()
    assert stage.waited_ms() == [224]
    assert stage.acts() == [("kitchen light", "on")]
    assert stage.replies() == ["The kitchen light is on."]


async def test_each_technique_can_be_switched_off(home: Path) -> None:
    off = PauseHabits(speculate=False, end_by_meaning=False)
    stage = await Stage(home, f"hey jarvis {KITCHEN_ON}", 2.0, habits=off).play()
    assert stage.waited_ms() == [704]
    assert stage.acts() == [("kitchen light", "on")]
    assert not stage.told(Speculated)


async def test_a_place_may_follow_what_means_another_thing_elsewhere(home: Path) -> None:
    stage = await Stage(home, "hey jarvis turn on the light", 0.35, "in the bedroom", 2.0).play()
    assert stage.acts() == [("bedroom lamp", "on")]
    assert stage.replies() == ["The bedroom lamp is on."]
    assert stage.told(Discarded) == [Discarded("speech went on")]


async def test_half_a_sentence_is_waited_for(home: Path) -> None:
    stage = await Stage(home, "hey jarvis turn on the", 1.6, "fan", 3.0).play()
    assert stage.acts() == [("fan", "on")]


async def test_a_discarded_answer_leaves_no_trace(home: Path) -> None:
    stage = await Stage(home, "hey jarvis turn on the light", 0.3, "in the bedroom", 2.0).play()
    assert stage.ledger() == ["turn on the light in the bedroom"]
    assert stage.dialogue() == ["turn on the light in the bedroom", "The bedroom lamp is on."]
    assert len(stage.told(Routed)) == len(stage.told(ToolCall)) == 1


async def test_the_same_words_read_again_go_on_with_the_answer(home: Path) -> None:
    habits = PauseHabits(whole_ms=450)
    twice = EndpointSettings(pause_again_ms=224)
    stage = await Stage(home, f"hey jarvis {KITCHEN_ON}", 2.0, habits=habits, endpoint=twice).play()
    assert [told.pause for told in stage.told(Speculated) if isinstance(told, Speculated)] == [1, 2]
    assert stage.told(Discarded) == []
    assert stage.acts() == [("kitchen light", "on")]


async def test_other_words_at_the_end_count(home: Path) -> None:
    stage = await Stage(home, f"hey jarvis {KITCHEN_ON}", 2.0, ears=Reads({1: "turn on the fan"})).play()
    assert stage.acts() == [("kitchen light", "on")]
    assert stage.told(Discarded) == [Discarded("the words changed")]
    assert stage.ledger() == [KITCHEN_ON]


async def test_the_llm_thinks_in_the_pause_and_its_sentence_is_made(home: Path) -> None:
    llm = Near("It was Mozart. He was young.", to="who wrote the magic flute")
    stage = Stage(home, "hey jarvis who wrote the magic flute", 0.5, llm=llm)
    playing = asyncio.create_task(stage.play())
    while not stage.voice.asked:  # noqa: ASYNC110 - samples, not time, are waited for
        await asyncio.sleep(0)
    assert stage.room.attention.hearing is not None
    assert stage.ledger() == stage.dialogue() == stage.replies() == []
    await playing
    assert stage.replies() == ["It was Mozart.", "He was young."]
    assert len(llm.prompts) == 1
    assert llm.read_ahead == 2  # at the wake word, and after the answer
    (read,) = stage.told(PromptRead)
    assert isinstance(read, PromptRead)
    assert read.read > read.after_commit == 0
    assert scripted.read_back(stage.booth.played(), OUT_RATE_HZ) == "It was Mozart. He was young."


async def test_a_llm_that_was_begun_in_vain_is_closed(home: Path) -> None:
    llm = Near("Nobody knows.", to="who wrote the magic flute")
    stage = await Stage(home, "hey jarvis who wrote", 0.4, "the magic flute", 2.0, llm=llm).play()
    assert stage.replies() == ["Nobody knows."]
    assert len(llm.prompts) == llm.closed == 2
    assert stage.dialogue() == ["who wrote the magic flute", "Nobody knows."]


async def test_a_tool_of_the_llm_waits_for_the_commit(home: Path) -> None:
    asked = "i think the fan could do some good in here"
    call: JsonValue = {"tool": "device_on", "arguments": {"targets": ["fan"]}}
    llm = Near([call], ["Better?"], to=asked)
    stage = await Stage(home, f"hey jarvis {asked}", 2.0, llm=llm).play()
    assert stage.acts() == [("fan", "on")]


async def test_what_plays_is_cut_by_nothing_but_words_that_count(home: Path) -> None:
    """The answer begun to a command that is said into a reply does not end that reply before it counts."""
    llm = Near("One two three four five six seven eight nine ten.", to="tell me a story")
    said = ("hey jarvis tell me a story", 1.2, f"hey jarvis {KITCHEN_ON}", 3.0)
    stage = await Stage(home, *said, llm=llm).play()
    assert stage.acts() == [("kitchen light", "on")]
    kinds = [type(entry.happening).__name__ for entry in stage.entries]
    assert kinds.index("Spoken") > [at for at, kind in enumerate(kinds) if kind == "SpeechEnded"][1]
    assert stage.replies()[-1] == "The kitchen light is on."
    assert stage.dialogue()[-2:] == [KITCHEN_ON, "The kitchen light is on."]


PIECES = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "turn on",
                "the light",
                "the kitchen light",
                "in the bedroom",
                "turn off the fan",
                "and",
                KITCHEN_ON,
            )
        ),
        st.sampled_from((0.1, 0.2, 0.3, 0.5, 0.8, 1.3, 2.2)),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=12, deadline=None)
@given(PIECES)
def test_whatever_the_pauses_nothing_is_done_before_the_end_or_twice(
    home: Path, pieces: Sequence[tuple[str, float]]
) -> None:
    said: list[str | float] = ["hey jarvis", 0.5]
    for words, pause_s in pieces:
        said += [words, pause_s]
    stage = asyncio.run(Stage(home, *said, 3.0).play())
    acts, calls = stage.acts(), stage.told(ToolCall)
    targets = [name for call in calls if isinstance(call, ToolCall) for name in call.arguments["targets"]]  # type: ignore[union-attr]
    assert len(acts) <= len(targets)  # a device that is as wished already is not asked
    assert len(stage.ledger()) == len(stage.told(Routed)) <= 1
    assert len(stage.waited_ms()) == 1
