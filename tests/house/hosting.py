"""What the tests of hosted engines share: engines under short deadlines, speech, results."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeVar

from assistant import scripted
from assistant.house.hosted import HostedEngine, HostedLlm, HostedStt, HostedTts
from assistant.house.running import Deadlines
from assistant.house.supervisor import Restarts
from assistant.messages import ChatMessage, Prompt, SpeechChunk, TextDelta

LAUNCHERS = ("thread", "spawn")
SHORT = Deadlines(load_s=30, first_s=20, between_s=20, alive_s=20, cancel_s=5, ready_s=30)
"""Generous where a busy machine may be slow; a test that waits for a deadline shortens that one."""
RESTARTS = Restarts(backoff_s=0.01, deaths=20)

Item = TypeVar("Item")
AnyHosted = TypeVar("AnyHosted", bound=HostedEngine)


@asynccontextmanager
async def hosted(
    kind: type[AnyHosted], options: Any = None, *, engine: str = "", **how: Any
) -> AsyncGenerator[AnyHosted, None]:
    """A started engine, on a thread unless told otherwise: the scripted one of its kind, or the one named."""
    name = {HostedStt: "Stt", HostedLlm: "Llm", HostedTts: "Tts"}[kind]
    how = {"launcher": "thread", "deadlines": SHORT, "restarts": RESTARTS, **how}
    made = kind(name.lower(), engine or f"assistant.scripted:Scripted{name}", options or {}, **how)
    try:
        await made.start()
        yield made
    finally:
        await made.close()


async def speech(*parts: str | bytes, size: int = 1024) -> AsyncIterator[SpeechChunk]:
    """Scripted words (or PCM) as chunks of the ear."""
    pcm = b"".join(scripted.words(part) if isinstance(part, str) else part for part in parts)
    for at in range(0, len(pcm), size):
        yield SpeechChunk(pcm[at : at + size], at // 2, voiced=True)


async def everything(items: AsyncGenerator[Item, None]) -> list[Item]:
    async with aclosing(items):
        return [item async for item in items]


async def until(condition: Callable[[], bool]) -> None:
    """Let the house work until something holds."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.001)


async def heard(stt: HostedStt, text: str) -> str:
    return (await everything(stt.transcribe(speech(text))))[-1].text


async def said(tts: HostedTts, text: str) -> str:
    sounds = await everything(tts.synthesize(text))
    return scripted.read_back(b"".join(sound.pcm for sound in sounds))


async def replied(llm: HostedLlm, text: str) -> str:
    items = await everything(llm.converse(Prompt((ChatMessage("user", text),))))
    return "".join(item.text for item in items if isinstance(item, TextDelta)).strip()
