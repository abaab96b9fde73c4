"""An engine with others behind it: items from the first of them that answers."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import TypeAlias, TypeVar

from assistant.errors import EngineError
from assistant.hear.heard import Utterance
from assistant.house.health import Health
from assistant.house.hedging import Race
from assistant.journal import Journal
from assistant.messages import LlmItem, Prompt, Sound, SpeechChunk, TextDelta, ToolCall, Transcript
from assistant.ports import Llm, Stt, Tts
from assistant.tasks import ended

FIRST_WORD_S = 6.0
"""To a language model's first word or call; a local one would have begun by then."""
FIRST_SOUND_S = 1.5
"""To a voice's first sound; a local one takes 0.2 s."""
TRANSCRIPT_S = 2.0
"""From the end of speech to the transcript; a local base model takes 0.3 s on a PC, 1.5 s on a Pi."""
REST_S = 60.0
"""How long a first that failed or was too slow is left alone."""
Item = TypeVar("Item")


class Standing:
    """Whether the first of two is asked: one that failed is passed over for a minute, then tried again.

    Where somebody looks after it (`health`), it is passed over as long as it does not answer, and asked as
    soon as it does.
    """

    def __init__(self, journal: Journal, health: Health | None = None) -> None:
        self._journal = journal
        self._rests_until = float("-inf")
        self._health = health
        if health is not None:
            health.back = self._rested

    def _rested(self) -> None:
        self._rests_until = float("-inf")

    def _asked(self, now_s: float) -> bool:
        if self._health is not None and self._health.answers is False:
            return False
        return now_s >= self._rests_until

    async def items(
        self,
        calls: Sequence[Callable[[], AsyncGenerator[Item, None]]],
        answers: Callable[[Item], bool],
        slow: Callable[[], Awaitable[object]],
    ) -> AsyncGenerator[Item, None]:
        """Of the first of `calls` that answers (`Race`); nobody is told of a failure but the journal.

        EngineError: the one that had begun broke off, or all failed.
        """
        loop = asyncio.get_running_loop()
        skipped = 0 if self._asked(loop.time()) else 1

        def failed(which: int, error: EngineError) -> None:
            if which + skipped == 0:
                self._rests_until = loop.time() + REST_S
                self._journal.failed("", 0, error, "")

        race = Race(calls[skipped:], answers=answers, slow=slow, failed=failed)
        try:
            async with aclosing(race.items()) as items:
                async for item in items:
                    yield item
        except EngineError:
            if race.winner == 0 and not skipped:
                self._rests_until = loop.time() + REST_S
            raise


class SparedLlm:
    """A language model behind which another one stands."""

    def __init__(
        self,
        first: Llm,
        second: Llm,
        journal: Journal,
        *,
        health: Health | None = None,
        first_word_s: float = FIRST_WORD_S,
    ) -> None:
        self.name = first.name
        self._both = (first, second)
        self._standing = Standing(journal, health)
        self._first_word_s = first_word_s

    def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        """Items as they come. EngineError: the one that had begun broke off, or both failed."""
        calls = [partial(llm.converse, prompt) for llm in self._both]
        return self._standing.items(calls, _is_said, lambda: asyncio.sleep(self._first_word_s))


class SparedTts:
    """A voice behind which another one stands."""

    def __init__(self, first: Tts, second: Tts, journal: Journal, health: Health | None = None) -> None:
        self.name = first.name
        self._both = (first, second)
        self._standing = Standing(journal, health)

    def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        """The speech of a sentence, all of it in one voice. EngineError as for `SparedLlm`."""
        calls = [partial(tts.synthesize, text) for tts in self._both]
        return self._standing.items(calls, lambda sound: True, lambda: asyncio.sleep(FIRST_SOUND_S))


class SparedStt:
    """An ear behind which another one stands."""

    def __init__(self, first: Stt, second: Stt, journal: Journal, health: Health | None = None) -> None:
        self.name = first.name
        self._both = (first, second)
        self._standing = Standing(journal, health)

    async def transcribe(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[Transcript, None]:
        """Readings at pauses, of either; last, one final transcript. EngineError: both failed."""
        heard = Utterance()

        async def slow() -> None:
            await heard.ended.wait()
            await asyncio.sleep(TRANSCRIPT_S)

        calls = [partial(_readings, ear, heard) for ear in self._both]
        listening = asyncio.create_task(_listen(speech, heard))
        try:
            readings = self._standing.items(calls, lambda reading: reading.final, slow)
            async with aclosing(readings):
                async for reading in readings:
                    yield reading
        finally:
            await ended(listening)


async def _listen(speech: AsyncIterator[SpeechChunk], heard: Utterance) -> None:
    try:
        async for chunk in speech:
            heard.add(chunk)
    finally:
        heard.end()


def _readings(ear: Stt, heard: Utterance) -> AsyncGenerator[Transcript, None]:
    return ear.transcribe(heard.chunks())


def _is_said(item: LlmItem) -> bool:
    return isinstance(item, TextDelta | ToolCall)


Healths: TypeAlias = Sequence[Health | None]
Engine = TypeVar("Engine")


def _chained(
    engines: Sequence[Engine], healths: Healths, pair: Callable[[Engine, Engine, Health | None], Engine]
) -> Engine:
    """The first with the others behind it, each the spare of the one before: where that is slow, or gone."""
    whole = engines[-1]
    for at in reversed(range(len(engines) - 1)):
        whole = pair(engines[at], whole, healths[at] if at < len(healths) else None)
    return whole


def spared(llms: Sequence[Llm], journal: Journal, healths: Healths = ()) -> Llm | None:
    """One out of the first and those behind it, as far as there are any."""
    if not llms:
        return None
    return _chained(llms, healths, lambda first, rest, health: SparedLlm(first, rest, journal, health=health))


def spared_voice(voices: Sequence[Tts], journal: Journal, healths: Healths = ()) -> Tts:
    """The same of voices; there is one at least."""
    return _chained(voices, healths, lambda first, rest, health: SparedTts(first, rest, journal, health))


def spared_ears(
    ears: Sequence[Stt], spares: Sequence[Stt], journal: Journal, healths: Healths = ()
) -> Sequence[Stt]:
    """The ears, in order, the last of them with its spares. `healths`: of the last, and of its spares."""
    if not spares or not ears:
        return ears
    chain = (ears[-1], *spares)
    last = _chained(chain, healths, lambda first, rest, health: SparedStt(first, rest, journal, health))
    return (*ears[:-1], last)


_fits: tuple[type[Llm], type[Tts], type[Stt]] = (SparedLlm, SparedTts, SparedStt)
