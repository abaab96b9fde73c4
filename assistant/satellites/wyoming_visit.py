"""One visitor of the Wyoming door: what it asks for, and what the house gives it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from wyoming.error import Error
from wyoming.event import Event
from wyoming.handle import Handled, HandledChunk, HandledStart, HandledStop
from wyoming.ping import Pong
from wyoming.tts import SynthesizeStopped
from wyoming.wake import Detection, NotDetected

from assistant.devices.wyoming_link import WyomingLink
from assistant.devices.wyoming_sound import EarSound, chunk_events, start_event
from assistant.errors import AssistantError, SettingsError, WireError
from assistant.house.house import House
from assistant.messages import EAR_RATE_HZ, Turn
from assistant.satellites.wyoming_info import info_event
from assistant.tasks import together
from assistant.think.sentences import SentenceCutter
from assistant.wyoming_wire import Fault, WyomingError

CHUNKS_WAITING = 16
"""Sound not yet listened to; a faster visitor waits."""
LONGEST_TEXT = 2000
"""Characters of a question, or of a text to be spoken."""
_Form = TypeVar("_Form", bound="_Asked")


class _Asked(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Text(_Asked):
    text: str = Field(max_length=LONGEST_TEXT)
    context: Mapping[str, Any] | None = None


class _Detect(_Asked):
    names: tuple[str, ...] | None = Field(default=None, max_length=20)


def _asked(form: type[_Form], event: Event) -> _Form:
    try:
        return form.model_validate(event.data)
    except ValidationError as error:
        raise WyomingError(Fault.DATA, f"a {event.type} that cannot be read") from error


class Visit:
    """A connection from its first event to its end. `rooms`: from a visitor's device to a room's name."""

    def __init__(
        self, link: WyomingLink, house: Callable[[], Awaitable[House]], rooms: Mapping[str, str]
    ) -> None:
        self._link = link
        self._house = house
        self._rooms = rooms
        self._listens: str = "transcribe"
        self._names: tuple[str, ...] | None = None
        self._sound: asyncio.Queue[bytes | None] | None = None
        self._ear = EarSound()
        self._writing: SentenceCutter | None = None
        self._group = asyncio.TaskGroup()

    async def run(self) -> None:
        """Until the visitor leaves. WyomingError for nonsense; WireError for one who is stuck or gone."""
        async with together() as self._group, aclosing(self._link.events()) as events:
            try:
                async for event in events:
                    await self._take(event)
            finally:
                self._group.create_task(self._end_sound())

    async def _take(self, event: Event) -> None:
        match event.type:
            case "ping":
                await self._link.send(Pong(str(event.data.get("text", ""))[:100]).event())
            case "describe":
                await self._link.send(info_event(await self._house()))
            case "transcribe" | "detect":
                self._listens = event.type
                self._names = _asked(_Detect, event).names if event.type == "detect" else None
            case "audio-start":
                await self._begin_sound()
            case "audio-chunk":
                await self._hear(event)
            case "audio-stop":
                await self._end_sound()
            case _:
                await self._take_text(event)

    async def _take_text(self, event: Event) -> None:
        match event.type:
            case "transcript":
                await self._answer(_asked(_Text, event))
            case "synthesize" if self._writing is None:
                await self._say([_asked(_Text, event).text])
            case "synthesize-start":
                self._writing = SentenceCutter()
            case "synthesize-chunk" if self._writing is not None:
                await self._say(self._writing.feed(_asked(_Text, event).text))
            case "synthesize-stop" if self._writing is not None:
                writing, self._writing = self._writing, None
                await self._say(writing.finish())
                await self._link.send(SynthesizeStopped().event())
            case _:
                pass  # an event of a later version; the protocol asks that they be passed over

    # ── sound in ─────────────────────────────────────────────────────────────────────────────────

    async def _begin_sound(self) -> None:
        await self._end_sound()
        self._ear = EarSound()
        self._sound = asyncio.Queue(CHUNKS_WAITING)
        listen = self._transcribe if self._listens == "transcribe" else self._detect
        self._group.create_task(listen(_pieces(self._sound)))

    async def _hear(self, event: Event) -> None:
        if self._sound is None:
            await self._begin_sound()
        assert self._sound is not None
        await self._sound.put(self._ear.take(event))

    async def _end_sound(self) -> None:
        sound, self._sound = self._sound, None
        if sound is not None:
            await sound.put(None)

    async def _transcribe(self, pieces: AsyncGenerator[bytes, None]) -> None:
        async with aclosing(pieces):
            try:
                heard = await (await self._house()).offered.transcript(pieces)
            except AssistantError as error:
                await self._link.send(Error(error.spoken, type(error).__name__).event())
                return
            finally:
                await _drained(pieces)
        text = heard.text if heard.refused is None and not heard.ask else ""
        await self._link.send(Event("transcript", {"text": text}))

    async def _detect(self, pieces: AsyncGenerator[bytes, None]) -> None:
        names, found = self._names, False
        house = await self._house()
        async with aclosing(pieces), aclosing(house.offered.wakes(pieces)) as wakes:
            async for woken in wakes:
                if names is None or woken.word in names:
                    found = True
                    at_ms = woken.at_sample * 1000 // EAR_RATE_HZ
                    await self._link.send(Detection(woken.word, at_ms).event())
        if not found:
            await self._link.send(NotDetected().event())

    # ── words in ─────────────────────────────────────────────────────────────────────────────────

    async def _answer(self, asked: _Text) -> None:
        """The mind's answer, in a turn of the room that the visitor's device is in."""
        house = await self._house()
        context = dict(asked.context or {})
        turn = house.typed_turn(self._room(context))
        await self._link.send(HandledStart(context or None).event())
        said: list[str] = []
        async with aclosing(house.sentences(asked.text, _limited(turn))) as sentences:
            async for sentence in sentences:
                said.append(sentence.text)
                await self._link.send(HandledChunk((" " if said[1:] else "") + sentence.text).event())
        await self._link.send(Handled(" ".join(said), context or None).event())
        await self._link.send(HandledStop().event())

    def _room(self, context: Mapping[str, Any]) -> str | None:
        for key in ("satellite_id", "device_id"):
            name = self._rooms.get(str(context.get(key)))
            if name is not None:
                return name
        return None

    async def _say(self, texts: list[str]) -> None:
        """Each text as one stretch of sound."""
        house = await self._house()
        for text in filter(None, map(str.strip, texts)):
            started = False
            try:
                async with aclosing(house.speech(text)) as sounds:
                    async for sound in sounds:
                        if not started:
                            await self._link.send(start_event(sound.rate_hz))
                            started = True
                        for event in chunk_events(sound):
                            await self._link.send(event)
            except AssistantError as error:
                if isinstance(error, WireError | SettingsError):
                    raise
                await self._link.send(Error(error.spoken, type(error).__name__).event())
            await self._link.send(Event("audio-stop"))


def _limited(turn: Turn) -> Turn:
    """Nobody knows who is at the other end: nothing that lasts, whatever the room may have."""
    return replace(turn, highest_risk=1)


async def _pieces(sound: "asyncio.Queue[bytes | None]") -> AsyncGenerator[bytes, None]:
    while (piece := await sound.get()) is not None:
        yield piece


async def _drained(pieces: AsyncIterator[bytes]) -> None:
    """What still comes is let pass, so that whoever sends it is not held up."""
    async for _ in pieces:
        pass
