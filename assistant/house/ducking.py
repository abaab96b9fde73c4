"""The home's media players make way while somebody speaks to a room, and nobody else notices.

The skills see the home through `DuckedHome`: a player that was softened looks to them as it was before, so
"turn the music down a little" and "pause" mean what they would have meant.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from assistant.errors import AssistantError
from assistant.journal import Journal
from assistant.messages import Area, Device, DeviceState, JsonValue
from assistant.ports import Home

SOFT_SHARE: Final = 0.2
"""Of its volume, for a player that has one; the others pause."""
SETTLED_S: Final = 2.0
"""A player gets so long to report what it was asked for."""
CLOSE_S: Final = 3.0
LOOK_S: Final = 0.5
"""Whether a player plays is looked up so often."""
_VOLUME: Final = "volume_percent"
_OFF: Final = frozenset({"off", "unavailable", "unknown"})


@dataclass(frozen=True, slots=True)
class Softened:
    """A player that makes way."""

    room: str
    before: DeviceState
    after: DeviceState | None = None
    """As it reported itself then; None while it is being asked."""

    @property
    def paused(self) -> bool:
        """It has no volume to take back, so it waits."""
        return _volume(self.before) is None

    def ours(self, now: DeviceState) -> bool:
        """Whether it still is as we left it."""
        if self.after is None:
            return True
        return now.value == "paused" if self.paused else _volume(now) == _volume(self.after)

    def seen(self, now: DeviceState) -> DeviceState:
        """As it would be if it had not been softened."""
        if not self.ours(now):
            return now
        if self.paused:
            return replace(now, value=self.before.value)
        return replace(now, attributes={**now.attributes, _VOLUME: _volume(self.before)})


class Players:
    """Softens the players of a room while there is a cause, and restores them exactly."""

    def __init__(self, home: Home, journal: Journal) -> None:
        self.softened: dict[str, Softened] = {}
        """By the player's name."""
        self._home = home
        self._journal = journal
        self._causes: dict[str, set[str]] = {}
        self._soft: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._looked: dict[str, tuple[float, bool]] = {}

    def sounding(self, room: str) -> bool:
        """A player plays in the room, and does not make way: what is heard may come from it."""
        now_s = asyncio.get_running_loop().time()
        at_s, found = self._looked.get(room, (float("-inf"), False))
        if now_s - at_s >= LOOK_S:
            with suppress(AssistantError):  # one that has just left the home
                found = any(name not in self.softened for name in self._playing(room))
            self._looked[room] = now_s, found
        return found and room not in self._soft

    def hold(self, room: str, cause: str, *, on: bool) -> None:
        """Begin or end a cause; returns at once, whatever the players do."""
        causes = self._causes.setdefault(room, set())
        (causes.add if on else causes.discard)(cause)
        if bool(causes) != (room in self._soft) and room not in self._tasks:
            self._tasks[room] = asyncio.create_task(self._follow(room), name=f"players of {room}")

    async def close(self) -> None:
        """Restore what is softened; a home that does not answer is not waited for."""
        for room, causes in self._causes.items():
            for cause in tuple(causes):
                self.hold(room, cause, on=False)
        if self._tasks:
            _, late = await asyncio.wait(tuple(self._tasks.values()), timeout=CLOSE_S)
            for task in late:
                task.cancel()

    async def give_back(self, name: str, action: str, wishes: Mapping[str, JsonValue]) -> None:
        """Somebody asks this player for something: it is as before for that, and stays as they leave it."""
        softened = self.softened.pop(name, None)
        if softened is None or not softened.ours(self._home.state(name)):
            return
        if softened.paused:
            if action not in ("pause", "stop", "off", "play"):
                await self._home.act(name, "play", {})
        elif _VOLUME not in wishes:
            await self._home.act(name, "set", {_VOLUME: _volume(softened.before)})

    async def _follow(self, room: str) -> None:
        try:
            while (wanted := bool(self._causes[room])) != (room in self._soft):
                if wanted:
                    self._soft.add(room)
                    await asyncio.gather(*(self._soften(name, room) for name in self._playing(room)))
                else:
                    self._soft.discard(room)
                    mine = [name for name, each in self.softened.items() if each.room == room]
                    await asyncio.gather(*(self._restore(name) for name in mine))
        except AssistantError as error:  # one that has just left the home
            self._journal.failed(room, 0, error, "")
        finally:
            del self._tasks[room]

    def _playing(self, room: str) -> list[str]:
        areas = {room, *(a.name for a in self._home.areas() if room in (a.name, *a.aliases))}
        players = [d.name for d in self._home.devices() if d.kind == "media_player" and d.area in areas]
        return [name for name in players if self._home.state(name).value == "playing"]

    async def _soften(self, name: str, room: str) -> None:
        softened = self.softened[name] = Softened(room, self._home.state(name))
        volume = _volume(softened.before)
        soft = None if volume is None else round(SOFT_SHARE * volume)
        try:
            if soft is None:
                await self._home.act(name, "pause", {})
            else:
                await self._home.act(name, "set", {_VOLUME: soft})
            softened = replace(softened, after=_asked(softened.before, soft))
            after = await self._home.settled(name, softened.ours, SETTLED_S)
        except AssistantError as error:
            self._journal.failed(room, 0, error, "")
            self.softened.pop(name, None)
            return
        if name in self.softened:
            # One that rounds tells another volume; one that has told none yet may still do what it was asked.
            told = softened.after if _volume(after) == volume else after
            self.softened[name] = replace(softened, after=told)

    async def _restore(self, name: str) -> None:
        """As it was, unless somebody changed the volume, stopped it or switched it off meanwhile."""
        softened = self.softened.pop(name)
        try:
            now = self._home.state(name)
            if not softened.ours(now) or not now.available or now.value in _OFF:
                return
            if softened.paused:
                await self._home.act(name, "play", {})
            else:
                await self._home.act(name, "set", {_VOLUME: _volume(softened.before)})
        except AssistantError as error:
            self._journal.failed(softened.room, 0, error, "")


class DuckedHome:
    """Implements `ports.Home` over another one, with its players as if none were softened."""

    def __init__(self, home: Home, players: Players) -> None:
        self._home = home
        self._players = players

    def devices(self) -> Sequence[Device]:
        return self._home.devices()

    def areas(self) -> Sequence[Area]:
        return self._home.areas()

    def state(self, name: str) -> DeviceState:
        return self._seen(name, self._home.state(name))

    async def act(self, name: str, action: str, arguments: Mapping[str, JsonValue]) -> None:
        await self._players.give_back(name, action, arguments)
        await self._home.act(name, action, arguments)

    async def settled(self, name: str, reached: Callable[[DeviceState], bool], limit_s: float) -> DeviceState:
        now = await self._home.settled(name, lambda state: reached(self._seen(name, state)), limit_s)
        return self._seen(name, now)

    def _seen(self, name: str, now: DeviceState) -> DeviceState:
        softened = self._players.softened.get(name)
        return now if softened is None else softened.seen(now)


def _asked(before: DeviceState, soft: int | None) -> DeviceState:
    if soft is None:
        return replace(before, value="paused")
    return replace(before, attributes={**before.attributes, _VOLUME: soft})


def _volume(state: DeviceState) -> int | None:
    """0 to 100; None: it has none."""
    volume = state.attributes.get(_VOLUME)
    return round(volume) if isinstance(volume, int | float) and not isinstance(volume, bool) else None


_fits: type[Home] = DuckedHome
