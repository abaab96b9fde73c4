"""Sentences → Speaker: how one room replies, rings and says sorry."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from assistant.errors import AssistantError, EngineError
from assistant.house.language import apology_in
from assistant.house.sounds import Sounds
from assistant.journal import Journal
from assistant.messages import Reply, Sentence, Sound, Speaking, Spoken, Turn
from assistant.ports import Tts
from assistant.speak.say import LONGEST_S, Saying, say
from assistant.speak.speaker import Playback, Priority, Speaker
from assistant.speak.spoken_text import spoken_text
from assistant.tasks import together

SOFT_PERCENT = 35
"""The most volume of what nobody in the room asked for just now."""
Loudest = Callable[[], int]


def full() -> int:
    """No limit on the volume."""
    return 100


def undisturbed() -> bool:
    """Nobody wants quiet."""
    return False


@dataclass(frozen=True, slots=True)
class Manners:
    """How a room is spoken to."""

    language: str = "en"
    loudest: Loudest = full
    """The most volume in percent at this time of day; rings go on."""
    quiet: Callable[[], bool] = undisturbed
    """Do not disturb: no tones, nothing unasked. Answers, and what rings, are heard all the same."""
    first_clause: bool = True
    """The first words of a long sentence are spoken while the rest of it is made."""


class Mouth:
    """One room's voice. The speaker is the room's own, the TTS engine the house's."""

    def __init__(
        self,
        room: str,
        speaker: Speaker,
        tts: Tts,
        sounds: Sounds,
        journal: Journal,
        manners: Manners = Manners(),
    ) -> None:
        self.speaker = speaker
        self.manners = manners
        self._room = room
        self._tts = tts
        self._sounds = sounds
        self._journal = journal
        self.preparing = 0
        """Announcements and rings whose words are still being made."""

    async def reply(
        self,
        turn: Turn,
        sentences: AsyncIterator[Sentence],
        *,
        held: Callable[[], bool],
        asked_s: Callable[[], float | None],
    ) -> Spoken:
        """Say them as they come, once the turn is committed.

        Asked then: `held()`, whether to begin paused, as someone is speaking; `asked_s()`, the loop time at
        which the question ended.
        """
        begun: asyncio.Future[Playback] = asyncio.get_running_loop().create_future()

        def begin() -> Playback:
            begun.set_result(playback := self._begin(Priority.REPLY))
            if held():
                self.speaker.pause()
            return playback

        async with together() as group:
            first_sound = group.create_task(self._note_first_sound(turn, begun, asked_s))
            try:
                spoken = await say(
                    sentences,
                    self._tts,
                    begin,
                    committed=turn.committed,
                    on_reply=lambda reply: self._record(turn, reply),
                    on_spoken=lambda spoken: self._record(turn, spoken),
                    manner=Saying(self.manners.language, self.manners.first_clause),
                )
            finally:
                if begun.done() and not begun.cancelled():
                    begun.result().end()
                first_sound.cancel()
        return spoken

    def _begin(self, priority: Priority, most_percent: int = 100) -> Playback:
        self.speaker.limit(min(self.manners.loudest(), most_percent))
        return self.speaker.begin(priority)

    def _record(self, turn: Turn, happening: Reply | Spoken) -> None:
        self._journal.write(self._room, turn.id, happening)

    async def _note_first_sound(
        self, turn: Turn, begun: asyncio.Future[Playback], asked_s: Callable[[], float | None]
    ) -> None:
        started_s = await (await begun).started()
        if not math.isfinite(started_s):
            return  # nothing of it sounded
        latency_ms = None
        if (asked_at_s := asked_s()) is not None and self._journal.live:
            latency_ms = (started_s - asked_at_s) * 1000
        self._journal.write(self._room, turn.id, Speaking(latency_ms))

    async def apologise(self, turn: Turn, error: Exception, words: str) -> None:
        """Say sorry; when the voice itself is gone, with a recording that needs no engine."""
        self._journal.failed(self._room, turn.id, error, words)
        try:
            await self.announce(apology_in(self.manners.language, words), Priority.REPLY)
        except AssistantError:
            await self.play(self._sounds.sorry, Priority.REPLY)

    async def play(self, sound: Sound, priority: Priority) -> None:
        """Play a sound to its end; cancelled, it falls silent."""
        async with self._playing(priority) as playback:
            await playback.feed(sound)

    async def listening(self) -> None:
        """The tone that asks for the command."""
        if not self.manners.quiet():
            await self.play(self._sounds.listening, Priority.CHIME)

    async def dismissed(self) -> None:
        """The soft tone that ends a wake no clear command followed."""
        if not self.manners.quiet():
            await self.play(self._sounds.dismissed, Priority.CHIME)

    async def ring(self, words: str, percent: int) -> None:
        """Ring once at this volume and tell why; `hush` or a cancellation ends it at once.

        A voice that is gone only takes the words away, never the ring.
        """
        self.speaker.ring_at(percent)
        async with self._playing(Priority.RING) as playback:
            await playback.feed(self._sounds.ring)
            try:
                await self._speak(words, playback)
            except AssistantError as error:
                self._journal.failed(self._room, 0, error, "")

    def hush(self) -> None:
        """Break off the ring that sounds; someone speaks."""
        self.speaker.abort(Priority.RING)

    async def announce(
        self,
        words: str,
        priority: Priority = Priority.ANNOUNCEMENT,
        *,
        softly: bool = False,
        chime: bool = False,
        then: Sound | None = None,
    ) -> None:
        """Say a text of the house's own, after a chime, and before a sound; cancelled, it falls silent.

        EngineError when the voice is gone.
        """
        async with self._playing(priority, SOFT_PERCENT if softly else 100) as playback:
            if chime:
                await playback.feed(self._sounds.attention)
            await self._speak(words, playback)
            if then is not None:
                await playback.feed(then)

    async def _speak(self, words: str, playback: Playback) -> None:
        made_s = 0.0
        text = spoken_text(words, self.manners.language)
        self.preparing += 1
        try:
            async with aclosing(self._tts.synthesize(text)) as speech:
                async for sound in speech:
                    await playback.feed(sound)
                    made_s += len(sound.pcm) / 2 / sound.rate_hz
                    if playback.aborted:
                        return
                    if made_s > LONGEST_S:
                        raise EngineError(f"{self._tts.name} speaks without end")
        finally:
            self.preparing -= 1

    @asynccontextmanager
    async def _playing(self, priority: Priority, most_percent: int = 100) -> AsyncIterator[Playback]:
        """A playback that is fed in the block and has played when it is left; aborted by a cancellation."""
        playback = self._begin(priority, most_percent)
        try:
            try:
                yield playback
            finally:
                playback.end()
            await playback.played()
        except asyncio.CancelledError:
            playback.abort()
            raise
