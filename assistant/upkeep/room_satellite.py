"""A satellite that has an address → a room of the owner's file: what it is, its key, whether it answers."""

import re
from pathlib import Path
from typing import Any, Final

from assistant.errors import AssistantError, SettingsError
from assistant.settings_elsewhere import ESPHOME
from assistant.upkeep import setup_file
from assistant.upkeep.on_disk import write_whole
from assistant.upkeep.room_file import RoomFile
from assistant.wyoming_call import describe

WYOMING_PORT: Final = 10_700
WAIT_S: Final = 3.0
_PLACE: Final = re.compile(r"(esphome://)?([A-Za-z0-9.-]{1,253})(:[0-9]{1,5})?")


def place_of(said: str) -> str:
    """`HOST[:PORT]` of a Wyoming satellite, `esphome://HOST[:PORT]` of an ESPHome device. SettingsError."""
    place = said.strip().removeprefix("tcp://").rstrip("/")
    found = _PLACE.fullmatch(place)
    if found is None or (found[3] is not None and not 0 < int(found[3][1:]) < 65536):
        raise SettingsError(
            f'"{said.strip()[:60]}" is no address: write 192.168.1.20:10700 for a Wyoming satellite, '
            "or esphome://kitchen.local for a device with ESPHome"
        )
    return place


def keep_key(folder: Path, room: str, place: str, key: str) -> str:
    """The device's key in a file of its own, beside the settings; its name. SettingsError."""
    if not place.startswith(ESPHOME):
        raise SettingsError("a key belongs to a device with ESPHome (esphome://HOST); Wyoming has none")
    name = f"esphome-{re.sub(r'[^a-z0-9]+', '-', room)}.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / name, f"{key}\n".encode())
    except OSError as error:
        raise SettingsError(f"{folder / name}: cannot be written ({error.strerror})") from error
    return name


def asked(place: str, key: str | None = None) -> str:
    """What answers there, in words. SettingsError where nobody does. Blocks for seconds."""
    if place.startswith(ESPHOME):
        from assistant.devices.esphome import asking  # the library is large

        return asking.asked(place, key)
    address = place if ":" in place else f"{place}:{WYOMING_PORT}"
    try:
        info, _ = describe(address, connect_s=WAIT_S, patience_s=WAIT_S)
    except AssistantError as error:
        told = str(error)
        more = "" if "Fix:" in told else "; is the satellite on, and is that its address?"
        raise SettingsError(f"{told.rstrip('.')}{more}") from error
    if not info.data.get("satellite"):
        raise SettingsError(f"{address} speaks Wyoming, but is no satellite; name the satellite itself")
    return f"the Wyoming satellite at {address}, for nothing that lasts (it has no login)"


async def found() -> list[str]:
    """Addresses of ESPHome devices that announce themselves at home, as `place_of` takes them."""
    from assistant.devices.esphome import asking

    return await asking.found() or ["no device with ESPHome announces itself; name its address yourself"]


def adopted(file: RoomFile, room: str, place: str, key_file: str | None = None) -> str:
    """The settings with the satellite as the room's microphone and speaker; a new room is added."""
    text = file.text if room in file.rooms else file.added(room)
    changes: dict[str, Any] = {"satellite": place, "satellite_key_file": key_file}
    if not place.startswith(ESPHOME):
        changes["satellite_words"] = None
    return setup_file.changed(text, {"rooms": {room: changes}}, file.name)
