"""Turns that overlap: what was said last counts, and nobody is talked over."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from assistant import scripted
from assistant.devices.booth import OUT_RATE_HZ
from assistant.devices.home import MemoryHome
from assistant.errors import EngineError
from assistant.hear.cascade import Cascade
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.listen import Ear
from assistant.hear.transcribe import Transcribe
from assistant.house import engines
from assistant.house.fair_line import asking_room
from assistant.house.mouth import Mouth
from assistant.house.room import Room
from assistant.house.sounds import SILENCE, Sounds
from assistant.house.understanding import Understanding
from assistant.journal import Entry, Journal, happening_name
from assistant.messages import AudioChunk, Failed, Refused, Sound, SpeechChunk, ToolCall, Transcript
from assistant.ports import Samples
from assistant.scripted.ears import ScriptedVad
from assistant.skills.home import HomeSkill
from assistant.skills.policy import Policy
from assistant.skills.toolbox import SkillToolbox
from assistant.speak.speaker import Speaker
from assistant.think.answer import Answer
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.phrases import Phrases
from tests.roads.runner import WAKE

HOME = """
devices:
  - {name: kitchen light, area: kitchen, kind: light}
  - {name: fan, area: kitchen, kind: fan}
"""
CHUNK = 1024


class Fed:
    """A microphone that hears what the test says, when it says it."""

    def __init__(self) -> None:
        self._said: asyncio.Queue[bytes | None] = asyncio.Queue()

    def hears(self, pcm: bytes) -> None:
        self._said.put_nowait(pcm + bytes(-len(pcm) % CHUNK))

    def ends(self) -> None:
        self._said.put_nowait(None)

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        at = 0
        while (pcm := await self._said.get()) is not None:
            for start in range(0, len(pcm), CHUNK):
                yield AudioChunk(pcm[start : start + CHUNK], at)
                at += CHUNK // 2


class Ears:
    """Hears what it is told to, in the order of the calls, each once its gate is open."""

    name = "scripted"

    def __init__(self, *answers: Transcript | EngineError) -> None:
        self.gates = [asyncio.Event() for _ in answers]
        self._answers = answers
        self._calls = 0
        self.asked_for: list[str] = []

    async def transcribe(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[Transcript, None]:
        number = self._calls
        self.asked_for.append(asking_room.get())
        self._calls += 1
        await self.gates[number].wait()
        answer = self._answers[number]
        if isinstance(answer, EngineError):
            raise answer
        async for _ in speech:
            pass
        yield answer


class Voice:
    """A second of sound for every sentence."""

    name = "scripted"

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        yield Sound(b"\x00\x10" * 16_000, 16_000)


class Loudspeaker:
    """Plays when the test says so."""

    rate_hz = OUT_RATE_HZ
    latency_s = 0.0
    render: Callable[[int], Samples]

    def start(self, render: Callable[[int], Samples]) -> None:
        self.render = render

    def close(self) -> None:
        pass


class Bench:
    """A room, what it wrote into the journal, and a way to wait for that."""

    def __init__(self, folder: Path, ears: Ears) -> None:
        (folder / "home.yaml").write_text(HOME)
        home = MemoryHome.from_yaml(folder / "home.yaml")
        names = HouseNames(tuple(Named(d.name, (), d.area, d.kind) for d in home.devices()), ())
        self.journal = Journal(lambda: 0.0)
        toolbox = SkillToolbox([HomeSkill(home)], Policy(), self.journal)
        answer = Answer(Intents(Phrases.load("en", names)), toolbox, self.journal)
        self.mic, self.out, self.ears = Fed(), Loudspeaker(), ears
        self.speaker = Speaker(self.out)
        cascade = Cascade.load([WAKE], engines.wake_engine)
        ear = Ear(self.mic, cascade, ScriptedVad(), EndpointSettings())
        sounds = Sounds(SILENCE, SILENCE, SILENCE, SILENCE)
        mouth = Mouth("kitchen", self.speaker, Voice(), sounds, self.journal)
        understanding = Understanding(Transcribe([ears]), answer, self.journal)
        self.room = Room("kitchen", ear, mouth, understanding)
        self.entries: list[Entry] = []
        self._news = asyncio.Event()

    def read(self, entry: Entry) -> None:
        self.entries.append(entry)
        self._news.set()

    def hears(self, text: str) -> None:
        self.mic.hears(scripted.words(f"hey jarvis {text}") + scripted.silence(1.0))

    async def until(self, happening: str, turn: int) -> Entry:
        """Wait for a happening of a turn."""
        async with asyncio.timeout(60):
            while True:
                for entry in self.entries:
                    if entry.turn == turn and happening_name(type(entry.happening)) == happening:
                        return entry
                self._news.clear()
                await self._news.wait()

    def tools(self) -> list[tuple[int, object]]:
        """Turn and target of each tool call."""
        calls = [(e.turn, e.happening) for e in self.entries if isinstance(e.happening, ToolCall)]
        return [(turn, call.arguments["targets"]) for turn, call in calls]


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Callable[[Ears], Bench]]:
    running: list[tuple[Bench, asyncio.Task[None]]] = []
    readers = ExitStack()

    def start(ears: Ears) -> Bench:
        bench = Bench(tmp_path, ears)
        bench.speaker.open()
        readers.enter_context(bench.journal.reading(bench.read))
        bench.mic.hears(scripted.silence(0.5))
        running.append((bench, asyncio.create_task(bench.room.run())))
        return bench

    with readers:
        yield start
    for bench, room in running:
        for gate in bench.ears.gates:
            gate.set()
        bench.mic.ends()
        await room
        bench.speaker.close()


def heard(text: str, refused: str | None = None) -> Transcript:
    return Transcript(text, final=True, refused=refused)


LIGHT, FAN = heard("turn on the kitchen light"), heard("turn on the fan")


async def test_newer_words_end_a_turn_that_is_still_being_read(run: Callable[[Ears], Bench]) -> None:
    bench = run(Ears(LIGHT, FAN))
    bench.hears("one two three four")
    await bench.until("speech_ended", 1)
    bench.hears("five six seven eight")
    await bench.until("speech_ended", 2)
    bench.ears.gates[1].set()
    await bench.until("tool_result", 2)
    bench.ears.gates[0].set()
    refused = (await bench.until("refused", 1)).happening
    assert refused == Refused("", "newer words came first")
    await bench.until("reply", 2)
    assert bench.tools() == [(2, ["fan"])]


async def test_engines_know_for_which_room_they_are_asked(run: Callable[[Ears], Bench]) -> None:
    bench = run(Ears(LIGHT))
    bench.ears.gates[0].set()
    bench.hears("one two three four")
    await bench.until("reply", 1)
    assert bench.ears.asked_for == ["kitchen"]


async def test_an_older_turn_never_ends_a_newer_reply(run: Callable[[Ears], Bench]) -> None:
    bench = run(Ears(heard("", "no words"), FAN))
    bench.hears("one two three four")
    await bench.until("speech_ended", 1)
    bench.hears("five six seven eight")
    await bench.until("speech_ended", 2)
    bench.ears.gates[0].set()
    await bench.until("refused", 1)
    bench.ears.gates[1].set()
    await bench.until("reply", 2)
    assert bench.speaker.pending


async def test_a_reply_stays_held_while_someone_speaks(run: Callable[[Ears], Bench]) -> None:
    bench = run(Ears(LIGHT, heard("", "no words"), FAN))
    bench.ears.gates[0].set()
    bench.hears("one two three four")
    await bench.until("reply", 1)
    bench.hears("five six seven eight")
    await bench.until("speech_ended", 2)
    bench.mic.hears(scripted.words("hey jarvis nine ten eleven twelve thirteen"))
    await bench.until("speech_started", 3)
    assert not bench.speaker.pending
    bench.ears.gates[1].set()
    await bench.until("refused", 2)
    assert not bench.speaker.pending
    bench.mic.hears(scripted.silence(1.0))
    await bench.until("speech_ended", 3)


async def test_the_room_is_wanted_from_the_wake_word_to_the_end_of_the_reply(
    run: Callable[[Ears], Bench],
) -> None:
    bench = run(Ears(LIGHT))
    wanted: list[bool] = []
    bench.room.attention.on_change = wanted.append
    bench.ears.gates[0].set()
    bench.hears("one two three four")
    await bench.until("reply", 1)
    assert wanted == [True]
    bench.speaker.abort()
    bench.out.render(1000)
    await bench.until("spoken", 1)
    await bench.room.attention.free()
    assert wanted == [True, False]


@pytest.mark.parametrize("aside", [True, False])
async def test_talk_aside_is_ignored_without_a_tone_and_without_a_trace(
    run: Callable[[Ears], Bench], aside: bool
) -> None:
    bench = run(Ears(heard("the secret is out"), heard("", "no words")))
    tone = Sound(b"\x00\x10" * 16_000, 16_000)
    bench.room.mouth._sounds = Sounds(SILENCE, tone, SILENCE, SILENCE)
    bench.ears.gates[0].set()
    if aside:
        bench.room.ear.listen_aside(3.0)
        bench.mic.hears(scripted.words("one two three four five") + scripted.silence(1.0))
        refused = (await bench.until("refused", 1)).happening
        assert refused == Refused("", "not about what rings")
        assert not [entry for entry in bench.entries if isinstance(entry.happening, Transcript)]
    else:
        bench.ears.gates[1].set()
        bench.ears._calls = 1
        bench.hears("one two three four five")
        await bench.until("refused", 1)
    for _ in range(20):
        await asyncio.sleep(0)
    assert bench.speaker.pending is not aside


async def test_an_ear_that_fails_aside_is_told_to_nobody(run: Callable[[Ears], Bench]) -> None:
    bench = run(Ears(EngineError("scripted")))
    bench.ears.gates[0].set()
    bench.room.ear.listen_aside(3.0)
    bench.mic.hears(scripted.words("one two three four five") + scripted.silence(1.0))
    failed = (await bench.until("error", 1)).happening
    assert isinstance(failed, Failed)
    assert failed.spoken == ""
    assert not bench.speaker.pending


async def test_an_ear_that_fails_at_once_interrupts_nobody(run: Callable[[Ears], Bench]) -> None:
    bench = run(Ears(EngineError("scripted")))
    bench.ears.gates[0].set()
    bench.mic.hears(scripted.words("hey jarvis one two three four"))
    await bench.until("speech_started", 1)
    for _ in range(20):
        await asyncio.sleep(0)
    assert not [entry for entry in bench.entries if isinstance(entry.happening, Failed)]
    bench.mic.hears(scripted.silence(1.0))
    await bench.until("error", 1)
