"""Media players make way while somebody speaks, come back exactly as they were, and nobody else notices."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from assistant.devices.home import Fault, MemoryHome
from assistant.house.ducking import DuckedHome, Players
from assistant.journal import Journal
from assistant.messages import Device, DeviceState, JsonValue

RADIO = Device("radio", "kitchen", "media_player", can=frozenset({"volume"}))
OTHER = Device("stereo", "living room", "media_player", can=frozenset({"volume"}))
PLAIN = Device("old radio", "kitchen", "media_player")
LAMP = Device("lamp", "kitchen", "light")


def playing(volume: int | None = None) -> DeviceState:
    return DeviceState("playing", attributes={"track": 3} if volume is None else {"volume_percent": volume})


class Bench:
    """A home, its players, and what was asked of them."""

    def __init__(self) -> None:
        self.real = MemoryHome(
            {RADIO: playing(50), OTHER: playing(40), PLAIN: DeviceState("off"), LAMP: DeviceState("on")}
        )
        self.players = Players(self.real, Journal(lambda: 0.0))
        self.home = DuckedHome(self.real, self.players)

    async def speech(self, *, on: bool, room: str = "kitchen", cause: str = "speech") -> None:
        self.players.hold(room, cause, on=on)
        for _ in range(20):
            await asyncio.sleep(0)

    def volume(self, name: str = "radio") -> JsonValue:
        return self.real.state(name).attributes["volume_percent"]


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_only_the_rooms_own_player_is_softened_and_restored_exactly(bench: Bench) -> None:
    before = bench.real.state("radio")
    await bench.speech(on=True)
    assert (bench.volume(), bench.volume("stereo")) == (10, 40)
    await bench.speech(on=False)
    assert bench.real.state("radio") == before


async def test_what_plays_in_a_room_is_known_until_it_makes_way(bench: Bench) -> None:
    assert bench.players.sounding("kitchen")
    assert not bench.players.sounding("bath")
    await bench.speech(on=True)
    assert not bench.players.sounding("kitchen"), "a command is heard as ever"
    assert bench.players.sounding("living room")
    await bench.speech(on=False)
    assert bench.players.sounding("kitchen")


async def test_a_player_that_stopped_is_no_reason_to_be_wary(bench: Bench) -> None:
    bench.real.report("radio", DeviceState("paused"))
    assert not bench.players.sounding("kitchen")


async def test_one_without_a_volume_pauses_and_plays_on(bench: Bench) -> None:
    bench.real.report("old radio", playing())
    await bench.speech(on=True)
    assert bench.real.state("old radio").value == "paused"
    assert bench.home.state("old radio").value == "playing"
    await bench.speech(on=False)
    assert bench.real.state("old radio") == playing()


async def test_it_stays_soft_until_the_last_cause_is_over(bench: Bench) -> None:
    await bench.speech(on=True)
    await bench.speech(on=True, cause="ring")
    await bench.speech(on=False)
    assert bench.volume() == 10
    await bench.speech(on=False, cause="ring")
    assert bench.volume() == 50


@pytest.mark.parametrize("state", [playing(70), DeviceState("off"), DeviceState("idle")])
async def test_what_somebody_changed_by_hand_stays(bench: Bench, state: DeviceState) -> None:
    await bench.speech(on=True)
    bench.real.report("radio", state)
    await bench.speech(on=False)
    assert bench.real.state("radio") == state


async def test_one_paused_by_hand_has_its_volume_back_but_does_not_play(bench: Bench) -> None:
    await bench.speech(on=True)
    bench.real.report("radio", DeviceState("paused", attributes={"volume_percent": 10}))
    await bench.speech(on=False)
    assert bench.real.state("radio") == DeviceState("paused", attributes={"volume_percent": 50})


@pytest.mark.parametrize(
    ("action", "wishes", "left"),
    [
        ("set", {"volume_percent": 45}, DeviceState("playing", attributes={"volume_percent": 45})),
        ("pause", {}, DeviceState("paused", attributes={"volume_percent": 50})),
        ("stop", {}, DeviceState("idle", attributes={"volume_percent": 50})),
    ],
)
async def test_a_skill_sees_and_changes_it_as_it_was(
    bench: Bench, action: str, wishes: Mapping[str, JsonValue], left: DeviceState
) -> None:
    await bench.speech(on=True)
    assert bench.home.state("radio") == playing(50)
    await bench.home.act("radio", action, wishes)
    reached: Callable[[DeviceState], bool] = lambda now: now == left  # noqa: E731
    assert await bench.home.settled("radio", reached, 0.1) == left
    await bench.speech(on=False)
    assert bench.real.state("radio") == left


async def test_a_pause_asked_for_of_one_that_waits_is_kept(bench: Bench) -> None:
    bench.real.report("old radio", playing())
    await bench.speech(on=True)
    await bench.home.act("old radio", "pause", {})
    await bench.speech(on=False)
    assert bench.real.state("old radio").value == "paused"


async def test_one_that_answers_with_an_error_is_left_alone(bench: Bench) -> None:
    bench.real.fault("radio", Fault.FAILS)
    await bench.speech(on=True)
    assert bench.home.state("radio") == playing(50)
    bench.real.fault("radio", None)
    await bench.speech(on=False)
    assert bench.volume() == 50


async def test_closing_gives_everything_back(bench: Bench) -> None:
    await bench.speech(on=True)
    await bench.speech(on=True, room="living room")
    await bench.players.close()
    assert (bench.volume(), bench.volume("stereo")) == (50, 40)


async def test_talk_that_ends_before_a_slow_player_is_soft_leaves_it_as_it_was(bench: Bench) -> None:
    bench.players.hold("kitchen", "speech", on=True)
    await asyncio.sleep(0)
    bench.players.hold("kitchen", "speech", on=False)
    await bench.speech(on=False)
    assert bench.volume() == 50
    assert bench.players.softened == {}
