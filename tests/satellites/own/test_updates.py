"""A satellite and a release on trial: its own check, when it may be started anew, and that it says so."""

import asyncio
from pathlib import Path

import pytest

from assistant import control
from assistant.control import RESTART
from assistant.devices.sound_file import write_recording
from assistant.errors import AssistantError
from assistant.paired.keys import identity
from assistant.satellites.own import check, start
from assistant.satellites.own.folder import PairedHub, SatelliteFolder
from assistant.satellites.own.timers import CopiedTimers
from assistant.tasks import ended
from assistant.upkeep.update_check import recorded

DUE_MS = 300_000


@pytest.fixture
def paired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "RUNTIME", "CONFIG"):
        monkeypatch.setenv(f"HEARTH_{name}", str(tmp_path / name.lower()))
    hub = identity(tmp_path / "hub.pem")
    SatelliteFolder().keep(PairedHub("127.0.0.1", 9, "kitchen", hub.certificate))
    return tmp_path


def test_a_release_that_still_wakes_may_take_over(paired: Path) -> None:
    told: list[str] = []
    check.self_check(recorded(), told.append)
    assert told == ["it is the satellite of the room kitchen", "a spoken wake word woke it"]


def test_a_release_that_hears_no_wake_word_may_not(paired: Path) -> None:
    with pytest.raises(AssistantError, match="did not wake"):
        check.self_check(bytes(64_000), lambda line: None)


def test_a_board_that_is_not_paired_any_more_takes_no_release(paired: Path) -> None:
    (paired / "data/satellite/hub.json").unlink()
    with pytest.raises(AssistantError, match="not paired"):
        check.self_check(recorded(), lambda line: None)


def test_a_copied_timer_that_is_near_is_known() -> None:
    timers = CopiedTimers(lambda: 100.0)
    timers.told([{"id": 1, "left_ms": DUE_MS}])
    assert timers.due_within(DUE_MS / 1000 + 1)
    assert not timers.due_within(DUE_MS / 1000 - 1)


async def asked(what: str) -> dict[str, object]:
    told: dict[str, object] = {}
    async for answer in control.request({"do": what}, control.satellite_path()):
        told |= answer
    return told


async def test_a_satellite_at_rest_is_started_anew_and_meanwhile_stands_its_trial(paired: Path) -> None:
    write_recording(paired / "mic.wav", bytes(32_000), 16_000)
    asking = start.Starting(str(paired / "mic.wav"), str(paired / "out.pcm"))
    beside = asyncio.Event()

    async def stood() -> None:
        beside.set()

    running = asyncio.create_task(start.run(asking, lambda line: None, stood()))
    try:
        async with asyncio.timeout(20):
            while not control.satellite_path().exists():  # noqa: ASYNC110 - a file of another task
                await asyncio.sleep(0.01)
            idle = (await asked("idle"))["idle"]
            assert isinstance(idle, dict)
            assert idle["why_not"] is None
            assert beside.is_set()
            await asked("restart")
            assert await running == RESTART
    finally:
        await ended(running)


async def test_what_nobody_knows_is_refused(paired: Path) -> None:
    write_recording(paired / "mic.wav", bytes(32_000), 16_000)
    asking = start.Starting(str(paired / "mic.wav"), str(paired / "out.pcm"))
    running = asyncio.create_task(start.run(asking, lambda line: None))
    async with asyncio.timeout(20):
        while not control.satellite_path().exists():  # noqa: ASYNC110 - a file of another task
            await asyncio.sleep(0.01)
        assert "does not know" in str((await asked("fly"))["error"])
    await ended(running)
