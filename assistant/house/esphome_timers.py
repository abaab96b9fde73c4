"""The timers of a room → its ESPHome device: shown there, and rung there.

A device rings by itself once it is told that a timer is over, and tells nobody when somebody stops it: only
that its player is silent again. What then rings no more is over for the house too; what it never rang, the
house rings.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aioesphomeapi.model import VoiceAssistantTimerEventType as Event

from assistant.devices.esphome.satellite import EsphomeSatellite
from assistant.house.bell import Bell
from assistant.memory.entries import Kind
from assistant.memory.schedule import Schedule

LOOK_S: Final = 0.5
"""How often what is to ring is compared with what the device was told."""
JITTER_S: Final = 1.5
"""Moves of a due time that are not worth a word: devices count whole seconds."""
SILENT_S: Final = 5.0
"""A device that was told to ring, or rang, and is silent for so long does not ring any more."""
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A timer as a device shows it."""

    name: str
    length_s: float
    due_s: float
    """Loop time; of a paused one, as if it went on now."""
    paused: bool


def changes(
    before: Mapping[int, Shown], now: Mapping[int, Shown], ringing: frozenset[int]
) -> list[tuple[Event, int, Shown]]:
    """What a device that was told the one is to be told for the other. `ringing`: ids that are due."""
    told: list[tuple[Event, int, Shown]] = []
    for each, timer in now.items():
        if each not in before:
            told.append((Event.VOICE_ASSISTANT_TIMER_STARTED, each, timer))
        elif _differs(before[each], timer):
            told.append((Event.VOICE_ASSISTANT_TIMER_UPDATED, each, timer))
    for each, timer in before.items():
        if each not in now:
            over = each in ringing
            event = Event.VOICE_ASSISTANT_TIMER_FINISHED if over else Event.VOICE_ASSISTANT_TIMER_CANCELLED
            told.append((event, each, timer))
    return told


def _differs(before: Shown, now: Shown) -> bool:
    moved = abs(before.due_s - now.due_s) > JITTER_S and not (before.paused and now.paused)
    return moved or (before.name, before.paused) != (now.name, now.paused)


class DeviceTimers:
    """Follows the timers of one room."""

    def __init__(self, satellite: EsphomeSatellite, room: str, bell: Bell, schedule: Schedule) -> None:
        self._satellite, self._room, self._bell, self._schedule = satellite, room, bell, schedule
        self._told: Mapping[int, Shown] = {}
        self._rung_s: dict[int, float] = {}
        """Loop times at which the device was told that a timer is over."""

    async def run(self) -> None:
        """For ever."""
        line = self._satellite.line
        while True:
            if not line.connected.is_set():
                self._told, self._rung_s = {}, {}
                await line.connected.wait()
            if line.known is not None and line.known.times:
                self.look(asyncio.get_running_loop().time())
            await asyncio.sleep(LOOK_S)

    def look(self, now_s: float) -> None:
        """Compare, and tell the device what is new."""
        waiting = self._schedule.timers()[:MOST]
        here = {
            each.id: Shown(each.name, each.length_s, now_s + each.remaining_s, each.paused)
            for each in waiting
            if each.room == self._room and each.kind is Kind.TIMER
        }
        rings = {each.id: each for each in self._schedule.ringing() if each.kind is Kind.TIMER}
        for event, each, timer in changes(self._told, here, frozenset(rings)):
            if event is Event.VOICE_ASSISTANT_TIMER_FINISHED:
                self._rung_s[each] = now_s
            self._tell(event, each, timer, now_s)
        self._told = here
        self._follow_rings(now_s)

    def rings_there(self) -> bool:
        """Whether all that rings in the room is rung by the device itself."""
        rings = self._bell.rings
        return bool(rings) and all(ring.id in self._rung_s for ring in rings) and self._audible()

    def _audible(self) -> bool:
        now_s = asyncio.get_running_loop().time()
        latest_s = max(*self._rung_s.values(), self._satellite.switches.announced_s)
        return self._satellite.switches.announcing or now_s - latest_s < SILENT_S

    def _follow_rings(self, now_s: float) -> None:
        """One that rang and is silent now was stopped there."""
        rings = {ring.id: ring for ring in self._bell.rings}
        switches = self._satellite.switches
        for each, rung_s in tuple(self._rung_s.items()):
            rang = switches.announced_s > rung_s and not switches.announcing
            if each in rings and rang and now_s - switches.announced_s > SILENT_S:
                rings[each].over.set()
            if each not in rings and now_s - rung_s > SILENT_S:
                del self._rung_s[each]
                self._satellite.switches.stop()

    def _tell(self, event: Event, each: int, timer: Shown, now_s: float) -> None:
        left_s = 0 if event is Event.VOICE_ASSISTANT_TIMER_FINISHED else max(0, round(timer.due_s - now_s))
        self._satellite.line.tell(
            lambda client: client.send_voice_assistant_timer_event(
                event, str(each), timer.name or None, round(timer.length_s), left_s, not timer.paused
            )
        )
