"""A sentence that begins before its end is known: its subject first, then what became of it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeAlias

from assistant.messages import Sentence, ToolCall, ToolResult, Turn
from assistant.ports import Toolbox

Lead: TypeAlias = Callable[[ToolCall, Turn], Awaitable[str]]
"""What the answer to a call begins with, whatever comes of it; empty: that is not known."""
Steps: TypeAlias = AsyncGenerator[Sentence | ToolResult, None]


async def nobody_leads(call: ToolCall, turn: Turn) -> str:
    """Nobody knows."""
    return ""


async def at_once(call: ToolCall, turn: Turn, toolbox: Toolbox, *, confirmed: bool) -> Steps:
    """Make the call; what came of it, and the sentence that tells it."""
    result = await toolbox.call(call, turn, confirmed=confirmed)
    yield result
    if result.say:
        yield Sentence(result.say, result.asks)


async def led(lead: str, call: ToolCall, turn: Turn, toolbox: Toolbox) -> Steps:
    """Make the call, and tell its subject meanwhile; then what came of it, and the whole sentence.

    The call waits for the commit, never for the voice.
    """
    calling = asyncio.create_task(toolbox.call(call, turn), name=f"led {call.name}")
    try:
        yield Sentence(lead, begins=True)
        result = await calling
    finally:
        if not calling.done():
            calling.cancel()
            await asyncio.wait({calling})
    yield result
    yield Sentence(whole(lead, result), result.asks, led=lead.rstrip(","))


def whole(lead: str, result: ToolResult) -> str:
    """What is told in all: it begins with the lead, whatever came of it."""
    for told in (result.led, result.say):
        if told.startswith(f"{lead} "):
            return told
    return f"{lead.rstrip(',')}: {result.say}"
