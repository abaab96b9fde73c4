"""The language model of a running house, from the moment its engine is built."""

import asyncio
from collections.abc import Callable
from typing import Final

from assistant.errors import AssistantError
from assistant.house.house import House
from assistant.house.kit import Kit
from assistant.house.late import LateLlm
from assistant.think.llm import llama_site
from assistant.upkeep import llama_status
from assistant.upkeep.told import LEARNED, say_once

LOOK_S: Final = 5.0
LEARNED_WORDS: Final = (
    "I have just learned something: I can talk about more than the house now. Ask me whatever you like."
)
Out = Callable[[str], None]


async def learn(house: House, late: LateLlm, kit: Callable[[], Kit], out: Out) -> None:
    """Wait for the engine, take it into the house, and say so once, when it disturbs nobody."""
    state = await asyncio.to_thread(llama_status.resumed)
    out(f"{state.line}. House commands work meanwhile; `assistant engines status` tells how far it is.")
    while not await asyncio.to_thread(llama_site.importable):
        await house.desk.schedule.clocks.sleep(LOOK_S)
    try:
        await late.join(await asyncio.to_thread(kit))
    except AssistantError as error:
        out(f"the language model cannot be used: {error}")
        return
    await house.warm()
    out("the language model is ready")
    await say_once(LEARNED_WORDS, house, LEARNED)
