"""A question put in one room for another: asked aloud there, heard, and the answer brought back."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final

from assistant.errors import AssistantError
from assistant.house.answered import Answered
from assistant.house.bell import LONGEST_S, PATIENCE_S
from assistant.house.room import Room
from assistant.journal import Journal
from assistant.memory.clocks import Clocks, within
from assistant.messages import Sound
from assistant.skills.announce import Heard
from assistant.skills.wording import sentence

WAIT_S: Final = 3.0
"""So long the room that asked waits to hear that it is being done."""
ANSWER_S: Final = 8.0
"""So long an answer may be in coming."""
ARRIVE_S: Final = 20.0
"""So long a talk that moved waits for somebody to walk there."""
OVER_S: Final = 40.0
"""Whatever became of it, the room that asked is told by then."""


_INDIRECT: Final = ("if", "whether", "what", "when", "where", "who", "whose", "which", "why", "how")


def put_aloud(asker: str, question: str) -> str:
    """The words for a question or a wish, as it was said after "ask the kitchen …"."""
    first = question.split()[0].casefold()
    if first in _INDIRECT:
        return sentence(f"the {asker} would like to know {question}")
    if first in ("to", "for"):
        return sentence(f"the {asker} asks {'you ' if first == 'to' else ''}{question}")
    return f"The {asker} asks: {question.rstrip('?')}?"


class Asking:
    """The errands of a house between its rooms. `carry(here, there)`: what was said here counts there; the
    words to go on with."""

    def __init__(self, rooms: Mapping[str, Room], clocks: Clocks, journal: Journal) -> None:
        self._rooms = rooms
        self._clocks = clocks
        self._journal = journal
        self.carry: Callable[[str, str], str] = lambda here, there: ""
        """Set by who builds the house."""
        self._errands: set[asyncio.Task[None]] = set()
        self._one_at_a_time: dict[str, asyncio.Lock] = {}

    def conversing(self) -> Sequence[str]:
        """Rooms with an open loudspeaker and an open microphone."""
        return tuple(name for name, room in self._rooms.items() if room.ear.can_expect and not room.ear.muted)

    async def ask(self, room: str, question: str, asker: str) -> Heard:
        """Put it; the answer, or that there was none, is told to the asker later."""
        said = asyncio.Event()
        return await self._set_out(room, self._put(room, question, asker, said), said)

    async def move(self, here: str, there: str) -> Heard:
        """The talk goes on there: its last words are said again, and an answer is waited for."""
        said = asyncio.Event()
        return await self._set_out(there, self._go_on(here, there, said), said)

    async def close(self) -> None:
        """Give all errands up."""
        for errand in self._errands:
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)

    async def _set_out(self, room: str, work: Coroutine[Any, Any, None], said: asyncio.Event) -> Heard:
        errand = asyncio.create_task(self._told(room, work), name=f"errand to {room}")
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)
        saying = asyncio.create_task(said.wait())
        await asyncio.wait((errand, saying), timeout=WAIT_S, return_when=asyncio.FIRST_COMPLETED)
        saying.cancel()
        if said.is_set():
            return Heard.SAID
        return Heard.FAILED if errand.done() else Heard.SAYING

    async def _told(self, room: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except AssistantError as error:
            self._journal.failed(room, 0, error, "")

    async def _put(self, name: str, question: str, asker: str, said: asyncio.Event) -> None:
        room, answered = self._rooms[name], Answered()
        async with self._one_at_a_time.setdefault(name, asyncio.Lock()):
            try:
                await self._say(room, put_aloud(asker, question))
            except AssistantError:
                if said.is_set() or asker not in self._rooms:
                    raise
                await self._say(self._rooms[asker], f"I couldn't ask the {name}: the voice failed there.")
                raise
            said.set()
            room.attention.asked = answered
            room.ear.expect_answer(ANSWER_S)
            await within(answered.over.wait(), OVER_S, self._clocks)
            if room.attention.asked is answered:
                room.attention.asked = None
        if asker in self._rooms:
            await self._bring(self._rooms[asker], name, answered)
            if answered.sound is not None:
                await self._say(room, f"I told the {asker}.", chime=False)

    async def _bring(self, room: Room, name: str, answered: Answered) -> None:
        if answered.text:
            await self._say(room, sentence(f"the {name} says: {answered.text}"))
        elif answered.sound is not None:
            await self._say(room, f"The {name} says:", then=answered.sound)
        else:
            await self._say(room, f"Nobody in the {name} answered.")

    async def _go_on(self, here: str, there: str, said: asyncio.Event) -> None:
        room = self._rooms[there]
        words = self.carry(here, there) or "Here I am."
        said.set()
        await self._say(room, words)
        room.ear.expect_answer(ARRIVE_S)

    async def _say(self, room: Room, words: str, *, chime: bool = True, then: Sound | None = None) -> None:
        await within(room.attention.free(), PATIENCE_S, self._clocks)
        await within(room.mouth.announce(words, chime=chime, then=then), LONGEST_S, self._clocks)
