import asyncio
from importlib import resources
from pathlib import Path

import pytest

from assistant.devices.home import Fault, MemoryHome
from assistant.errors import SettingsError, ToolError
from assistant.messages import Device, DeviceState

LAMP = """
devices:
  - {name: lamp, area: attic, kind: light, can: [brightness]}
  - {name: gate, area: garden, kind: cover, secure: true}
  - {name: door, area: hall, kind: lock}
  - {name: warmth, area: attic, kind: sensor, state: "21.5", unit: degrees}
  - {name: Old  Radio, area: attic, kind: media_player, state: off, available: false}
"""


def home_of(tmp_path: Path, text: str = LAMP) -> MemoryHome:
    file = tmp_path / "home.yaml"
    file.write_text(text)
    return MemoryHome.from_yaml(file)


def test_a_home_from_its_file(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    assert [device.name for device in home.devices()] == ["lamp", "gate", "door", "warmth", "old radio"]
    lamp, gate, door, *_ = home.devices()
    assert lamp == Device("lamp", "attic", "light", (), frozenset({"brightness"}), False)
    assert (gate.secure, door.secure) == (True, True)
    assert home.state("door").value == "locked"
    assert home.state("gate").value == "closed"
    assert home.state("warmth") == DeviceState("21.5", attributes={"unit": "degrees"})
    assert home.state("old radio") == DeviceState("off", available=False)


def test_the_demo_home_loads_and_has_the_rooms_of_a_house() -> None:
    home = MemoryHome.from_yaml(Path(str(resources.files("assistant") / "devices" / "demo_home.yaml")))
    areas = {device.area for device in home.devices()}
    assert areas == {"kitchen", "living room", "bedroom", "hallway", "bathroom", "office", "garage"}
    assert sum(device.kind == "light" for device in home.devices()) == 8


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "devices:\n  - {name: lamp, kind: light}\n",
            r'home\.yaml:2: devices\[0\]: lacks the key "area"; add it',
        ),
        (
            "devices:\n  - {name: lamp, area: attic, kind: lite}\n",
            r"home\.yaml:2: devices\[0\]\.kind: must be .*light",
        ),
        (
            "devices:\n  - name: lamp\n    area: attic\n    kind: light\n    colour: red\n",
            r"home\.yaml:5: .*colour",
        ),
        (
            "devices:\n  - {name: fan, area: attic, kind: fan, can: [color]}\n",
            r'home\.yaml:2: .*a fan can not "color"; can takes: oscillation, speed',
        ),
        ("devices:\n  - {name: cold, area: attic, kind: sensor}\n", r"home\.yaml:2: .*needs a state"),
        (
            "devices:\n  - {name: lamp, area: a, kind: light}\n  - {name: Lamp, area: b, kind: light}\n",
            r'home\.yaml:1: .*both called "lamp"; rename one',
        ),
        (
            "devices:\n- {name: tv, area: a, kind: fan}\n- {name: x, area: a, kind: fan, aliases: [TV]}\n",
            r'"tv" and "x" are both called "tv"',
        ),
        ("devices: []\n", r"home\.yaml:1: devices: .*at least 1"),
        ("lamp: on\n", r"home\.yaml:1: .*lamp"),
        ("devices:\n  - {name: lamp\n", r"home\.yaml:\d: is not YAML"),
        ("", r"home\.yaml.*devices"),
    ],
)
def test_a_mistake_names_file_line_key_and_fix(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        home_of(tmp_path, text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.yaml: cannot be read"):
        MemoryHome.from_yaml(tmp_path / "nowhere.yaml")


async def test_devices_do_what_is_asked(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    await home.act("lamp", "set", {"brightness_percent": 30})
    assert home.state("lamp") == DeviceState("on", attributes={"brightness_percent": 30})
    await home.act("lamp", "off", {})
    assert home.state("lamp") == DeviceState("off")
    await home.act("gate", "on", {})
    assert home.state("gate").value == "open"
    await home.act("door", "off", {})
    assert home.state("door").value == "unlocked"


@pytest.mark.parametrize(("name", "action"), [("attic ghost", "on"), ("warmth", "on"), ("lamp", "explode")])
async def test_what_cannot_be_done_is_a_tool_error(tmp_path: Path, name: str, action: str) -> None:
    with pytest.raises(ToolError):
        await home_of(tmp_path).act(name, action, {})


async def test_what_is_away_cannot_be_asked(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    with pytest.raises(ToolError):
        await home.act("old radio", "on", {})
    home.fault("lamp", Fault.AWAY)
    with pytest.raises(ToolError):
        await home.act("lamp", "on", {})
    home.fault("lamp", None)
    await home.act("lamp", "on", {})
    assert home.state("lamp").value == "on"


async def test_settled_wakes_on_the_devices_own_report(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    waiting = asyncio.create_task(home.settled("lamp", lambda state: state.value == "on", 60))
    await asyncio.sleep(0)
    home.report("warmth", DeviceState("22"))
    await asyncio.sleep(0)
    assert not waiting.done()
    home.report("lamp", DeviceState("on"))
    assert (await waiting).value == "on"


async def test_settled_gives_up_at_its_limit(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    assert (await home.settled("lamp", lambda state: state.value == "on", 0)).value == "off"
    assert not home._reports


async def test_a_slow_cover_moves_until_it_is_finished(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    home.fault("gate", Fault.SLOW)
    await home.act("gate", "on", {})
    assert home.state("gate").value == "opening"
    home.finish("gate")
    assert home.state("gate").value == "open"
    home.finish("gate")
    assert home.state("gate").value == "open"
