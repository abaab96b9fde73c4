"""Sentence… → the same, with a filler while the first lets wait."""

import asyncio
from collections.abc import AsyncGenerator

from assistant.messages import Sentence

ONE_MOMENT = "One moment."


async def bridged(
    sentences: AsyncGenerator[Sentence, None], silence_s: float
) -> AsyncGenerator[Sentence, None]:
    """The same sentences, with a filler where the first lets wait."""
    first = asyncio.ensure_future(anext(sentences, None))
    try:
        done, _ = await asyncio.wait({first}, timeout=silence_s)
        if not done:
            yield Sentence(ONE_MOMENT, filler=True)
        sentence = await first
    finally:
        if not first.done():
            first.cancel()
            await asyncio.wait({first})
    while sentence is not None:
        yield sentence
        sentence = await anext(sentences, None)
