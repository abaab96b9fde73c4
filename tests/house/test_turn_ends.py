"""Where the words don't tell, the sound does: how long a pause may last by what a turn engine makes of it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest

from assistant import scripted
from assistant.errors import EngineError
from assistant.house import engines
from assistant.house.engines import Registered
from assistant.house.hosted import HostedTurn
from assistant.house.kit import kit_of
from assistant.house.pause_habits import PauseHabits
from assistant.messages import SpeechChunk, TurnOver
from assistant.settings import Ears, Settings, Speed
from tests import models
from tests.house.hosting import everything
from tests.house.test_speculation import KITCHEN_ON, Stage, home

__all__ = ["home"]
UNKNOWN = "why is the sky blue"


class Judge:
    """Says what it is told to, and how much sound it was given."""

    name = "scripted"

    def __init__(self, *verdicts: float | EngineError | None) -> None:
        """None: never answers."""
        self._verdicts = list(verdicts)
        self.heard_s: list[float] = []

    async def judge(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[TurnOver, None]:
        self.heard_s.append(sum([len(chunk.pcm) / 32_000 async for chunk in speech]))
        verdict = self._verdicts.pop(0)
        if isinstance(verdict, EngineError):
            raise verdict
        if verdict is None:
            await asyncio.Event().wait()
        assert verdict is not None
        yield TurnOver(verdict)


@pytest.mark.parametrize(
    ("verdict", "waited_ms"),
    [(0.97, 320), (0.5, 320), (0.49, 1600), (0.03, 1600), (EngineError("it died"), 704)],
)
async def test_words_that_tell_nothing_end_as_they_sound(
    home: Path, verdict: float | EngineError, waited_ms: int
) -> None:
    stage = await Stage(home, f"hey jarvis {UNKNOWN}", 3.0, turn=Judge(verdict)).play()
    assert stage.waited_ms() == [waited_ms]


async def test_a_verdict_that_does_not_come_is_not_waited_for(home: Path) -> None:
    stage = await Stage(home, f"hey jarvis {UNKNOWN}", 3.0, turn=Judge(None)).play()
    assert stage.waited_ms() == [704]


async def test_where_the_words_tell_nobody_asks_how_they_sound(home: Path) -> None:
    judge = Judge()
    stage = await Stage(home, f"hey jarvis {KITCHEN_ON}", 2.0, turn=judge).play()
    assert stage.waited_ms() == [224]
    half = await Stage(home, "hey jarvis turn on the", 1.6, "fan", 3.0, turn=judge).play()
    assert half.acts() == [("fan", "on")]
    assert judge.heard_s == []


async def test_all_that_was_said_is_judged_pause_by_pause(home: Path) -> None:
    judge = Judge(0.1, 0.9)
    stage = await Stage(home, "hey jarvis why do cats", 1.0, "purr so much", 3.0, turn=judge).play()
    assert len(stage.waited_ms()) == 1
    first_s, then_s = judge.heard_s
    assert then_s - first_s > 1.0


def test_what_no_ear_vouches_for_never_ends_sooner_than_usual() -> None:
    habits = PauseHabits()
    assert habits.sounding_ms(0.9, refused=True) is None
    assert habits.sounding_ms(0.1, refused=True) == habits.refused_ms


def test_the_patient_wait_longer_for_what_sounds_over() -> None:
    assert PauseHabits(patience=2.0).sounding_ms(0.9, refused=False) == 600


def test_the_settings_and_the_file_decide_whether_there_is_one(tmp_path: Path) -> None:
    from assistant.catalogue import load_catalogue

    catalogue = load_catalogue()
    model = catalogue.models["smart-turn-v3.2"]
    assert kit_of(Settings(data_folder=tmp_path), catalogue).turn is None
    file = model.home(tmp_path / "models") / model.files[0].local_name
    file.parent.mkdir(parents=True)
    with file.open("wb") as made:
        made.truncate(model.files[0].size or 0)
    found = kit_of(Settings(data_folder=tmp_path), catalogue).turn
    assert found is not None
    assert (found.engine, found.options["model"]) == ("smart_turn", str(file))
    assert [sealed.sha256 for sealed in found.files] == [model.files[0].sha256]
    for off in (Settings(ears=Ears(smart_turn=False)), Settings(speed=Speed(end_by_meaning=False))):
        assert kit_of(off.model_copy(update={"data_folder": tmp_path}), catalogue).turn is None


# ── every turn engine, in a process of its own ───────────────────────────────────────────────────


@pytest.mark.parametrize("entry", [e for e in engines.registered() if e.kind == "turn"], ids=lambda e: e.name)
async def test_the_engine_judges_in_a_process_of_its_own(entry: Registered) -> None:
    hosted = HostedTurn(entry.name, entry.engine, models.engine_options("turn", entry.name))
    await hosted.start()
    try:
        found = []
        for said, pause_s in (("turn on the", 0.0), ("turn on the light", 1.0)):
            (verdict,) = await everything(hosted.judge(_speech(said, pause_s)))
            assert isinstance(verdict, TurnOver)
            found.append(verdict.probability)
        assert found[0] < found[1]
        assert found[1] > 0.5
    finally:
        await hosted.close()


async def _speech(said: str, pause_s: float) -> AsyncIterator[SpeechChunk]:
    pcm = scripted.words(said, peak=20_000) + scripted.silence(pause_s)
    for at in range(0, len(pcm), 1024):
        yield SpeechChunk(pcm[at : at + 1024], at // 2, voiced=True)
