"""A command in any order: what is wished, of which things, where. Every word counts, or nothing is meant."""

from collections.abc import Collection, Sequence
from typing import Final

from assistant.think.lexicon import Lexicon
from assistant.think.names import HouseNames, Named
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
)
from assistant.think.said import Arguments, Unclear
from assistant.think.things import Things
from assistant.think.wishes import Wish, implied

_COMMAND = NAMED | VALUES | {"do", "way", "more", "bit", "prop", "unit", "all", "glue", "and"}
_COMMAND |= {"complaint", "remark", "reason", "why", "dock", "mind", "doing", "be"}
_TOGETHER: Final = frozenset({"light", "switch", "fan", "media_player"})
"""What "everything" is when it is switched."""
_ELSEWHERE: Final = frozenset({("media_player", act) for act in ("play", "start", "set", "mute", "unmute")})
"""What other skills do where no thing and no place is named: to play something, to speak louder."""
_WHOLE_KINDS: Final = frozenset({"light", "lock", "cover", "fan", "climate", "vacuum"})


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
            reading = Reading(pieces)
            try:
                if (found := self._command(reading, room)) is not None:
                    return found
            except Unclear as unclear:
                doubt = doubt or unclear
        if doubt is not None:
            raise doubt
        return None

    def _command(self, reading: Reading, room: str) -> tuple[str, Arguments] | None:
        wish = complained(reading) or wished(reading)
        if (
            wish is None
            or not reasonable(reading)
            or not (joined_alike(reading.pieces) and well_placed(reading.pieces))
        ):
            return None
        areas = reading.areas(room, self._names)
        if areas is None and any(place.value == "here" for place in reading.all("place")):
            return None
        if reading.all("complaint") or reading.all("remark"):
            if areas is None and complained(reading) is not None:
                here = self._names.area(room)
                areas = None if here is None else frozenset({here})
                if areas is None:
                    return None
        plans = {kind: found for kind in KINDS if (found := plan(kind, wish)) is not None}
        if reading.all("everything"):
            return self._everything(reading, wish, plans, areas)
        if reading.all("thing"):
            found = self._of_things(reading, plans, room, areas)
            if found is None and wish.action in ("open", "close"):
                loose = {kind: found for kind in KINDS if (found := loosely_opened(kind, wish)) is not None}
                found = self._of_things(reading, loose, room, areas)
            return found
        return self._of_place(reading, wish, plans, room, areas)

    def _of_things(
        self, reading: Reading, plans: dict[str, Plan], room: str, areas: Collection[str] | None
    ) -> tuple[str, Arguments] | None:
        targets: list[str] = []
        meant: list[Plan] = []
        every = bool(reading.all("all")) or reading.everywhere
        for thing in reading.all("thing"):
            found, together = self._things.named(thing.text, room, plans, areas, every=every)
            if not found:
                return None
            if len(found) > 1 and not together:
                raise which(thing.text, found)
            targets += found
            meant += [plans[device.kind] for device in self._devices(found)]
        if not meant or any(other != meant[0] for other in meant):
            return None
        tool, given = meant[0]
        return tool, {"targets": list(dict.fromkeys(targets)), **given}

    def _devices(self, names: Sequence[str]) -> list[Named]:
        by_name = {device.name: device for device in self._names.devices}
        return [by_name[name] for name in names]

    def _everything(
        self, reading: Reading, wish: Wish, plans: dict[str, Plan], areas: Collection[str] | None
    ) -> tuple[str, Arguments] | None:
        """Everything is switched, or locked; no other thing stands beside it."""
        if reading.all("thing") or wish.action not in ("on", "off", "lock"):
            return None
        kinds = {"lock"} if wish.action == "lock" else _TOGETHER
        found = self._things.of_kind(kinds, areas)
        if not found:
            return None
        return plans[found[0].kind][0], {"targets": [device.name for device in found]}

    def _of_place(
        self, reading: Reading, wish: Wish, plans: dict[str, Plan], room: str, areas: Collection[str] | None
    ) -> tuple[str, Arguments] | None:
        """No thing is named: the kind of thing that can be meant, in the place, or else in this room."""
        kind = "light" if complained(reading) and wish.action == "on" else implied(wish)
        if any(piece.value == "clean" for piece in reading.all("do")):
            kind = "vacuum"
        if not kind and areas is not None and wish.unit == "percent":
            kind = "light"
        if not kind and areas is not None and wish.number is not None and _room_degrees(wish.number):
            kind = "climate"
        if areas is None and not reading.everywhere and (kind, wish.action) in _ELSEWHERE:
            return None
        if kind == "media_player" and areas is None and "volume" in (wish.prop, wish.more.partition(" ")[0]):
            return None
        if wish.action == "lock" and wish.only("action"):
            kind = "lock"
        if areas is not None and wish.action in ("open", "close", "unlock"):
            return self._guarded(wish, plans, areas)
        if areas is None and not _asked_for(reading, wish):
            return None
        if kind not in plans or (reading.all("all") and kind not in _WHOLE_KINDS):
            return None
        tool, given = plans[kind]
        if areas is not None or reading.everywhere:
            found = tuple(device.name for device in self._things.of_kind({kind}, areas))
        else:
            found = self._things.here(kind, room)
        if not found:
            return None
        plays = kind == "media_player" and wish.action in ("pause", "stop", "next", "previous")
        if len(found) > 1 and kind not in ("light", "lock") and not plays:
            raise which(kind.replace("_", " "), found)
        return tool, {"targets": list(found), **given}

    def _guarded(
        self, wish: Wish, plans: dict[str, Plan], areas: Collection[str]
    ) -> tuple[str, Arguments] | None:
        """ "Close the garage", "unlock the cellar": the one door that a place is known for."""
        doors = [
            device
            for device in self._things.of_kind({"lock", "cover"} & set(plans), areas)
            if device.kind == "lock" or device.device_class in ("garage", "gate")
        ]
        if len(doors) != 1:
            return None
        tool, given = plans[doors[0].kind]
        return tool, {"targets": [doors[0].name], **given}


def which(what: str, names: Sequence[str]) -> Unclear:
    """The question where several may be meant."""
    listed = f"{', '.join(f'the {n}' for n in names[:-1])} or the {names[-1]}"
    return Unclear(f"Which {what} do you mean: {listed}?", tuple(names))


def _room_degrees(number: float) -> bool:
    """Whether a bare number is what a room is set to, in either scale."""
    return 15 <= number <= 30 or 59 <= number <= 86


def _asked_for(reading: Reading, wish: Wish) -> bool:
    """A value or a lone word is no command where neither a thing nor a place is named."""
    told = [piece for piece in reading.pieces if piece.kind not in ("glue", "bit")]
    return bool(wish.action or wish.more) and (len(told) > 1 or wish.action not in ("lock", "on", "off"))
