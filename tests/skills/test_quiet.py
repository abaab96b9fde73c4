from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from assistant.memory.database import Database
from assistant.memory.quiet import QuietRooms
from assistant.skills.announce import NOBODY, SILENT, Announce, Heard
from assistant.skills.emergency import Emergency
from assistant.skills.quiet import NO_MICROPHONE, Quiet
from tests.skills.bench import Bench

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class House:
    """Three rooms with microphones and loudspeakers that keep what they are told."""

    now: datetime = NOON
    open_ears: list[str] = field(default_factory=lambda: ["kitchen", "bedroom", "office"])
    mouths: list[str] = field(default_factory=lambda: ["kitchen", "bedroom", "office"])
    broken: frozenset[str] = frozenset()
    told: list[tuple[str, str]] = field(default_factory=list)

    def listening(self) -> Sequence[str]:
        return tuple(self.open_ears)

    async def change(self, names: Sequence[str], *, muted: bool) -> None:
        self.open_ears = [room for room in self.open_ears if not (muted and room in names)]

    def speaking(self) -> Sequence[str]:
        return tuple(self.mouths)

    async def say(self, rooms: Sequence[str], text: str) -> dict[str, Heard]:
        self.told += [(room, text) for room in rooms if room not in self.broken]
        return {room: Heard.FAILED if room in self.broken else Heard.SAID for room in rooms}


@dataclass
class Home:
    house: House
    quiet: QuietRooms
    bench: Bench


@pytest.fixture
async def home() -> AsyncIterator[Home]:
    database = Database(None)
    await database.open()
    house = House()
    quiet = QuietRooms(database, lambda: house.now.timestamp())
    skill = Quiet(quiet, house, lambda: ("kitchen", "bedroom", "office"), lambda: house.now)
    yield Home(house, quiet, Bench(skill, Announce(house, quiet.wants_quiet)))
    await database.close()


@pytest.mark.parametrize(
    ("given", "said", "hours"),
    [
        ({}, "Do not disturb is on.", None),
        ({"duration_s": 3600}, "Do not disturb is on until 1:00 PM.", 1),
        ({"until": "7:00"}, "Do not disturb is on until 7:00 PM.", 7),
        ({"until": "07:00"}, "Do not disturb is on until 7:00 AM tomorrow.", 19),
        ({"until": "12:00"}, "Do not disturb is on until noon tomorrow.", 24),
        ({"until": "22:30"}, "Do not disturb is on until 10:30 PM.", 10.5),
    ],
)
async def test_a_room_is_left_in_peace(
    home: Home, given: dict[str, str], said: str, hours: float | None
) -> None:
    result = await home.bench.call("do_not_disturb", {**given})
    assert (result.changed, result.say) == (True, said)
    assert home.quiet.wants_quiet("kitchen")
    assert not home.quiet.wants_quiet("bedroom")
    end = home.quiet.until("kitchen")
    assert end == (float("inf") if hours is None else NOON.timestamp() + hours * 3600)
    assert await home.bench.say("quiet_query") == said


async def test_peace_ends_when_it_is_over_or_ended(home: Home) -> None:
    await home.bench.call("do_not_disturb", {"duration_s": 3600})
    assert await home.bench.say("do_not_disturb", on=False) == "Do not disturb is off."
    assert await home.bench.say("quiet_query") == "Do not disturb is off."
    result = await home.bench.call("do_not_disturb", {"on": False})
    assert (result.changed, result.say) == (False, "Do not disturb is not on.")


async def test_peace_is_taken_back_by_undo(home: Home) -> None:
    result = await home.bench.call("do_not_disturb", {"everywhere": True})
    assert result.say == "Do not disturb is on in every room."
    assert [home.quiet.wants_quiet(room) for room in ("kitchen", "bedroom", "office")] == [True] * 3
    await home.bench.call(result.undo[0].name, dict(result.undo[0].arguments))
    assert not any(home.quiet.wants_quiet(room) for room in ("kitchen", "bedroom", "office"))


async def test_before_the_microphone_closes_it_is_said_how_to_open_it(home: Home) -> None:
    result = await home.bench.call("mute")
    assert (result.asks, result.changed) == (True, False)
    assert "assistant unmute" in result.say
    assert home.house.open_ears == ["kitchen", "bedroom", "office"]
    done = await home.bench.call("mute", yes=True)
    assert (done.changed, done.say) == (True, "I no longer listen in the kitchen.")
    assert home.house.open_ears == ["bedroom", "office"]
    await home.bench.call("mute", {"everywhere": True}, yes=True)
    assert home.house.open_ears == []
    assert await home.bench.say("mute") == NO_MICROPHONE


async def test_everyone_else_is_told(home: Home) -> None:
    result = await home.bench.call("announce", {"text": "dinner is ready"})
    assert (result.ok, result.changed) == (True, True)
    assert result.say == "I told the bedroom and the office."
    words = "Message from the kitchen: dinner is ready."
    assert home.house.told == [("bedroom", words), ("office", words)]


async def test_one_room_is_told(home: Home) -> None:
    told = await home.bench.call("announce", {"text": "come down", "room": "Office"})
    assert told.say == "I told the office."
    told = await home.bench.call("announce", {"text": "come down", "room": "attic"})
    assert told.say == "There is no open loudspeaker in the attic."
    assert [room for room, _ in home.house.told] == ["office"]


async def test_who_wants_quiet_is_not_told_and_that_is_said(home: Home) -> None:
    await home.bench.call("do_not_disturb", room="office")
    result = await home.bench.call("announce", {"text": "dinner is ready"})
    assert (result.ok, result.changed) == (False, True)
    assert result.say == "I told the bedroom. The office does not want to be disturbed."
    result = await home.bench.call("announce", {"text": "dinner is ready", "room": "office"})
    assert (result.ok, result.changed) == (False, False)


async def test_where_nobody_hears_it_that_is_said(home: Home) -> None:
    home.house.broken = frozenset({"office"})
    assert await home.bench.say("announce", text="hello") == (
        "I told the bedroom. I couldn't tell the office: the voice failed there."
    )
    home.house.mouths = ["kitchen"]
    assert await home.bench.say("announce", text="hello") == NOBODY
    home.house.mouths = []
    assert await home.bench.say("announce", text="hello") == SILENT


async def test_an_emergency_is_never_claimed_to_be_called() -> None:
    bench = Bench(Emergency())
    said = await bench.say("emergency")
    assert said == "I can't make phone calls. If you are in danger, phone 1 1 2 now, or shout for help."
    assert "9 1 1" in await Bench(Emergency("911")).say("emergency")
    assert [spec.risk for spec in bench.toolbox.specs()] == [0]
