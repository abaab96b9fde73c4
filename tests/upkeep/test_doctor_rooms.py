"""The doctor on what lies elsewhere: satellites as the hub knows them, and engines on other boxes."""

import socket
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from assistant import control
from assistant.settings import Ears, RoomSettings, Settings, Wake, WideEar
from assistant.upkeep import doctor_rooms
from assistant.upkeep.findings import Finding

THERE = {"kind": "own", "there": True, "paired": True, "faults": 0, "told": "there at 192.168.1.31"}
KITCHEN = Settings(rooms={"kitchen": RoomSettings(satellite="paired"), "den": RoomSettings()})


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTH_RUNTIME", str(tmp_path / "run"))
    (tmp_path / "run").mkdir()


async def found(settings: Settings) -> dict[str, Finding]:
    return {each.check: each async for each in doctor_rooms.satellites(settings)}


async def told_by_a_hub(settings: Settings, states: dict[str, Any]) -> dict[str, Finding]:
    """What the doctor finds while a hub tells these states."""

    async def handle(request: control.Line) -> AsyncGenerator[control.Line, None]:
        assert request == {"do": "rooms", "what": "states"}
        for room, state in states.items():
            yield {"room": room, "state": state}
        yield {"end": 0}

    async with control.serving(handle):
        return await found(settings)


async def test_a_satellite_that_is_there_is_told_with_clock_and_words() -> None:
    state = {**THERE, "clock_off_s": 0.4, "words": ["hey_jarvis"]}
    lines = await told_by_a_hub(KITCHEN, {"kitchen": state})
    assert {check: each.good for check, each in lines.items()} == {
        "kitchen: satellite": True,
        "kitchen: clock": True,
        "kitchen: wake word": True,
    }


@pytest.mark.parametrize(
    ("more", "check", "told", "fix"),
    [
        ({"paired": False}, "satellite", "no satellite is paired yet", "assistant rooms pair kitchen"),
        (
            {"there": False, "told": "not there"},
            "satellite",
            "not there",
            "switch it on; there: assistant satellite status",
        ),
        ({"faults": 3}, "satellite", "3 times what it sent made no sense", "assistant rooms test kitchen"),
        ({"clock_off_s": -3600.0}, "clock", "3,600 s behind", "sudo timedatectl set-ntp true"),
        ({"words": ["alexa"]}, "wake word", "not for hey jarvis", "--wake-word hey_jarvis"),
    ],
)
async def test_what_is_wrong_with_one_names_what_mends_it(
    more: dict[str, Any], check: str, told: str, fix: str
) -> None:
    lines = await told_by_a_hub(KITCHEN, {"kitchen": {**THERE, **more}})
    line = lines[f"kitchen: {check}"]
    assert line.good is False
    assert told in line.told
    assert fix in line.fix


async def test_without_a_hub_nobody_is_blamed_for_a_paired_one() -> None:
    assert {each.good for each in (await found(KITCHEN)).values()} == {None}


async def test_without_a_hub_those_with_an_address_are_asked() -> None:
    rooms = {
        "bedroom": RoomSettings(satellite="127.0.0.1:1"),
        "study": RoomSettings(satellite="esphome://127.0.0.1:1"),
    }
    lines = await found(Settings(rooms=rooms))
    assert [each.good for each in lines.values()] == [False, False]
    assert "assistant rooms add bedroom ADDRESS" in lines["bedroom: satellite"].fix
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        there = Settings(rooms={"study": RoomSettings(satellite=f"esphome://127.0.0.1:{port}")})
        assert (await found(there))["study: satellite"].good


def test_an_engine_elsewhere_that_is_gone_names_its_key() -> None:
    ears = Ears(wide=WideEar(engine="wyoming", address="127.0.0.1:1"))
    (line,) = doctor_rooms.engines_elsewhere(Settings(ears=ears, wake=Wake()))
    assert line.check == "ears.wide on 127.0.0.1:1"
    assert line.good is False
    assert "ears.wide in the settings" in line.fix
