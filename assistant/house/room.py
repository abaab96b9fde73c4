"""THE ROAD of one room: ear → transcribe → answer → mouth. The only place where these four meet."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from itertools import count
from typing import TypeAlias

from assistant.errors import AssistantError
from assistant.hear.listen import Ear
from assistant.hear.transcribe import Utterance
from assistant.house.attention import Attention, Exchange
from assistant.house.bell import Bell
from assistant.house.mouth import Mouth
from assistant.house.understanding import Understanding
from assistant.messages import (
    EAR_RATE_HZ,
    EarEvent,
    EndReason,
    Refused,
    Sentence,
    SpeechChunk,
    SpeechEnded,
    SpeechStarted,
    Transcript,
    Turn,
    WakeDismissed,
    WakeSensed,
    Woken,
)
from assistant.speak.speaker import Priority
from assistant.tasks import together

CHIME_AFTER = int(0.7 * EAR_RATE_HZ)
"""Samples of silence after the wake word before the chime asks for the command."""
News: TypeAlias = Callable[[AsyncGenerator[Sentence, None], str], AsyncGenerator[Sentence, None]]
"""The sentences of an answer, and after them what a room is to be told besides."""


def no_news(sentences: AsyncGenerator[Sentence, None], room: str) -> AsyncGenerator[Sentence, None]:
    """Nothing besides."""
    return sentences


class Room:
    """One room: its ear, its conversation, its mouth; the engines and the mind are the house's."""

    def __init__(
        self,
        name: str,
        ear: Ear,
        mouth: Mouth,
        understanding: Understanding,
        news: News = no_news,
    ) -> None:
        """`news(sentences, room)`: the sentences, and what the room is to be told besides."""
        self.name = name
        self.ear = ear
        self.mouth = mouth
        self.attention = Attention()
        self.bell = Bell(ear, mouth, self.attention)
        self._understanding = understanding
        self._answer = understanding.answer
        self.journal = understanding.journal
        self._news = news
        self._ids = count(1)
        self._turns = asyncio.TaskGroup()

    @property
    def busy(self) -> bool:
        """An utterance is being heard or answered, or sound is left to play."""
        attention = self.attention
        return attention.hearing is not None or bool(attention.answering) or self.mouth.speaker.pending

    @property
    def thinking(self) -> bool:
        """Something heard or to be said waits for the engines; nothing plays, nobody speaks meanwhile."""
        waits = bool(self.attention.answering) or self.mouth.preparing > 0
        return waits and self.attention.hearing is None and not self.mouth.speaker.pending

    def new_turn(self) -> Turn:
        """A turn of this room; without speculation it is committed from the start."""
        turn = Turn(next(self._ids), self.name)
        turn.committed.set()
        return turn

    async def run(self) -> None:
        """Listen until the microphone ends, and answer."""
        async with together() as self._turns:
            async with aclosing(self.ear.events()) as events:
                async for event in events:
                    self._on_event(event)
            # A room without a microphone is over; nobody may wait for sound that no one plays any more.
            self.mouth.speaker.abort()

    def _on_event(self, event: EarEvent) -> None:
        if isinstance(event, SpeechChunk):
            self._on_chunk(event)
            return
        attention, speaker = self.attention, self.mouth.speaker
        self._open(event)
        exchange = attention.hearing
        self.journal.write(self.name, exchange.turn.id if exchange else 0, event)
        match event:
            case WakeSensed():
                attention.sense(sensed=True)
                speaker.duck()
            case WakeDismissed():
                attention.sense(sensed=False)
                speaker.unduck()
            case Woken():
                speaker.pause()
                self.mouth.hush()
            case SpeechStarted() if exchange is not None:
                if exchange.aside:
                    self.mouth.hush()
                self._begin(exchange)
            case SpeechEnded():
                self._on_end(event)

    def _open(self, event: EarEvent) -> None:
        """Someone begins to speak to the room; whoever was speaking does not any more."""
        if isinstance(event, Woken):
            self.attention.hear(Exchange(self.new_turn(), Utterance(), event.at_sample))
        elif isinstance(event, SpeechStarted) and self.attention.hearing is None:
            self.attention.hear(Exchange(self.new_turn(), Utterance(), None, aside=event.aside))

    def _on_chunk(self, chunk: SpeechChunk) -> None:
        exchange = self.attention.hearing
        if exchange is None:
            return
        exchange.utterance.add(chunk)
        woken_at = exchange.woken_at_sample
        if woken_at is None or exchange.chimed or exchange.utterance.voiced:
            return
        if chunk.at_sample - woken_at > CHIME_AFTER:
            exchange.chimed = True
            self._turns.create_task(self.mouth.listening())

    def _on_end(self, event: SpeechEnded) -> None:
        exchange = self.attention.hearing
        gone = event.reason in (EndReason.GONE, EndReason.MUTED)
        if exchange is None or gone or event.reason is EndReason.NO_SPEECH:
            if exchange is not None:
                exchange.cancel()
            self.attention.hear(None)
            self._let_go(aloud=not gone)
            return
        exchange.ended_s = asyncio.get_running_loop().time() - event.silence_ms / 1000
        self.attention.heard(exchange)
        self._begin(exchange)
        exchange.utterance.end()

    def _begin(self, exchange: Exchange) -> None:
        """Have the ears read along while it is still being spoken."""
        if exchange.task is None:
            exchange.task = self._turns.create_task(self._turn(exchange))

    def _let_go(self, *, aloud: bool) -> None:
        """No clear command followed: a soft tone (`aloud`), and what was playing goes on."""
        if aloud and self.attention.hearing is None:
            self._turns.create_task(self.mouth.dismissed())
        self._make_way()

    def _make_way(self) -> None:
        """What was held for someone's words goes on, unless they are just speaking."""
        if self.attention.hearing is None:
            self.mouth.speaker.resume()
            self.mouth.speaker.unduck()

    async def _turn(self, exchange: Exchange) -> None:
        try:
            await self._heed(exchange)
        except AssistantError as error:
            await self._apologise(exchange, error, error.apology(acted=exchange.turn.acted.is_set()))
        except Exception as error:  # noqa: BLE001 - the road's one net: the house says sorry and goes on
            await self._apologise(exchange, error, AssistantError.spoken)
        finally:
            self.attention.done(exchange)

    async def _apologise(self, exchange: Exchange, error: Exception, words: str) -> None:
        self._make_way()
        if exchange.aside and not exchange.accepted:
            self.journal.failed(self.name, exchange.turn.id, error, "")  # nobody spoke to the house
        else:
            await self.mouth.apologise(exchange.turn, error, words)

    async def _heed(self, exchange: Exchange) -> None:
        """Read the words; where they count, answer them."""
        transcript = await self._understanding.words(exchange, lambda: self.bell.rings)
        if transcript is None:
            self._let_go(aloud=not exchange.aside)
            return
        await self._take_over(exchange)
        async with aclosing(self._sentences(transcript, exchange.turn)) as sentences:
            spoken = await self.mouth.reply(
                exchange.turn, sentences, held=self.attention.hearing is not None, asked_s=exchange.ended_s
            )
        if spoken.asks:
            self._answer.question_was_heard(self.name)
            self.ear.expect_answer()

    def _sentences(self, heard: Transcript, turn: Turn) -> AsyncGenerator[Sentence, None]:
        if heard.refused is not None:
            return self._answer.doubt(heard.text, turn)
        return self._news(self._answer.answer(heard.text, turn), self.name)

    async def _take_over(self, exchange: Exchange) -> None:
        """New words count: every earlier turn ends here and now, wherever it is."""
        earlier = self.attention.accept(exchange)
        self.mouth.speaker.abort(Priority.REPLY)
        self._make_way()
        for each in earlier:
            if not each.accepted:
                self.journal.write(self.name, each.turn.id, Refused("", "newer words came first"))
            each.cancel()
        tasks = [each.task for each in earlier if each.task is not None]
        if tasks:
            await asyncio.wait(tasks)
