"""The ESPHome devices of a house: one for each room that has one, and the door where they fetch sound."""

from contextlib import ExitStack

from assistant.devices.esphome.door import MediaDoor
from assistant.devices.esphome.key_file import read_key
from assistant.devices.esphome.satellite import EsphomeSatellite
from assistant.devices.kept import Report
from assistant.house.esphome_room import DeviceGuide, DeviceMouth
from assistant.house.esphome_timers import DeviceTimers
from assistant.house.room import Room
from assistant.journal import Journal
from assistant.memory.schedule import Schedule
from assistant.settings import RoomSettings


class EsphomeRooms:
    """Opened with the house, closed with it."""

    def __init__(self, journal: Journal, port: int) -> None:
        """`port`: where devices fetch sound."""
        self.devices: dict[str, EsphomeSatellite] = {}
        """By room."""
        self._journal = journal
        self._door = MediaDoor(port)
        self._reading = ExitStack()

    def device(self, name: str, settings: RoomSettings, report: Report) -> EsphomeSatellite:
        """The device of a room. SettingsError: its key is not there."""
        assert settings.satellite is not None
        file = settings.satellite_key_file
        key = None if file is None else read_key(file)
        words = settings.satellite_words
        device = EsphomeSatellite(settings.satellite, key, self._door, wake_words=words, report=report)
        self.devices[name] = device
        return device

    def join(self, room: Room, mouth: DeviceMouth, schedule: Schedule | None) -> None:
        """Tell the device of a room what goes on there."""
        device = self.devices[room.name]
        guide = DeviceGuide(device, room)
        self._reading.enter_context(self._journal.reading(guide.follow))
        mouth.chimes_there = guide.chime
        if schedule is not None:
            timers = DeviceTimers(device, room.name, room.bell, schedule)
            mouth.rings_there = timers.rings_there
            device.beside = timers.run

    def close(self) -> None:
        """Shut the door; the devices themselves are closed by their rooms."""
        self._reading.close()
        self._door.close()
