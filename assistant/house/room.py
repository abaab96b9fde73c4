"""THE ROAD of one room: ear → transcribe → answer → say → speaker. The only place where these four meet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from itertools import count

from assistant.errors import AssistantError
from assistant.hear.listen import Ear
from assistant.hear.transcribe import Transcribe, Utterance
from assistant.house.sounds import Sounds
from assistant.journal import Journal
from assistant.messages import (
    EAR_RATE_HZ,
    EarEvent,
    EndReason,
    Refused,
    Sentence,
    Sound,
    Speaking,
    SpeechChunk,
    SpeechEnded,
    SpeechStarted,
    Transcript,
    Turn,
    WakeDismissed,
    WakeSensed,
    Woken,
)
from assistant.ports import Tts
from assistant.speak.say import say
from assistant.speak.speaker import Playback, Priority, Speaker
from assistant.tasks import together
from assistant.think.answer import Answer

CHIME_AFTER = int(0.7 * EAR_RATE_HZ)
"""Samples of silence after the wake word before the chime asks for the command."""
UNUSUAL = "Sorry, something went wrong."
YES = frozenset({"yes", "yes please", "yeah", "yep", "that's right", "correct"})


@dataclass(frozen=True, slots=True)
class Minds:
    """What the rooms of a house share."""

    transcribe: Transcribe
    answer: Answer
    tts: Tts
    sounds: Sounds


@dataclass(slots=True)
class Exchange:
    """What was said in one turn so far, and how it was ended."""

    turn: Turn
    utterance: Utterance
    woken_at_sample: int | None
    """End of the wake word; None: an answer to a question of ours."""
    chimed: bool = False
    speech_ended_s: float | None = None
    """Loop time at which the speaker stopped talking."""


class Room:
    """One room: its ear, its conversation, its speaker; engines and mind are the house's."""

    def __init__(self, name: str, ear: Ear, speaker: Speaker, minds: Minds, journal: Journal) -> None:
        self.name = name
        self.ear = ear
        self.speaker = speaker
        self._minds = minds
        self._journal = journal
        self._ids = count(1)
        self._hearing: Exchange | None = None
        self._replying: asyncio.Task[None] | None = None
        self._doubted: Transcript | None = None
        self._thinking = 0

    @property
    def busy(self) -> bool:
        """An utterance is being heard or answered, or sound is left to play."""
        return self._hearing is not None or self._thinking > 0 or self.speaker.pending

    @property
    def thinking(self) -> bool:
        """Something heard waits for the engines, and nothing is playing meanwhile."""
        return self._thinking > 0 and not self.speaker.pending

    def new_turn(self) -> Turn:
        """A turn of this room; without speculation it is committed from the start."""
        turn = Turn(next(self._ids), self.name)
        turn.committed.set()
        return turn

    async def run(self) -> None:
        """Listen until the microphone ends, and answer."""
        async with together() as turns, aclosing(self.ear.events()) as events:
            async for event in events:
                self._on_event(event, turns)

    def _on_event(self, event: EarEvent, turns: asyncio.TaskGroup) -> None:
        match event:
            case SpeechChunk():
                self._on_chunk(event)
                return
            case WakeSensed():
                self.speaker.duck()
            case WakeDismissed():
                self.speaker.unduck()
            case Woken():
                self.speaker.pause()
                self._doubted = None
                self._hearing = Exchange(self.new_turn(), Utterance(), event.at_sample)
            case SpeechStarted():
                if self._hearing is None:
                    self._hearing = Exchange(self.new_turn(), Utterance(), None)
            case SpeechEnded():
                self._record(event)
                self._on_end(event, turns)
                return
        self._record(event)

    def _record(self, event: EarEvent) -> None:
        if not isinstance(event, SpeechChunk):
            self._journal.write(self.name, self._hearing.turn.id if self._hearing else 0, event)

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
            self.speaker.chime(self._minds.sounds.listening)

    def _on_end(self, event: SpeechEnded, turns: asyncio.TaskGroup) -> None:
        exchange, self._hearing = self._hearing, None
        if exchange is None:
            return
        exchange.utterance.end()
        if event.reason in (EndReason.SILENCE, EndReason.TOO_LONG):
            exchange.speech_ended_s = asyncio.get_running_loop().time() - event.silence_ms / 1000
            self._thinking += 1
            turns.create_task(self._turn(exchange))
        else:
            self._let_go()

    def _let_go(self) -> None:
        """No clear command followed: a soft tone, and what was playing goes on."""
        self.speaker.chime(self._minds.sounds.dismissed)
        self.speaker.resume()
        self.speaker.unduck()

    async def _turn(self, exchange: Exchange) -> None:
        turn = exchange.turn
        try:
            transcript = await self._understand(exchange)
            if transcript is None:
                self._let_go()
                return
            await self.hush()
            self._replying = asyncio.current_task()
            await self._reply(exchange, self._sentences(transcript, turn))
        except AssistantError as error:
            await self._apologise(turn, error, error.spoken)
        except Exception as error:  # noqa: BLE001 - the road's one net: the house says sorry and goes on
            await self._apologise(turn, error, UNUSUAL)
        finally:
            self._thinking -= 1
            if self._replying is asyncio.current_task():
                self._replying = None

    async def _understand(self, exchange: Exchange) -> Transcript | None:
        """The words to act on, or None: not a clear command."""
        turn, journal = exchange.turn, self._journal
        transcript = await self._minds.transcribe(
            exchange.utterance, lambda result: journal.write(self.name, turn.id, result)
        )
        doubted, self._doubted = self._doubted, None
        if transcript.refused is not None and not transcript.ask:
            journal.write(self.name, turn.id, Refused(transcript.text, transcript.refused))
            return None
        if doubted is not None and transcript.text.lower().strip(" .!") in YES:
            return doubted
        if transcript.ask and exchange.woken_at_sample is None:
            # One doubt is asked once; a doubtful answer to it is a no.
            journal.write(self.name, turn.id, Refused(transcript.text, "the answer was not clear"))
            return None
        return transcript

    async def _sentences(self, transcript: Transcript, turn: Turn) -> AsyncIterator[Sentence]:
        if transcript.ask and self._doubted is None and transcript.refused is not None:
            self._doubted = Transcript(transcript.text, final=True, engine=transcript.engine)
            yield Sentence(f"Did you say: {transcript.text}?", asks=True)
            return
        async with aclosing(self._minds.answer.answer(transcript.text, turn)) as sentences:
            async for sentence in sentences:
                yield sentence

    async def hush(self) -> None:
        """Stop the reply that is playing, now."""
        previous, self._replying = self._replying, None
        self.speaker.abort(Priority.REPLY)
        self.speaker.resume()
        self.speaker.unduck()
        if previous is not None and previous is not asyncio.current_task():
            previous.cancel()
            await asyncio.wait([previous])

    async def _reply(self, exchange: Exchange, sentences: AsyncIterator[Sentence]) -> None:
        turn = exchange.turn
        playback = self.speaker.begin(Priority.REPLY)
        async with together() as group:
            first_sound = group.create_task(self._note_first_sound(exchange, playback))
            try:
                spoken = await say(
                    sentences,
                    self._minds.tts,
                    playback,
                    committed=turn.committed,
                    on_reply=lambda reply: self._journal.write(self.name, turn.id, reply),
                )
            finally:
                playback.end()
                first_sound.cancel()
        self._journal.write(self.name, turn.id, spoken)
        self._minds.answer.dialogue(self.name).last_reply = " ".join(spoken.sentences)
        if spoken.asks and spoken.finished:
            self.ear.expect_answer()

    async def _note_first_sound(self, exchange: Exchange, playback: Playback) -> None:
        started_s = await playback.started()
        ended_s = exchange.speech_ended_s
        latency_ms = None if ended_s is None or not self._journal.live else (started_s - ended_s) * 1000
        self._journal.write(self.name, exchange.turn.id, Speaking(latency_ms))

    async def _apologise(self, turn: Turn, error: Exception, words: str) -> None:
        """Say sorry; when the voice itself is gone, with a recording that needs no engine."""
        self._journal.failed(self.name, turn.id, error, words)
        playback = self.speaker.begin(Priority.REPLY)
        self.speaker.resume()
        self.speaker.unduck()
        try:
            async with aclosing(self._minds.tts.synthesize(words)) as speech:
                async for sound in speech:
                    await playback.feed(sound)
        except AssistantError:
            await playback.feed(self._minds.sounds.sorry)
        playback.end()
        await playback.played()

    async def play(self, sound: Sound, priority: Priority) -> None:
        """Play a sound of the house's own to its end (a ring, an announcement)."""
        playback = self.speaker.begin(priority)
        await playback.feed(sound)
        playback.end()
        await playback.played()
