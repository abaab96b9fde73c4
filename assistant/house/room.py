"""THE ROAD of one room: ear → transcribe → answer → mouth. What the ear tells, and what comes of it."""

import asyncio
from contextlib import aclosing
from itertools import count

from assistant.hear.heard import Utterance
from assistant.hear.listen import Ear
from assistant.house.attention import Attention, Exchange
from assistant.house.bell import Bell
from assistant.house.choosing import Choosing
from assistant.house.conversation import Conversation, News, no_news
from assistant.house.fair_line import asking_room
from assistant.house.mouth import Mouth
from assistant.house.reading_ahead import ReadingAhead
from assistant.house.taking_turns import TakingTurns
from assistant.house.understanding import Understanding
from assistant.messages import (
    EAR_RATE_HZ,
    EarEvent,
    EndReason,
    SpeechChunk,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Turn,
    WakeDismissed,
    WakeSensed,
    Woken,
)
from assistant.tasks import together

__all__ = ["News", "Room", "no_news"]

CHIME_AFTER = int(0.7 * EAR_RATE_HZ)
"""Samples of silence after the wake word before the chime asks for the command."""
READ_WITHIN_S = 5.0
"""So long a pause may take to be read before nobody counts on it any more."""


class Room:
    """One room: its ear, its conversation, its mouth; the engines and the mind are the house's."""

    def __init__(
        self,
        name: str,
        ear: Ear,
        mouth: Mouth,
        understanding: Understanding,
        news: News = no_news,
        choosing: Choosing | None = None,
    ) -> None:
        """`news(sentences, room)`: the sentences, and what the room is to be told besides.

        `choosing`: which of several rooms that heard the same words answers; None: it is the only one.
        """
        self.name = name
        self.ear = ear
        self.mouth = mouth
        self.attention = Attention()
        self.bell = Bell(ear, mouth, self.attention)
        self.journal = understanding.journal
        self._conversation = Conversation(
            ear,
            mouth,
            self.attention,
            self.bell,
            understanding,
            news,
            start=lambda work: self._turns.create_task(work),
        )
        self._reading = ReadingAhead(name, understanding, lambda work: self._turns.create_task(work))
        self._taking = TakingTurns(
            name, self.attention, self.journal, choosing, self._begin, self._conversation.make_way
        )
        self._over = False
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
        exchange = self.attention.hearing
        if exchange is not None:
            return self._reads(exchange)
        open_ = any(each.bid is not None and each.bid.open for each in self.attention.answering)
        waits = (bool(self.attention.answering) and not open_) or self.mouth.preparing > 0
        return waits and not self.mouth.speaker.pending

    def _reads(self, exchange: Exchange) -> bool:
        """A pause is being read, and what it says of the end is not known yet."""
        if exchange.task is None:
            return False
        judged = exchange.speculation is None or not exchange.speculation.considering
        late = asyncio.get_running_loop().time() > exchange.paused_s + READ_WITHIN_S
        return exchange.utterance.pausing and not late and (exchange.utterance.unread or not judged)

    async def run(self) -> None:
        """Listen until the microphone ends, and answer."""
        asking_room.set(self.name)
        async with together() as self._turns:
            async with aclosing(self.ear.events()) as events:
                async for event in events:
                    self._on_event(event)
            # A room without a microphone is over; nobody may wait for sound that no one plays any more.
            self._over = True
            self._reading.stop()
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
            case Woken() if exchange is not None and not exchange.yielded:
                speaker.pause()
                self.mouth.hush()
            case SpeechStarted() if exchange is not None:
                self._on_voice(exchange)
            case SpeechPaused() if exchange is not None:
                self._reading.stop()
                exchange.paused_s = asyncio.get_running_loop().time()
            case SpeechResumed() if exchange is not None and exchange.speculation is not None:
                exchange.speculation.drop("speech went on")
                self._reading.go_on()
            case SpeechEnded():
                self._reading.stop()
                self._on_end(event)

    def _on_voice(self, exchange: Exchange) -> None:
        if exchange.aside:
            self.mouth.hush()
        if exchange.ours:
            self._begin(exchange)

    def _open(self, event: EarEvent) -> None:
        """Someone begins to speak to the room; whoever was speaking does not any more."""
        if isinstance(event, Woken):
            exchange = Exchange(Turn(next(self._ids), self.name, leads=True), Utterance(), event.at_sample)
            self._taking.woken(exchange, event)
        elif isinstance(event, SpeechStarted) and self.attention.hearing is None:
            turn = Turn(next(self._ids), self.name, leads=True)
            exchange = Exchange(turn, Utterance(), None, aside=event.aside)
            if event.aside:
                self.attention.hear(exchange)
            else:
                self._taking.spoken(exchange, asked=self.ear.wakes)
        else:
            return
        if exchange.ours and not exchange.aside:
            self._reading.begin()

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
            self._turns.create_task(self._chime(exchange))

    async def _chime(self, exchange: Exchange) -> None:
        if exchange.bid is None or await exchange.bid.take():
            await self.mouth.listening()

    def _on_end(self, event: SpeechEnded) -> None:
        exchange = self.attention.hearing
        gone = event.reason in (EndReason.GONE, EndReason.MUTED)
        if exchange is None or gone or event.reason is EndReason.NO_SPEECH:
            aloud = not gone and (exchange is None or exchange.answers_now())
            if exchange is not None:
                exchange.withdraw()
            self.attention.hear(None)
            self._conversation.let_go(aloud=aloud)
            return
        exchange.ended_s = asyncio.get_running_loop().time() - event.silence_ms / 1000
        if not exchange.ours:
            self.attention.hear(None)
            self._conversation.make_way()
            exchange.utterance.end()
            return
        self.attention.heard(exchange)
        self._begin(exchange)
        exchange.utterance.end()

    def _begin(self, exchange: Exchange) -> None:
        """Have the ears read along while it is still being spoken."""
        if exchange.task is None:
            exchange.task = self._turns.create_task(self._hold(exchange))

    async def _hold(self, exchange: Exchange) -> None:
        await self._conversation.hold(exchange)
        if exchange.accepted and not self._over and not self.busy:
            self._reading.begin()
