"""What people call a part of the house."""

from assistant.devices.home import MemoryHome
from assistant.house.places import Places
from assistant.messages import Area
from assistant.settings import RoomSettings

ROOMS = {
    "kitchen": RoomSettings(aliases=("galley",), floor="Downstairs"),
    "bedroom": RoomSettings(floor="upstairs"),
    "bath": RoomSettings(floor="upstairs"),
    "den": RoomSettings(),
}


class Home(MemoryHome):
    def areas(self) -> list[Area]:
        return [Area("study", ("den",), ("first floor", "upstairs")), Area("cellar")]


PLACES = Places(ROOMS, Home({}))


def test_a_room_is_called_by_its_name_its_aliases_and_those_of_its_area() -> None:
    assert PLACES.called("kitchen") == PLACES.called("the Galley") == ["kitchen"]
    assert PLACES.called("study") == PLACES.called("den") == ["den"]
    assert PLACES.called("cellar") == PLACES.called("moon") == []


def test_a_floor_is_all_its_rooms_whether_the_settings_or_the_home_say_so() -> None:
    assert PLACES.called("upstairs") == ["bedroom", "bath", "den"]
    assert PLACES.called("downstairs") == ["kitchen"]
    assert PLACES.called("first floor") == ["den"]


def test_the_nearest_is_the_room_itself_then_its_floor_then_any() -> None:
    assert PLACES.nearest("bath", ["kitchen", "bath"]) == ["bath"]
    assert PLACES.nearest("bath", ["kitchen", "bedroom", "den"]) == ["bedroom", "den"]
    assert PLACES.nearest("kitchen", ["bath", "den"]) == ["bath", "den"]
    assert PLACES.nearest("nowhere", ["bath"]) == ["bath"]
