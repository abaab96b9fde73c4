"""A change is refused for a device it names that is not here; what was missed before is waited for."""

import pytest

from assistant.errors import AudioError
from assistant.settings import RoomSettings, Settings
from assistant.upkeep.sound_devices import check_named

NOWHERE = "no device is called this 7461"


def one(room: str = "den", **more: object) -> Settings:
    return Settings(rooms={room: RoomSettings.model_validate(more)})


def test_a_change_that_names_an_absent_device_is_refused_by_room_and_name() -> None:
    with pytest.raises(AudioError, match=f"den: .*{NOWHERE}"):
        check_named(one(), one(microphone=NOWHERE))
    with pytest.raises(AudioError, match=f"den: .*{NOWHERE}"):
        check_named(one(microphone=NOWHERE), one(microphone=NOWHERE, speaker=NOWHERE))
    with pytest.raises(AudioError, match=f"attic: .*{NOWHERE}"):
        check_named(one(), one("attic", speaker=NOWHERE))


def test_a_change_of_other_things_goes_through_whatever_is_plugged_in() -> None:
    check_named(one(), one(volume_percent=20))
    check_named(one(microphone=NOWHERE), one(microphone=NOWHERE, volume_percent=20))
    check_named(one(microphone=NOWHERE), one())
    check_named(one(), one(satellite="192.168.1.20:10700"))
