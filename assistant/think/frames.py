"""A command in any order: what is wished, of which things, where. Every word counts, or nothing is meant."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assistant.think import exceptions
from assistant.think.degrees import in_degrees
from assistant.think.lexicon import Lexicon, Piece
from assistant.think.names import HouseNames, guards
from assistant.think.plans import KINDS, Plan, loosely_opened, plan
from assistant.think.readings import (
    NAMED,
    VALUES,
    Reading,
    complained,
    joined_alike,
    reasonable,
    well_placed,
    wished,
    without_reason,
)
from assistant.think.said import Arguments, Unclear
from assistant.think.things import Things
from assistant.think.wishes import Wish, implied

_COMMAND = NAMED | VALUES | {"do", "way", "more", "bit", "prop", "unit", "all", "glue", "and"}
_COMMAND |= {"except", "ones", "complaint", "remark", "reason", "why", "dock", "mind", "doing", "be"}
_TOGETHER: Final = frozenset({"light", "switch", "fan", "media_player"})
"""What "everything" is when it is switched."""
_PLAYED: Final = frozenset({"play", "start", "set", "mute", "unmute"})
_WHOLE_KINDS: Final = frozenset({"light", "lock", "cover", "fan", "climate", "vacuum"})


@dataclass(frozen=True, slots=True)
class _Asked:
    """A command that holds together: what it wishes, what that asks of each kind, and where."""

    reading: Reading
    wish: Wish
    plans: Mapping[str, Plan]
    room: str
    areas: frozenset[str] | None

    def kind(self) -> str:
        """The kind of thing that is meant where none is named; "" where it may be any."""
        reading, wish = self.reading, self.wish
        if any(piece.value == "clean" for piece in reading.all("do")):
            return "vacuum"
        if wish.action == "lock" and wish.only("action"):
            return "lock"
        if complained(reading) is not None and wish.action == "on":
            return "light"
        kind = implied(wish)
        if kind or self.areas is None or wish.number is None:
            return kind
        return "light" if wish.unit == "percent" else "climate" if _room_degrees(wish.number) else ""


class Frames:
    """Commands of one house in any order of their words."""

    def __init__(self, lexicon: Lexicon, names: HouseNames, things: Things) -> None:
        self._lexicon = lexicon
        self._names = names
        self._things = things

    def meaning(self, text: str, room: str) -> tuple[str, Arguments] | None:
        """The call of a plain text. Raises Unclear where the words fit but several things may be meant."""
        doubt: Unclear | None = None
        for pieces in self._lexicon.ways(text):
            if any(piece.kind not in _COMMAND for piece in pieces):
                continue
            try:
                if (found := self._whole(pieces, room)) is not None:
                    return found
            except exceptions.Unnamed:
                continue
            except Unclear as unclear:
                doubt = doubt or unclear
        if doubt is not None:
            raise doubt
        return None

    def _whole(self, pieces: Sequence[Piece], room: str) -> tuple[str, Arguments] | None:
        """A command, or one with an exception: then of all the others."""
        if all(piece.kind != "except" for piece in pieces):
            return self._command(Reading(pieces), room)
        if (parted := exceptions.split(pieces)) is None:
            return None
        reading, parts = parted
        found = self._command(reading, room)
        if found is None:
            return None
        if (left := self._but(found, parts, room)) is not None:
            return left if _targets(left) else None
        # "Lights off except in the hall", said in another room, is meant of the whole house.
        everywhere = Piece("place", "everywhere", "everywhere")
        wide = self._command(Reading([*reading.pieces, everywhere]), room)
        left = None if wide is None else self._but(wide, parts, room)
        return left if left is not None and _targets(left) else found if left is None else None

    def _but(
        self, found: tuple[str, Arguments], parts: Sequence[Reading], room: str
    ) -> tuple[str, Arguments] | None:
        """The command without what is excepted; None where that is none of its things.

        Raises Unnamed where the words name nothing in this house.
        """
        tool, given = found
        targets = _targets(found)
        kept = [exceptions.excepted(part, targets, room, self._names, self._things) for part in parts]
        left = [name for name in targets if not any(name in each for each in kept)]
        return (tool, {**given, "targets": [*left]}) if len(left) < len(targets) else None

    def _command(self, reading: Reading, room: str) -> tuple[str, Arguments] | None:
        if not reasonable(reading):
            return None
        wish = complained(reading)
        if wish is None:
            reading = without_reason(reading)
            wish = in_degrees(wished(reading), self._names.scale)
        if wish is None or not (joined_alike(reading.pieces) and well_placed(reading.pieces)):
            return None
        areas = reading.areas(room, self._names)
        if areas is None and _of_this_room(reading):
            here = self._names.area(room)
            if here is None:
                return None
            areas = frozenset({here})
        plans = {kind: found for kind in KINDS if (found := plan(kind, wish)) is not None}
        asked = _Asked(reading, wish, plans, room, areas)
        if reading.all("everything"):
            return self._everything(asked)
        if not reading.all("thing"):
            return self._of_place(asked)
        found = self._of_things(asked)
        if found is None and wish.action in ("open", "close"):
            loose = {kind: found for kind in KINDS if (found := loosely_opened(kind, wish)) is not None}
            found = self._of_things(replace(asked, plans=loose))
        return found

    def _of_things(self, asked: "_Asked") -> tuple[str, Arguments] | None:
        targets: list[str] = []
        meant: list[Plan] = []
        by_name = {device.name: device for device in self._names.devices}
        both = any(piece.text.startswith("both") for piece in asked.reading.all("all"))
        every = (bool(asked.reading.all("all")) and not both) or asked.reading.everywhere
        for thing in asked.reading.all("thing"):
            found, together = self._things.named(
                thing.text, asked.room, asked.plans, asked.areas, every=every
            )
            if not found:
                return None
            if len(found) > 1 and not together:
                raise which(thing.text, found)
            targets += found
            meant += [asked.plans[by_name[name].kind] for name in found]
        if not meant or any(other != meant[0] for other in meant):
            return None
        if both and len(set(targets)) != 2:
            return None
        tool, given = meant[0]
        return tool, {"targets": list(dict.fromkeys(targets)), **given}

    def _everything(self, asked: "_Asked") -> tuple[str, Arguments] | None:
        """Everything is switched, or locked; no other thing stands beside it."""
        action = asked.wish.action
        if asked.reading.all("thing") or action not in ("on", "off", "lock"):
            return None
        found = self._things.of_kind({"lock"} if action == "lock" else _TOGETHER, asked.areas)
        if not found:
            return None
        return asked.plans[found[0].kind][0], {"targets": [device.name for device in found]}

    def _of_place(self, asked: "_Asked") -> tuple[str, Arguments] | None:
        """No thing is named: the kind of thing that can be meant, in the place, or else in this room."""
        wish, areas = asked.wish, asked.areas
        if areas is not None and wish.action in ("open", "close", "unlock"):
            return self._guarded(wish, asked.plans, areas)
        kind = asked.kind()
        if areas is None and (_elsewhere(kind, asked) or not _asked_for(asked.reading, wish)):
            return None
        if kind not in asked.plans or (asked.reading.all("all") and kind not in _WHOLE_KINDS):
            return None
        tool, given = asked.plans[kind]
        if areas is not None or asked.reading.everywhere:
            found = tuple(device.name for device in self._things.of_kind({kind}, areas))
        else:
            found = self._things.here(kind, asked.room)
        if not found:
            return None
        plays = kind == "media_player" and wish.action in ("pause", "stop", "next", "previous")
        if len(found) > 1 and kind not in ("light", "lock") and not plays:
            raise which(kind.replace("_", " "), found)
        return tool, {"targets": list(found), **given}

    def _guarded(
        self, wish: Wish, plans: Mapping[str, Plan], areas: Collection[str]
    ) -> tuple[str, Arguments] | None:
        """ "Close the garage", "unlock the cellar": the one door that a place is known for."""
        doors = [
            device
            for device in self._things.of_kind({"lock", "cover"} & set(plans), areas)
            if device.kind == "lock" or guards(device)
        ]
        if len(doors) != 1:
            return None
        tool, given = plans[doors[0].kind]
        return tool, {"targets": [doors[0].name], **given}


def _targets(found: tuple[str, Arguments]) -> list[str]:
    return [str(name) for name in found[1]["targets"]]  # type: ignore[union-attr]


def which(what: str, names: Sequence[str]) -> Unclear:
    """The question where several may be meant."""
    listed = f"{', '.join(f'the {n}' for n in names[:-1])} or the {names[-1]}"
    return Unclear(f"Which {what} do you mean: {listed}?", tuple(names))


def _room_degrees(number: float) -> bool:
    """Whether a bare number is what a room is set to, in either scale."""
    return 15 <= number <= 30 or 59 <= number <= 86


def _of_this_room(reading: Reading) -> bool:
    """Whether "here" is said, or what is not well is said of no other place."""
    here = any(place.value == "here" for place in reading.all("place"))
    return here or complained(reading) is not None


def _elsewhere(kind: str, asked: _Asked) -> bool:
    """What other skills do where no place is named: they play something, they speak louder."""
    if kind != "media_player" or asked.reading.everywhere:
        return False
    about = (asked.wish.prop, asked.wish.more.partition(" ")[0])
    return asked.wish.action in _PLAYED or "volume" in about


def _asked_for(reading: Reading, wish: Wish) -> bool:
    """A value or a lone word is no command where neither a thing nor a place is named."""
    told = [piece for piece in reading.pieces if piece.kind not in ("glue", "bit")]
    return bool(wish.action or wish.more) and (len(told) > 1 or wish.action not in ("lock", "on", "off"))
