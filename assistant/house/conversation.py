"""Exchange → what is said: the words of one room's speakers, answered aloud."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from functools import partial
from typing import Any, TypeAlias

from assistant.errors import AssistantError
from assistant.hear.listen import Ear
from assistant.house.attention import Attention, Exchange
from assistant.house.bell import Bell
from assistant.house.mouth import Mouth
from assistant.house.speculation import Means, Speculation
from assistant.house.understanding import Understanding
from assistant.messages import Refused, Sentence, Spoken, Transcript, Turn
from assistant.speak.speaker import Priority

News: TypeAlias = Callable[[AsyncGenerator[Sentence, None], str], AsyncGenerator[Sentence, None]]
"""The sentences of an answer, and after them what a room is to be told besides."""
Start: TypeAlias = Callable[[Coroutine[Any, Any, None]], object]


def no_news(sentences: AsyncGenerator[Sentence, None], room: str) -> AsyncGenerator[Sentence, None]:
    """Nothing besides."""
    return sentences


class Conversation:
    """What one room makes of the exchanges with it: the newest words count."""

    def __init__(
        self,
        ear: Ear,
        mouth: Mouth,
        attention: Attention,
        bell: Bell,
        understanding: Understanding,
        news: News,
        start: Start,
    ) -> None:
        """`start(work)`: have the room do it beside everything else."""
        self._ear = ear
        self._mouth = mouth
        self._attention = attention
        self._understanding = understanding
        self._journal = understanding.journal
        self._answer = understanding.answer
        self._news = news
        self._start = start
        self._rings = lambda: bell.rings

    async def hold(self, exchange: Exchange) -> None:
        """Read it while it is still being spoken, and answer."""
        try:
            await self._heed(exchange)
        except AssistantError as error:
            await self._apologise(exchange, error, error.apology(acted=exchange.turn.acted.is_set()))
        except Exception as error:  # noqa: BLE001 - the road's one net: the house says sorry and goes on
            await self._apologise(exchange, error, AssistantError.spoken)
        finally:
            self._attention.done(exchange)
            if exchange.bid is not None:
                exchange.bid.over()

    def let_go(self, *, aloud: bool) -> None:
        """No clear command followed: a soft tone (`aloud`), and what was playing goes on."""
        asked, self._attention.asked = self._attention.asked, None
        if asked is not None:
            asked.nobody()
        if aloud and self._attention.hearing is None:
            self._start(self._mouth.dismissed())
        self.make_way()

    def make_way(self) -> None:
        """What was held for someone's words goes on, unless they are just speaking."""
        if not self._attention.spoken_to:
            self._mouth.speaker.resume()
            self._mouth.speaker.unduck()

    async def _apologise(self, exchange: Exchange, error: Exception, words: str) -> None:
        if exchange.bid is not None and not await exchange.bid.take():
            return
        self.make_way()
        turn = exchange.turn
        if exchange.aside and not exchange.accepted:
            self._journal.failed(turn.room, turn.id, error, "")  # nobody spoke to the house
        else:
            await self._mouth.apologise(turn, error, words)

    async def _heed(self, exchange: Exchange) -> None:
        """Read the words; where they count, answer them."""
        means = Means(self._understanding, self._ear.end_after, self._rings)
        async with Speculation(exchange, means, partial(self._reply, exchange)) as speculation:
            exchange.speculation = speculation
            words = await self._understanding.words(exchange, self._rings, speculation.consider)
            if exchange.bid is not None:
                if not await exchange.bid.take():
                    return
                words = await self._second_hearing(exchange, words)
            if await self._answers_a_room(exchange, words):
                return
            if words is None:
                self.let_go(aloud=not exchange.aside)
                return
            await self._take_over(exchange)
            if (guess := speculation.taken(words)) is None:
                exchange.turn.commit()
                spoken = await self._reply(exchange, words, exchange.turn)
            else:
                exchange.turn = guess.turn
                exchange.turn.commit()
                spoken = await guess.reply
        if spoken.asks:
            self._answer.question_was_heard(exchange.turn.room)
            self._ear.expect_answer()

    async def _second_hearing(self, exchange: Exchange, words: Transcript | None) -> Transcript | None:
        """Words that were not clear here may be so in the next nearest room."""
        assert exchange.bid is not None
        heard = exchange.bid.second_hearing()
        if heard is None or (words is not None and await self._clear(words, exchange.turn.room)):
            return words
        there = Exchange(exchange.turn, heard.so_far(), exchange.woken_at_sample)
        second = await self._understanding.words(there, self._rings)
        if second is None:
            return words
        return second if words is None or await self._clear(second, exchange.turn.room) else words

    async def _answers_a_room(self, exchange: Exchange, words: Transcript | None) -> bool:
        """What another room asked is answered by anything but a house command."""
        asked = self._attention.asked
        if asked is None or exchange.woken_at_sample is not None or exchange.aside:
            return False
        text = words.text if words is not None and words.refused is None else ""
        if text and await self._answer.knows(text, exchange.turn.room):
            return False
        self._attention.asked = None
        self.make_way()
        asked.hear(text, exchange.utterance)
        return True

    async def _clear(self, words: Transcript, room: str) -> bool:
        """They may be acted on; where only house commands are known, they are one."""
        answer = self._answer
        return words.refused is None and (answer.talks or await answer.knows(words.text, room))

    async def _reply(self, exchange: Exchange, words: Transcript, turn: Turn) -> Spoken:
        """Answer the words aloud, as soon as the turn is committed."""
        async with aclosing(self._sentences(words, turn)) as sentences:
            return await self._mouth.reply(
                turn,
                sentences,
                held=lambda: self._attention.spoken_to,
                asked_s=lambda: exchange.ended_s,
            )

    def _sentences(self, heard: Transcript, turn: Turn) -> AsyncGenerator[Sentence, None]:
        if heard.refused is not None:
            return self._answer.doubt(heard.text, turn)
        answer = self._answer.answer(heard.text, turn)
        return self._news(_until_committed(answer, turn), turn.room)

    async def _take_over(self, exchange: Exchange) -> None:
        """New words count: every earlier turn ends here and now, wherever it is."""
        earlier = self._attention.accept(exchange)
        self._mouth.speaker.abort(Priority.REPLY)
        self.make_way()
        for each in earlier:
            if not each.accepted:
                self._journal.write(each.turn.room, each.turn.id, Refused("", "newer words came first"))
            each.cancel()
        tasks = [each.task for each in earlier if each.task is not None]
        if tasks:
            await asyncio.wait(tasks)


async def _until_committed(
    sentences: AsyncGenerator[Sentence, None], turn: Turn
) -> AsyncGenerator[Sentence, None]:
    """The same, but they end only in a committed turn: what is told after them counts as told."""
    async with aclosing(sentences):
        async for sentence in sentences:
            yield sentence
    await turn.committed.wait()
