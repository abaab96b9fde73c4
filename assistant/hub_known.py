"""What is known of the rooms' satellites: for `assistant rooms list`, the page, the doctor."""

from dataclasses import asdict

from assistant.house.satellite_state import SatelliteState, state_of
from assistant.hub_rooms import HubRooms, RoomsHub
from assistant.messages import JsonValue
from assistant.paired.keys import fingerprint
from assistant.settings_rooms import PAIRED, RoomSettings


class KnownRooms:
    """Asked again each time: nothing is kept here."""

    def __init__(self, hub: RoomsHub, rooms: HubRooms) -> None:
        self._hub = hub
        self._rooms = rooms

    def state(self, name: str) -> SatelliteState | None:
        """Of a room's satellite; None: it has none."""
        room = self._hub.settings().rooms.get(name, RoomSettings())
        return state_of(name, room, self._hub.house_now, self._hub.lines)

    def key(self, name: str) -> str:
        """The fingerprint of the satellite paired with a room; empty: none is."""
        if self._hub.settings().rooms[name].satellite != PAIRED:
            return ""
        found = self._rooms.entrance.known.rooms.get(name)
        return "" if found is None else fingerprint(found)

    def lines(self) -> list[str]:
        """A line a room, and one an address that was not let in, for `assistant rooms list`."""
        rooms = [f"{name}: {self._told(name)}" for name in self._hub.settings().rooms]
        return [*rooms, *(f"not let in: {line}" for line in self.refused())]

    def refused(self) -> tuple[str, ...]:
        """Who was not let in as a satellite since the hub began, a line each."""
        return self._rooms.refused()

    def states(self) -> dict[str, JsonValue]:
        """Of every room with a satellite, for programs."""
        found: dict[str, JsonValue] = {}
        for name in self._hub.settings().rooms:
            if (state := self.state(name)) is not None:
                plain = {key: value for key, value in asdict(state).items() if key != "words"}
                paired = state.kind != "own" or bool(self.key(name))
                found[name] = {**plain, "words": list(state.words), "told": state.told(), "paired": paired}
        return found

    def _told(self, name: str) -> str:
        room, state = self._hub.settings().rooms[name], self.state(name)
        if state is None:
            return "microphone and loudspeaker of this box"
        if state.kind != "own":
            sort = "the Wyoming satellite" if state.kind == "wyoming" else "the ESPHome device"
            return f"{sort} at {room.satellite}; {state.told()}"
        if not (key := self.key(name)):
            return f"no satellite is paired yet: assistant rooms pair {name}"
        return f"its satellite (key {key}) is {state.told()}"
