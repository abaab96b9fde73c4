"""What is neither on nor off: positions, speeds, cleaning, playing, degrees. Asked, read back, told."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from assistant.messages import DeviceState, JsonValue, Turn
from assistant.ports import Home
from assistant.skills import home_words
from assistant.skills.home_acts import CONFIRM_S, Change, HomeActs, Percent, Targets, outcome
from assistant.skills.home_wishes import LIGHTS, do, wish
from assistant.skills.home_words import Fate, Report
from assistant.skills.skill import Outcome, Weight, Word, tool

OPENINGS: Final = frozenset({"cover", "valve"})
PLAYERS: Final = frozenset({"media_player"})
_FOR: Final = {
    "light_change": LIGHTS,
    "cover_set": OPENINGS,
    "cover_stop": OPENINGS,
    "fan_set": frozenset({"fan"}),
    "vacuum_control": frozenset({"vacuum"}),
    "media_control": PLAYERS,
    "media_set": PLAYERS,
    "climate_set": frozenset({"climate", "water_heater", "humidifier"}),
}
_CLEANS: Final = {
    "start": frozenset({"cleaning"}),
    "pause": frozenset({"paused"}),
    "stop": frozenset({"idle", "docked"}),
    "dock": frozenset({"returning", "docked"}),
}
_PLAYS: Final = {
    "play": frozenset({"playing"}),
    "pause": frozenset({"paused"}),
    "stop": frozenset({"idle", "off"}),
}


class HomeThings:
    """Covers, valves, fans, vacuums, players and thermostats, through any `ports.Home`."""

    def __init__(self, home: Home, *, confirm_s: float = CONFIRM_S) -> None:
        self._acts = HomeActs(home, confirm_s=confirm_s)

    async def weigh(self, tool: str, arguments: Mapping[str, Any], room: str) -> Weight | None:
        """Moving a garage door or a gate is a matter of security."""
        return Weight(3) if tool.startswith("cover_") and self._acts.secure(arguments) else None

    def playing(self, room: str) -> tuple[str, ...]:
        """The players that play in `room`; in a room the home does not know, all that play."""
        players = [device for device in self._acts.home.devices() if device.kind in PLAYERS]
        known = any(device.area == room for device in self._acts.home.devices())
        return tuple(
            device.name
            for device in players
            if (device.area == room or not known) and self._acts.home.state(device.name).value == "playing"
        )

    def offers(self, tool: str) -> bool:
        """A house without vacuum cleaners has no use for their tool."""
        return not _FOR[tool].isdisjoint(device.kind for device in self._acts.home.devices())

    @tool(writes=True, risk=1)
    async def light_change(
        self,
        turn: Turn,
        targets: Targets,
        brightness_change: Change | None = None,
        temperature_kelvin: Annotated[int, Field(ge=1000, le=10000)] | None = None,
    ) -> Outcome:
        """Make lights brighter or darker by a step, or choose their white."""
        wanted = _given(temperature_kelvin=temperature_kelvin)
        return await wish(self._acts, targets, LIGHTS, wanted, ("brightness_percent", brightness_change))

    @tool(writes=True, risk=1)
    async def cover_set(
        self,
        turn: Turn,
        targets: Targets,
        position_percent: Percent | None = None,
        position_change: Change | None = None,
    ) -> Outcome:
        """Move covers or valves to a position (0 closed, 100 open), or by a change of it."""
        wanted = _given(position_percent=position_percent)
        return await wish(self._acts, targets, OPENINGS, wanted, ("position_percent", position_change))

    @tool(writes=True, risk=1)
    async def cover_stop(self, turn: Turn, targets: Targets) -> Outcome:
        """Stop covers that move."""

        def still(state: DeviceState) -> bool:
            return state.value not in ("opening", "closing")

        async def stop(seen: Report) -> Report:
            return (
                seen.now(Fate.ALREADY) if still(seen.state) else await self._acts.act(seen, "stop", {}, still)
            )

        return outcome(await self._acts.each(targets, stop, OPENINGS), home_words.power)

    @tool(writes=True, risk=1)
    async def fan_set(
        self,
        turn: Turn,
        targets: Targets,
        speed_percent: Percent | None = None,
        speed_change: Change | None = None,
        oscillating: bool | None = None,
    ) -> Outcome:
        """Set fans to a speed, by a change of it, or let them oscillate."""
        wanted = _given(speed_percent=speed_percent, oscillating=oscillating)
        return await wish(self._acts, targets, _FOR["fan_set"], wanted, ("speed_percent", speed_change))

    @tool(writes=True, risk=1)
    async def vacuum_control(
        self, turn: Turn, targets: Targets, action: Literal["start", "pause", "stop", "dock", "locate"]
    ) -> Outcome:
        """Let vacuum cleaners clean, pause, stop, go to their dock, or say where they are."""
        return await do(self._acts, targets, _FOR["vacuum_control"], action, _CLEANS.get(action))

    @tool(writes=True, risk=1)
    async def media_control(
        self,
        turn: Turn,
        targets: Targets,
        action: Literal["play", "pause", "stop", "next", "previous", "mute", "unmute"],
    ) -> Outcome:
        """Play, pause, stop, skip or mute on media players."""
        if action in ("pause", "stop", "next", "previous") and len(targets) > 1:
            targets = _that_play(self._acts, targets) or targets
        if action in ("mute", "unmute"):
            return await wish(self._acts, targets, PLAYERS, {"muted": action == "mute"})
        return await do(self._acts, targets, PLAYERS, action, _PLAYS.get(action))

    @tool(writes=True, risk=1)
    async def media_set(
        self,
        turn: Turn,
        targets: Targets,
        volume_percent: Percent | None = None,
        volume_change: Change | None = None,
        source: Word | None = None,
    ) -> Outcome:
        """Set the volume of media players, change it, or choose their source."""
        wanted = _given(volume_percent=volume_percent, source=source)
        return await wish(self._acts, targets, PLAYERS, wanted, ("volume_percent", volume_change))

    @tool(writes=True, risk=1)
    async def climate_set(
        self,
        turn: Turn,
        targets: Targets,
        temperature: Annotated[float, Field(ge=5, le=180)] | None = None,
        temperature_change: Annotated[int, Field(ge=-20, le=20)] | None = None,
        mode: Literal["off", "heat", "cool", "heat_cool", "auto", "dry", "fan_only"] | None = None,
        preset: Literal["eco", "away", "boost", "sleep", "comfort"] | None = None,
        humidity_percent: Percent | None = None,
    ) -> Outcome:
        """Set thermostats: temperature, a change of it, mode or preset; humidifiers: humidity."""
        wanted = _given(temperature=temperature, mode=mode, preset=preset, humidity_percent=humidity_percent)
        return await wish(
            self._acts, targets, _FOR["climate_set"], wanted, ("temperature", temperature_change)
        )


def _that_play(acts: HomeActs, targets: Sequence[str]) -> list[str]:
    """Of several players those that play; only they are meant by "pause the music"."""
    return [seen.name for seen in acts.look(targets) if seen.state.value == "playing"]


def _given(**wishes: JsonValue) -> dict[str, JsonValue]:
    return {name: value for name, value in wishes.items() if value is not None}
