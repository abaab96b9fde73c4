"""Task suites: what a fixture's entities are in our home, and how their states are told back."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.devices.task_states import Fixtures, Wanted
from assistant.devices.task_suite import ROOMLESS, SuiteHome, suites

FIXTURES = Fixtures.model_validate(
    {
        "areas": [
            {"name": "Wash House", "id": "wash"},
            {"name": "Attic", "id": "attic", "floor": "Upstairs"},
        ],
        "devices": [
            {"name": "Gate Hub", "id": "hub", "area": "wash"},
            {"name": "Bulb", "id": "bulb", "area": "attic", "info": {"model": "any"}},
        ],
        "entities": [
            {
                "name": "Gate Hub",
                "id": "binary_sensor.hub",
                "device": "hub",
                "state": False,
                "attributes": {"device_class": "binary_sensor.BinarySensorDeviceClass.DOOR"},
            },
            {"name": "Gate Hub", "id": "cover.hub", "device": "hub", "attributes": {"device_class": "gate"}},
            {
                "name": "Bulb",
                "id": "light.bulb",
                "device": "bulb",
                "attributes": {"supported_color_modes": ["brightness"], "brightness": 51},
            },
            {"id": "fan.bulb", "device": "bulb", "state": True, "attributes": {"supported_features": []}},
            {"name": "Tune", "id": "media_player.tune", "area": "attic", "attributes": {"volume_level": 0.9}},
            {"name": "Bolt", "id": "lock.bolt", "area": "wash", "state": False},
        ],
    }
)


def test_entities_are_devices_with_their_own_names() -> None:
    home = SuiteHome(FIXTURES)
    found = {device.name: device for device in home.home.devices()}
    assert set(found) == {"gate hub", "wash house gate hub", "bulb", "attic bulb", "tune", "bolt"}
    assert (found["gate hub"].kind, found["gate hub"].secure, found["gate hub"].area) == (
        "cover",
        True,
        "wash house",
    )
    assert (found["wash house gate hub"].kind, found["wash house gate hub"].aliases) == (
        "sensor",
        ("gate hub",),
    )
    assert found["attic bulb"].kind == "fan"
    assert found["attic bulb"].can == frozenset()
    assert found["bulb"].can == {"brightness"}
    assert found["bolt"].secure


def test_states_come_back_as_the_suite_writes_them() -> None:
    states = SuiteHome(FIXTURES, {"cover.hub": Wanted(state="open")}).states()
    assert states["cover.hub"].state == "open"
    assert states["light.bulb"] == Wanted(
        state="on", attributes={"brightness": 51, "color_mode": "brightness", "rgb_color": None}
    )
    assert (states["fan.bulb"].state, states["lock.bolt"].state) == ("on", "unlocked")
    assert states["media_player.tune"].attributes == {"volume_level": None}


def test_a_light_that_is_off_reports_nothing() -> None:
    off = SuiteHome(FIXTURES, {"light.bulb": Wanted(state="off")}).states()["light.bulb"]
    assert off == Wanted(state="off", attributes={"brightness": None, "color_mode": None, "rgb_color": None})


def test_the_room_is_where_the_device_stands() -> None:
    home = SuiteHome(FIXTURES)
    assert home.room("hub") == "wash house"
    assert home.room("Bulb") == "attic"
    assert home.room("media_player.tune") == "attic"
    assert home.room(None) == ROOMLESS


def test_areas_keep_their_floor() -> None:
    assert [(area.name, area.floor) for area in SuiteHome(FIXTURES).areas()] == [
        ("wash house", None),
        ("attic", "Upstairs"),
    ]


def test_a_folder_without_fixtures_is_no_suite(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "tasks.yaml").write_text("tests: [{sentences: [hello]}]\n", encoding="utf-8")
    assert list(suites(tmp_path)) == []


def test_a_suite_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "_fixtures.yaml").write_text("areas: [{name: Hall, id: hall}]\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("category: x\ntests: [{sentences: [two]}]\n", encoding="utf-8")
    (tmp_path / "a.yaml").write_text(
        "tests:\n- sentences: [one]\n  expect_changes: {lock.a: {state: locked}}\n"
        "  ignore_changes: {lock.a: [x]}\n",
        encoding="utf-8",
    )
    (found,) = suites(tmp_path)
    assert [task.sentences for task in found.tasks] == [("one",), ("two",)]
    assert found.tasks[0].expect_changes == {"lock.a": Wanted(state="locked")}
    assert found.tasks[0].ignore_changes == {"lock.a": ("x",)}


def test_a_task_without_sentences_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "_fixtures.yaml").write_text("areas: []\n", encoding="utf-8")
    (tmp_path / "a.yaml").write_text("tests: [{expect_changes: {}}]\n", encoding="utf-8")
    with pytest.raises(ValidationError, match="sentences"):
        list(suites(tmp_path))
