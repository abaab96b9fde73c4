"""A language model that comes after its house has opened, as where it is still being compiled."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace

from assistant.house.hosted import HostedLlm
from assistant.house.kit import Chosen, Kit
from assistant.house.spare import Healths, spared
from assistant.house.staff import hosted
from assistant.journal import Journal
from assistant.messages import LlmItem, Prompt
from assistant.ports import Llm
from assistant.think.llm import llama_site

ENGINE = "llama_cpp"
"""The engine that may be missing at first."""


def without_late(kit: Kit) -> Kit:
    """The kit with the language models that cannot run yet put aside in `late`."""
    if llama_site.importable():
        return kit
    minds = (kit.llm, kit.llm_fallback)
    present = [one for one in minds if one is not None and one.engine != ENGINE]
    late = any(one is not None and one.engine == ENGINE for one in minds)
    return replace(kit, llm=present[0] if present else None, llm_fallback=None, late=late)


class LateLlm:
    """Says nothing before the model has joined; then, what the model says."""

    name = ENGINE

    def __init__(self, present: Llm | None, journal: Journal, stack: AsyncExitStack) -> None:
        """`present`: answers meanwhile. `stack`: closes what joins."""
        self._now = present
        self._present = present
        self._journal = journal
        self._stack = stack

    @property
    def here(self) -> bool:
        """Whether anybody answers."""
        return self._now is not None

    async def join(self, kit: Kit) -> None:
        """Start what `kit` asks for, and ask it from now on. Raises what the engine says against it."""
        order: list[Llm] = []
        for chosen in (kit.llm, *kit.llms_elsewhere, kit.llm_fallback):
            if chosen is not None and chosen.engine == ENGINE:
                order.append(await self._started(chosen))
            elif chosen is not None and self._present is not None and self._present not in order:
                order.append(self._present)
        self._now = spared(order, self._journal)

    async def _started(self, chosen: Chosen) -> HostedLlm:
        engine = hosted(HostedLlm, "llm", chosen, self._journal)
        self._stack.push_async_callback(engine.close)
        await engine.start()
        return engine

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        """Items as they come; none while nobody is here."""
        if self._now is None:
            return
        async with aclosing(self._now.converse(prompt)) as items:
            async for item in items:
                yield item


def late_or(
    minds: Sequence[Llm], kit: Kit, journal: Journal, stack: AsyncExitStack, health: Healths = ()
) -> Llm | None:
    """The minds as one, with room for those that come later. `health`: of each of them."""
    now = spared(minds, journal, health)
    return LateLlm(now, journal, stack) if kit.late else now


_fits: type[Llm] = LateLlm
