"""The wake words of a room's own device: which it knows, which it listens for, and others from now on."""

from typing import Final

from assistant.errors import SettingsError
from assistant.hub_rooms import RoomsHub, asked_room
from assistant.upkeep import setup_file

AS_THE_DEVICE: Final = "default"


async def wake_words(hub: RoomsHub, room: str, chosen: str | None) -> str:
    """A line for people. `chosen`: ids with commas, or `default`; None changes nothing. SettingsError."""
    if not asked_room(hub, room).is_esphome:
        raise SettingsError(
            f"{room}: only a device with ESPHome is told its wake words from here; this box's are wake.words "
            "in the settings, those of a satellite of Hearth's own `assistant satellite --wake-word`"
        )
    device = (await hub.house()).esphome.get(room)
    if device is None or not device.line.connected.is_set():
        raise SettingsError(f"{room}: its device is not there; switch it on, then try again")
    words = device.heeding.wake_words
    if not words.known:
        raise SettingsError(f"{room}: its device does not tell which wake words it knows")
    if chosen is None:
        return f"{room}: listens for {_told(words.active)}; knows {_told(words.known)}"
    wanted = (
        () if chosen == AS_THE_DEVICE else tuple(filter(None, (each.strip() for each in chosen.split(","))))
    )
    _check(room, wanted, words.known, words.most)
    changes = {"rooms": {room: {"satellite_words": list(wanted) or None}}}
    await hub.change_settings(setup_file.changed(hub.settings_text(), changes, str(hub.settings_file())))
    return f"{room}: is to listen for {_told(wanted)}" if wanted else f"{room}: keeps the device's own choice"


def _check(room: str, wanted: tuple[str, ...], available: tuple[str, ...], most: int) -> None:
    for word in wanted:
        if word not in available:
            raise SettingsError(
                f'{room}: its device does not know "{word[:60]}"; it knows {_told(available)}'
            )
    if most and len(wanted) > most:
        raise SettingsError(f"{room}: its device listens for {most} at most")


def _told(words: tuple[str, ...]) -> str:
    return ", ".join(words) or "none"
