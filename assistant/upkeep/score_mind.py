"""What a score asks: the house's own toolbox and dialogue over a suite's home, with an LLM or without."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

from pydantic import ValidationError

from assistant import paths
from assistant.catalogue import load_catalogue
from assistant.devices.task_suite import SuiteHome
from assistant.errors import SettingsError, ToolError
from assistant.house.hosted import HostedLlm
from assistant.house.kit import llm_of
from assistant.house.staff import hosted
from assistant.journal import Journal
from assistant.memory.database import Database
from assistant.memory.schedule import Schedule
from assistant.ports import Llm
from assistant.settings import Llm as LlmSettings
from assistant.skills.clock import Clock
from assistant.skills.home import HomeSkill
from assistant.skills.home_things import HomeThings
from assistant.skills.lists import Lists
from assistant.skills.policy import Policy
from assistant.skills.talk import Talk
from assistant.skills.timers import Timers
from assistant.skills.toolbox import SkillToolbox
from assistant.skills.volume import Volume
from assistant.think.answer import Answer
from assistant.think.converse import Converse
from assistant.think.intents import Intents
from assistant.think.prompt import surroundings


class _NoSpeakers:
    """Rooms without a speaker of ours."""

    def volume(self, room: str) -> int:
        raise ToolError("no speaker", spoken="There is no speaker in this room.")

    def set_volume(self, room: str, percent: int) -> None:
        raise ToolError("no speaker", spoken="There is no speaker in this room.")


def mind_of(
    house: SuiteHome, intents: Intents, policy: Policy, llm: Llm | None, database: Database, journal: Journal
) -> Answer:
    """A mind for one sentence."""
    things = HomeThings(house.home, confirm_s=0)
    toolbox = SkillToolbox(
        (
            Timers(Schedule(database)),
            Lists(database, house.home),
            Clock(),
            Volume(_NoSpeakers(), things),
            HomeSkill(house.home, confirm_s=0),
            things,
            Talk(lambda room: False, lambda room: "", lambda: ()),
        ),
        policy,
        journal,
    )
    converse = None
    if llm is not None:
        converse = Converse(
            llm,
            toolbox,
            lambda room: surroundings(house.home, room, datetime.now().astimezone()),
            journal=journal,
            ask_back=lambda call, turn: answer.wait_for_yes(call, turn.room),
        )
    answer = Answer(intents, toolbox, journal, converse)
    return answer


@asynccontextmanager
async def opened_llm(name: str | None) -> AsyncGenerator[Llm | None, None]:
    """The language model of this name in a process of its own; none without a name.

    `name`: an id in models.yaml, a GGUF's path, or a server as `http://server:8080/v1#model`. SettingsError,
    ModelMissing or EngineError says what is wrong with it.
    """
    if name is None:
        yield None
        return
    journal = Journal(lambda: 0.0)
    base_url, _, model = name.partition("#")
    server = {"engine": "openai", "base_url": base_url, "model": model or "default"}
    asked = server if name.startswith(("http://", "https://")) else {"model": name}
    try:
        chosen = llm_of(LlmSettings.model_validate(asked), load_catalogue(), paths.models_folder())
    except ValidationError as error:
        raise SettingsError(f"{name} names no language model: {error}") from error
    assert chosen is not None
    llm = hosted(HostedLlm, "llm", chosen, journal)
    try:
        await llm.start()
        yield llm
    finally:
        await llm.close()
