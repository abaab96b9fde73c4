"""What lies elsewhere: the satellites of rooms, and engines on other boxes. Each asked, each with its fix."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Final

from assistant import control
from assistant.errors import AssistantError
from assistant.settings import PAIRED, RoomSettings, Settings
from assistant.settings_elsewhere import ESPHOME
from assistant.upkeep import room_satellite
from assistant.upkeep.elsewhere import remotes
from assistant.upkeep.findings import Finding

MOST_OFF_S: Final = 5.0
"""A clock further off than that rings late."""
SLOW_MS: Final = 1000.0
ESPHOME_PORT: Final = 6053
NO_HUB: Final = "no hub runs, so nobody can come to it"


def engines_elsewhere(settings: Settings) -> Iterator[Finding]:
    """Whether they answer, and how quickly."""
    for each in remotes(settings):
        check = f"{each.key} on {each.address}"
        if each.answered_ms is None:
            fix = f"switch it on, or name another one ({each.key} in the settings): assistant config apply"
            yield Finding(check, False, each.told, fix)
        elif each.answered_ms > SLOW_MS:
            fix = "give that box, or the network to it, less to do: assistant engines times it"
            yield Finding(check, False, f"{each.told}, but it takes {each.answered_ms:.0f} ms", fix)
        else:
            yield Finding(check, True, f"{each.told}, answers in {each.answered_ms:.0f} ms")


async def satellites(settings: Settings) -> AsyncGenerator[Finding, None]:
    """Every room that has one: as the hub knows it, or, without a hub, whether it can be reached."""
    rooms = {name: room for name, room in settings.rooms.items() if room.satellite is not None}
    if not rooms:
        return
    known, refused = await _known()
    for line in refused:
        fix = "if it is none of yours, look for it by its address; if it is: assistant rooms pair ROOM"
        yield Finding("satellites' door", None, f"{line}; {fix}")
    for name, room in rooms.items():
        if known is None or name not in known:
            yield await asyncio.to_thread(_reached, name, room)
            continue
        for found in _of(name, known[name], settings):
            yield found


async def _known() -> tuple[Mapping[str, Mapping[str, Any]] | None, Sequence[str]]:
    """Room → what the running hub knows of its satellite, and whom it did not let in; None: no hub runs."""
    refused: list[str] = []
    found: dict[str, Mapping[str, Any]] = {}
    try:
        async with aclosing(control.request({"do": "rooms", "what": "states"})) as answers:
            async for answer in answers:
                state = answer.get("state")
                if isinstance(state, Mapping):
                    found[str(answer["room"])] = state
                lines = answer.get("refused")
                refused += [str(line) for line in lines] if isinstance(lines, list) else []
    except AssistantError:
        return None, ()
    return found, refused


def _reached(name: str, room: RoomSettings) -> Finding:
    """Without a hub: those with an address are asked, a paired one would have to come to the hub."""
    check, place = f"{name}: satellite", room.satellite or ""
    if place == PAIRED:
        return Finding(check, None, f"{NO_HUB}; look again while it runs: assistant run")
    fix = f"switch it on; if its address is another one now: assistant rooms add {name} ADDRESS"
    try:
        if place.startswith(ESPHOME):
            return Finding(check, True, _connected(place.removeprefix(ESPHOME)))
        return Finding(check, True, room_satellite.asked(place))
    except AssistantError as error:
        return Finding(check, False, str(error), fix)
    except OSError as error:
        return Finding(check, False, f"it does not answer at {place} ({error.strerror or error})", fix)


def _connected(place: str) -> str:
    host, _, port = place.partition(":")
    with socket.create_connection((host, int(port or ESPHOME_PORT)), room_satellite.WAIT_S):
        return f"the ESPHome device at {place} answers"


def _of(name: str, state: Mapping[str, Any], settings: Settings) -> Iterator[Finding]:
    """What the hub knows of one, as lines of a doctor."""
    check, told = f"{name}: satellite", str(state.get("told", ""))
    if not state.get("paired", True):
        yield Finding(check, False, "no satellite is paired yet", f"assistant rooms pair {name}")
        return
    if not state.get("there"):
        own = "switch it on; there: assistant satellite status"
        other = f"switch it on; if its address is another one now: assistant rooms add {name} ADDRESS"
        yield Finding(check, False, told, own if state.get("kind") == "own" else other)
        return
    if faults := state.get("faults"):
        fix = f"assistant rooms test {name}; if it goes on, update what runs on it"
        yield Finding(check, False, f"it is there, but {faults} times what it sent made no sense", fix)
    else:
        yield Finding(check, True, told)
    off_s = state.get("clock_off_s")
    if isinstance(off_s, int | float):
        well = abs(off_s) <= MOST_OFF_S
        ahead = "ahead" if off_s > 0 else "behind"
        words = "as this box's" if well else f"{abs(off_s):,.0f} s {ahead}"
        yield Finding(f"{name}: clock", well, words, "on the satellite: sudo timedatectl set-ntp true")
    yield from _wake_words(name, state, settings)


def _wake_words(name: str, state: Mapping[str, Any], settings: Settings) -> Iterator[Finding]:
    """Those its own models hear, against those of the house."""
    there = [str(word) for word in state.get("words") or ()]
    wanted = settings.wake.words
    if not there or not settings.wake.enabled:
        return
    missing = [word for word in wanted if word not in there]
    shown = ", ".join(word.replace("_", " ") for word in there)
    words = " ".join(f"--wake-word {word}" for word in wanted)
    told = f"it listens for {shown}"
    fix = f"on the satellite: assistant satellite {words}"
    lacks = ", ".join(word.replace("_", " ") for word in missing)
    yield Finding(f"{name}: wake word", not missing, f"{told}, not for {lacks}" if missing else told, fix)
