"""Sentence… → the same, with a filler while the first lets wait."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from assistant.messages import Sentence

ONE_MOMENT = "One moment."


async def bridged(
    sentences: AsyncGenerator[Sentence, None], silence_s: float, committed: asyncio.Event
) -> AsyncGenerator[Sentence, None]:
    """The same sentences, with a filler where the first lets wait so long after `committed`."""
    first = asyncio.ensure_future(anext(sentences, None))
    try:
        if not await _comes(first, silence_s, committed):
            yield Sentence(ONE_MOMENT, filler=True)
        sentence = await first
    finally:
        if not first.done():
            first.cancel()
            await asyncio.wait({first})
    while sentence is not None:
        yield sentence
        sentence = await anext(sentences, None)


async def _comes(first: asyncio.Future[Sentence | None], silence_s: float, committed: asyncio.Event) -> bool:
    """Whether it comes in time."""
    if not committed.is_set():
        waiting = asyncio.ensure_future(committed.wait())
        try:
            both: set[asyncio.Future[Any]] = {first, waiting}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
    return bool((await asyncio.wait({first}, timeout=silence_s))[0])
