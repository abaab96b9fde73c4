"""LlmItem… → the same, and a note of what was read of the prompt while somebody waited."""

from collections.abc import AsyncGenerator
from functools import partial

from assistant.journal import Journal
from assistant.messages import LlmItem, LlmUsage, PrefillProgress, PromptRead, Turn


async def read_for(
    turn: Turn, items: AsyncGenerator[LlmItem, None], journal: Journal | None
) -> AsyncGenerator[LlmItem, None]:
    """The same items. What was read before the commit cost nobody time."""
    before = 0
    async for item in items:
        if isinstance(item, PrefillProgress) and not turn.committed.is_set():
            before = item.done_tokens
        elif isinstance(item, LlmUsage) and journal is not None:
            after = max(0, item.prefilled_tokens - before)
            told = PromptRead(item.prefilled_tokens, after, item.reused_tokens)
            turn.when_committed(partial(journal.write, turn.room, turn.id, told))
        yield item
