"""THE ROAD of one room: ear → transcribe → answer → mouth. The only place where these four meet."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from itertools import count

from assistant.errors import AssistantError
from assistant.hear.listen import Ear
from assistant.hear.transcribe import Transcribe, Utterance
from assistant.house.mouth import Mouth
from assistant.journal import Journal
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
from assistant.think.answer import Answer

CHIME_AFTER = int(0.7 * EAR_RATE_HZ)
"""Samples of silence after the wake word before the chime asks for the command."""


@dataclass(slots=True)
class Exchange:
    """One turn while it is heard."""

    turn: Turn
    utterance: Utterance
    woken_at_sample: int | None
    """End of the wake word; None: said without it, as an answer to a question of ours."""
    chimed: bool = False
    ended_s: float = 0.0
    """Loop time at which the speaker stopped talking."""
    task: asyncio.Task[None] | None = None
    """What reads and answers it, from the first voice on."""
    accepted: bool = False
    """Its words count."""


class Room:
    """One room: its ear, its conversation, its mouth; the engines and the mind are the house's."""

    def __init__(
        self,
        name: str,
        ear: Ear,
        mouth: Mouth,
        transcribe: Transcribe,
        answer: Answer,
        journal: Journal,
        *,
        asks: bool = True,
    ) -> None:
        self.name = name
        self.ear = ear
        self.mouth = mouth
        self._transcribe = transcribe
        self._answer = answer
        self._journal = journal
        self._asks = asks
        self._ids = count(1)
        self._turns = asyncio.TaskGroup()
        self._hearing: Exchange | None = None
        self._answering: list[Exchange] = []
        """Heard to their end and not done with, oldest first."""

    @property
    def busy(self) -> bool:
        """An utterance is being heard or answered, or sound is left to play."""
        return self._hearing is not None or bool(self._answering) or self.mouth.speaker.pending

    @property
    def thinking(self) -> bool:
        """Something heard or to be said waits for the engines; nothing plays, nobody speaks meanwhile."""
        waits = bool(self._answering) or self.mouth.preparing > 0
        return waits and self._hearing is None and not self.mouth.speaker.pending

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
        if isinstance(event, Woken) or (isinstance(event, SpeechStarted) and self._hearing is None):
            woken_at = event.at_sample if isinstance(event, Woken) else None
            self._forget(self._hearing)
            self._hearing = Exchange(self.new_turn(), Utterance(), woken_at)
        self._journal.write(self.name, self._hearing.turn.id if self._hearing else 0, event)
        match event:
            case WakeSensed():
                self.mouth.speaker.duck()
            case WakeDismissed():
                self.mouth.speaker.unduck()
            case Woken():
                self.mouth.speaker.pause()
            case SpeechStarted() if self._hearing is not None:
                self._begin(self._hearing)
            case SpeechEnded():
                self._on_end(event)

    def _on_chunk(self, chunk: SpeechChunk) -> None:
        exchange = self._hearing
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
        exchange, self._hearing = self._hearing, None
        if event.reason in (EndReason.GONE, EndReason.MUTED):
            self._forget(exchange)
            self._make_way()
            return
        if exchange is None or event.reason is EndReason.NO_SPEECH:
            self._forget(exchange)
            self._let_go()
            return
        exchange.ended_s = asyncio.get_running_loop().time() - event.silence_ms / 1000
        self._answering.append(exchange)
        self._begin(exchange)
        exchange.utterance.end()

    def _begin(self, exchange: Exchange) -> None:
        """Have the ears read along while it is still being spoken."""
        if exchange.task is None:
            exchange.task = self._turns.create_task(self._turn(exchange))

    @staticmethod
    def _forget(exchange: Exchange | None) -> None:
        if exchange is not None and exchange.task is not None:
            exchange.task.cancel()

    def _let_go(self) -> None:
        """No clear command followed: a soft tone, and what was playing goes on."""
        if self._hearing is None:
            self._turns.create_task(self.mouth.dismissed())
        self._make_way()

    def _make_way(self) -> None:
        """What was held for someone's words goes on, unless they are just speaking."""
        if self._hearing is None:
            self.mouth.speaker.resume()
            self.mouth.speaker.unduck()

    async def _turn(self, exchange: Exchange) -> None:
        try:
            await self._heed(exchange)
        except AssistantError as error:
            self._make_way()
            words = error.apology(acted=exchange.turn.acted.is_set())
            await self.mouth.apologise(exchange.turn, error, words)
        except Exception as error:  # noqa: BLE001 - the road's one net: the house says sorry and goes on
            self._make_way()
            await self.mouth.apologise(exchange.turn, error, AssistantError.spoken)
        finally:
            if exchange in self._answering:
                self._answering.remove(exchange)

    async def _heed(self, exchange: Exchange) -> None:
        """Read the words; where they count, answer them."""
        transcript = await self._understand(exchange)
        if transcript is None:
            self._let_go()
            return
        exchange.accepted = True
        await self._take_over(exchange)
        async with aclosing(self._sentences(transcript, exchange.turn)) as sentences:
            spoken = await self.mouth.reply(
                exchange.turn, sentences, held=self._hearing is not None, asked_s=exchange.ended_s
            )
        if spoken.asks:
            self._answer.question_was_heard(self.name)
            self.ear.expect_answer()

    async def _understand(self, exchange: Exchange) -> Transcript | None:
        """The words to act on, or to ask about (`ask`); None: not a clear command."""
        turn = exchange.turn
        try:
            heard = await self._transcribe(
                exchange.utterance, lambda result: self._journal.write(self.name, turn.id, result)
            )
        except AssistantError:
            await exchange.utterance.ended.wait()  # nobody is interrupted to hear that it was in vain
            raise
        await exchange.utterance.ended.wait()
        if heard.refused is None:
            return heard
        # A doubt is asked about once, and only what would be understood: never after a question of ours.
        may_ask = heard.ask and self._asks and exchange.woken_at_sample is not None
        if may_ask and await self._answer.knows(heard.text, self.name):
            return heard
        self._journal.write(self.name, turn.id, Refused(heard.text, heard.refused))
        return None

    def _sentences(self, heard: Transcript, turn: Turn) -> AsyncGenerator[Sentence, None]:
        if heard.refused is not None:
            return self._answer.doubt(heard.text, turn)
        return self._answer.answer(heard.text, turn)

    async def _take_over(self, exchange: Exchange) -> None:
        """New words count: every earlier turn ends here and now, wherever it is."""
        earlier = self._answering[: self._answering.index(exchange)]
        self.mouth.speaker.abort(Priority.REPLY)
        self._make_way()
        for each in earlier:
            if not each.accepted:
                self._journal.write(self.name, each.turn.id, Refused("", "newer words came first"))
            self._forget(each)
        tasks = [each.task for each in earlier if each.task is not None]
        if tasks:
            await asyncio.wait(tasks)
