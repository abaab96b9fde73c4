"""What a score asks: the house's own toolbox and dialogue over a suite's home, with an LLM or without."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from pydantic import ValidationError

from assistant import paths
from assistant.catalogue import load_catalogue
from assistant.devices.task_suite import SuiteHome
from assistant.errors import SettingsError
from assistant.house.hosted import HostedLlm
from assistant.house.kit import llm_of
from assistant.house.mind import Means, Mind
from assistant.house.muting import Muting
from assistant.house.open_rooms import Rooms
from assistant.house.staff import hosted
from assistant.journal import Journal
from assistant.memory.database import Database
from assistant.memory.mutes import Mutes
from assistant.memory.schedule import Schedule
from assistant.ports import Llm
from assistant.settings import Llm as LlmSettings
from assistant.settings import Settings
from assistant.skills.policy import Policy
from assistant.think.answer import Answer
from assistant.think.intents import Intents


@asynccontextmanager
async def mind_of(
    house: SuiteHome, intents: Intents, policy: Policy, llm: Llm | None, journal: Journal
) -> AsyncGenerator[Answer, None]:
    """The mind that a house has, with all its skills, over a suite's home; what it keeps is gone with it."""
    async with AsyncExitStack() as stack:
        database = Database(None)
        stack.push_async_callback(database.close)
        await database.open()
        schedule = Schedule(database)
        await schedule.open()
        stack.push_async_callback(schedule.close)
        rooms = Rooms(schedule)
        muting = Muting(rooms, Mutes(database))
        means = Means(Settings(), house.home, database, schedule, rooms, journal, muting, policy=policy)
        mind = Mind(means, intents, llm, "")
        stack.push_async_callback(mind.toolbox.close)
        stack.push_async_callback(mind.household.close)
        await mind.household.open()
        yield mind.answer


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
