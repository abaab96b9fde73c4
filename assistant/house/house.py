"""Rooms and what they share: typed text, recordings, announcements, and what rings where."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from itertools import count
from typing import TYPE_CHECKING, Final, Protocol

from assistant.devices.booth import Booth
from assistant.devices.sound_card import SoundCardMic
from assistant.errors import AssistantError, AudioError, SettingsError
from assistant.house.desk import Desk
from assistant.house.late import LateLlm
from assistant.house.muting import Muting
from assistant.house.offered import Offered
from assistant.house.open_rooms import Rooms
from assistant.house.rehearsal import Rehearsal
from assistant.house.ringing import Ringing, Tell
from assistant.house.room import Room
from assistant.journal import Journal
from assistant.messages import Reply, Sentence, Sound, Turn
from assistant.ports import Tts
from assistant.tasks import together
from assistant.think.answer import Answer

if TYPE_CHECKING:
    from assistant.devices.esphome.satellite import EsphomeSatellite
    from assistant.devices.wyoming_satellite import WyomingSatellite


FIRST_READ: Final = "set a timer for ten minutes"
"""Nobody says it: the first sentence builds 3 MB of indexes, so nobody's own has to wait for them."""


class MakeRoom(Protocol):
    """Builds a room around a recording."""

    def __call__(self, name: str, booth: Booth, *, wake: bool) -> Room: ...


class House:
    """The rooms of one box. The hub has them all; a private house has none but what it is asked to hear."""

    def __init__(
        self,
        names: Sequence[str],
        rooms: Rooms,
        answer: Answer,
        tts: Tts,
        journal: Journal,
        ringing: Ringing,
        muting: Muting,
    ) -> None:
        self.journal = journal
        self.rooms = rooms
        self.muting = muting
        self.make_room: MakeRoom | None = None
        self.late: LateLlm | None = None
        """Where the language model is still to come; set by who builds the house."""
        self.rehearsal: Rehearsal | None = None
        """Where the voice keeps what it often says."""
        self.typing: list[str] = []
        """The rooms of typed texts that are being answered."""
        self.esphome: Mapping[str, EsphomeSatellite] = {}
        self.wyoming: Mapping[str, WyomingSatellite] = {}
        self.mics: Mapping[str, SoundCardMic] = {}
        """Devices, satellites and this box's own microphones, by room; set by who builds the house."""
        self.desk: Desk
        """Set by who builds the house, as `offered` is."""
        self.offered: Offered
        self._names = tuple(names)
        self._answer = answer
        self._tts = tts
        self._ringing = ringing
        self._typed_turns = count(-1, -1)
        """Below zero, apart from the spoken ones."""

    @property
    def names(self) -> Sequence[str]:
        """Of the rooms, the first one first."""
        return self._names

    def room_named(self, name: str | None) -> str:
        """The room meant; the first one when none is named. SettingsError when there is no such room."""
        if name is None:
            return self._names[0]
        wanted = name.strip().lower()
        if wanted not in self._names:
            raise SettingsError(f'there is no room "{name}"; the rooms are: {", ".join(self._names)}')
        return wanted

    def timers_running(self) -> bool:
        """Whether something waits to ring."""
        return self._ringing.anything_waits

    async def mute(self, room_name: str | None, *, muted: bool) -> Sequence[str]:
        """Close or open a room's microphone, or with None every one; which.

        SettingsError, DiskError; AudioError: a device could not be closed.
        """
        names = tuple(self.rooms) if room_name is None else (self.room_named(room_name),)
        await self.muting.change(names, muted=muted)
        open_still = [name for name in names if muted and name in self.muting.listening()]
        if open_still:
            raise AudioError(
                f"The sound system has not let go of the microphone of: {', '.join(open_still)}. Hearth"
                " takes nothing from it any more; pull its plug, or restart the sound server, to be sure."
            )
        return names

    # ── by voice ─────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """All rooms, until they are cancelled."""
        rooms = tuple(self.rooms.values())
        try:
            async with together() as group:
                for room in rooms:
                    room.mouth.speaker.open()
                    group.create_task(room.run())
                group.create_task(self.ring())
                group.create_task(self.warm())
        finally:
            for room in rooms:
                room.mouth.speaker.close()

    async def warm(self) -> None:
        """Before someone asks: read what every prompt begins with, and say what is often answered."""
        room = self._names[0]
        try:
            await self.read_ahead()
            if self.rehearsal is not None:
                await self.rehearsal.run(
                    lambda: bool(self.typing) or any(r.busy for r in self.rooms.values())
                )
        except AssistantError as error:
            self.journal.failed(room, 0, error, "")

    async def read_ahead(self) -> None:
        """Read what every prompt begins with. Raises what the language model says against it."""
        await self._answer.knows(FIRST_READ, self._names[0])
        await self._answer.warm(self._names[0])

    async def hear(self, booth: Booth, room_name: str | None, *, wake: bool) -> None:
        """Listen to a recording in a room of its own, to its end and the end of what is said."""
        if self.make_room is None:
            raise AssistantError("this house was opened without ears")
        name = self.room_named(room_name)
        room = self.make_room(name, booth, wake=wake)
        booth.thinking, booth.busy = (lambda: room.thinking), (lambda: room.busy)
        standing = self.rooms.get(name)
        self.rooms[name] = room
        room.mouth.speaker.open()
        try:
            async with together() as group:
                ringing = group.create_task(self.ring())
                await room.run()
                ringing.cancel()
        finally:
            room.mouth.speaker.close()
            if standing is None:
                del self.rooms[name]
            else:
                self.rooms[name] = standing

    # ── by text ──────────────────────────────────────────────────────────────────────────────────

    def typed_turn(self, room_name: str | None) -> Turn:
        """A turn of its own for a typed text. SettingsError when there is no such room."""
        turn = Turn(next(self._typed_turns), self.room_named(room_name))
        turn.committed.set()
        return turn

    async def ask(self, text: str, asked: Turn | str | None) -> None:
        """Answer typed text, in a turn or in a room; the journal tells what happened."""
        turn = asked if isinstance(asked, Turn) else self.typed_turn(asked)
        async with aclosing(self.sentences(text, turn)) as sentences:
            async for _ in sentences:
                pass

    async def sentences(self, text: str, turn: Turn) -> AsyncGenerator[Sentence, None]:
        """The answer to typed text, sentence by sentence; what goes wrong is told in one."""
        self.typing.append(turn.room)
        try:
            answer = self._answer.answer(text, turn)
            async with aclosing(self._ringing.news(answer, turn.room)) as sentences:
                async for sentence in sentences:
                    self.journal.write(turn.room, turn.id, Reply(sentence.text))
                    yield sentence
        except AssistantError as error:
            self.journal.failed(turn.room, turn.id, error, error.spoken)
            self.journal.write(turn.room, turn.id, Reply(error.spoken))
            yield Sentence(error.spoken)
        finally:
            self.typing.remove(turn.room)

    async def speech(self, text: str) -> AsyncGenerator[Sound, None]:
        """A text as sound."""
        async with aclosing(self._tts.synthesize(text)) as sounds:
            async for sound in sounds:
                yield sound

    async def announce(self, text: str, room_name: str | None) -> None:
        """Say a text in a room. AudioError where its loudspeaker is lost: nobody is there to wait for it."""
        name = self.room_named(room_name)
        if name not in self.rooms:
            raise SettingsError(f'the room "{name}" has no speaker here')
        if self.rooms.wants_quiet(name):
            raise SettingsError(f'nobody is to be disturbed in the room "{name}"; it was not said')
        mouth = self.rooms[name].mouth
        if mouth.speaker.lost:
            raise AudioError(f"the loudspeaker of the {name} is not there; look at it: assistant doctor")
        await mouth.announce(text, chime=True)

    # ── what rings ───────────────────────────────────────────────────────────────────────────────

    async def ring(self, tell: Tell | None = None) -> None:
        """Ring what falls due, for ever; `tell` hears the words too."""
        await self._ringing.run(tell)
