"""Telling other rooms something."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated, Final, Protocol

from pydantic import Field

from assistant.messages import Turn
from assistant.skills.skill import Outcome, Word, tool
from assistant.skills.wording import joined, sentence

MOST_CHARACTERS: Final = 300
NOBODY: Final = "There is no other room with a loudspeaker that I could tell it to."
SILENT: Final = "No room's loudspeaker is open here, so nobody would hear it."


class Heard(StrEnum):
    """What became of an announcement in one room."""

    SAID = "said"
    SAYING = "saying"
    FAILED = "failed"


class RoomsPort(Protocol):
    """The rooms that can be told something."""

    def speaking(self) -> Sequence[str]:
        """Rooms with an open loudspeaker."""

    async def say(self, rooms: Sequence[str], text: str) -> dict[str, Heard]:
        """Say it in these rooms; returns after a few seconds at most."""


class PlacesPort(Protocol):
    """What the parts of the house are called."""

    def called(self, spoken: str) -> Sequence[str]:
        """The rooms meant by a room's or a floor's name."""


class Announce:
    """`wants_quiet(room)`: not to be disturbed now."""

    def __init__(
        self,
        rooms: RoomsPort,
        wants_quiet: Callable[[str], bool] = lambda room: False,
        places: PlacesPort | None = None,
    ) -> None:
        self._rooms = rooms
        self._wants_quiet = wants_quiet
        self._places = places

    def abilities(self) -> Sequence[str]:
        return ["tell other rooms something"] if len(self._rooms.speaking()) > 1 else []

    @tool(writes=True, risk=1)
    async def announce(
        self, turn: Turn, text: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)],
        room: Word | None = None,
    ) -> Outcome:  # fmt: skip
        """Say something in another room, on a floor, or in all other rooms."""
        there = list(self._rooms.speaking())
        if not there:
            return Outcome(SILENT, ok=False)
        if room is not None:
            wanted = named(room, there, self._places)
            if not wanted:
                return Outcome(f"There is no open loudspeaker in the {room}.", ok=False)
        else:
            wanted = [name for name in there if name != turn.room]
        if not wanted:
            return Outcome(NOBODY, ok=False)
        quiet = [name for name in wanted if self._wants_quiet(name)]
        told = [name for name in wanted if name not in quiet]
        words = sentence(f"message from the {turn.room}: {text}")
        heard = await self._rooms.say(told, words) if told else {}
        return _outcome(heard, quiet)


def named(spoken: str, there: Sequence[str], places: PlacesPort | None) -> list[str]:
    """Those of the rooms that are there which people call so, by room or floor."""
    called = {spoken.casefold()} if places is None else {room.casefold() for room in places.called(spoken)}
    return [name for name in there if name.casefold() in called]


def _outcome(heard: dict[str, Heard], quiet: Sequence[str]) -> Outcome:
    say = []
    for fate, words in (
        (Heard.SAID, "I told {}."),
        (Heard.SAYING, "I'm telling {} now."),
        (Heard.FAILED, "I couldn't tell {}: the voice failed there."),
    ):
        if names := [name for name, each in heard.items() if each is fate]:
            say.append(words.format(_the(names)))
    if quiet:
        be = "does" if len(quiet) == 1 else "do"
        say.append(sentence(f"{_the(quiet)} {be} not want to be disturbed"))
    reached = [name for name, each in heard.items() if each is not Heard.FAILED]
    ok = bool(reached) and len(reached) == len(heard) and not quiet
    return Outcome(" ".join(say), {"rooms": [*reached]}, ok=ok, changed=bool(reached))


def _the(names: Sequence[str]) -> str:
    return joined([f"the {name}" for name in names])
