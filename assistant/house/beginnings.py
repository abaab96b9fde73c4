"""The house's grammar → what may follow the words said so far: where a pause is the middle of a sentence."""

import asyncio
from collections.abc import Mapping, Sequence

from assistant.hear.stt.narrow_jsgf import Automaton, automaton
from assistant.house.homes import grammar_of
from assistant.messages import JsonValue
from assistant.think.phrases import Phrases


class Beginnings:
    """Knows the sentences that the narrow ear knows; nothing before it was configured."""

    def __init__(self) -> None:
        self._graph: Automaton | None = None

    async def learn(self, phrases: Phrases) -> None:
        """Take the grammar of these phrases; it is written beside the loop."""
        await self.configure(await asyncio.to_thread(grammar_of, phrases))

    async def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Take the same grammar as the ear; it is drawn beside the loop. EngineError when it is none."""
        if isinstance(grammar := changes.get("grammar"), str):
            self._graph = await asyncio.to_thread(automaton, grammar)

    def __call__(self, words: Sequence[str]) -> frozenset[str] | None:
        """The words that may come next, "" where the sentence may be over; None: no sentence begins so."""
        graph = self._graph
        if graph is None:
            return None
        state = graph.start
        for word in words:
            after = graph.arcs[state].get(word)
            if after is None:
                return None
            state = after
        return frozenset(graph.arcs[state]) | ({""} if state in graph.finals else set())
