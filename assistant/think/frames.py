"""A command in any order: what is wished, of which things, where. Every word counts, or nothing is meant."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from assistant.messages import JsonValue
from assistant.think.lexicon import Lexicon, Piece
from assistant.think.names import HouseNames
from assistant.think.said import Arguments, Unclear
from assistant.think.things import Things
from assistant.think.wishes import KINDS, Plan, Wish, implied, loosely_opened, plan

_NAMED: Final = frozenset({"thing", "place", "everything"})
_VALUES: Final = frozenset({"number", "level", "color", "white", "mode", "source"})
_COMMAND = _NAMED | _VALUES | {"do", "way", "more", "bit", "prop", "unit", "all", "glue", "and"}
_COMMAND |= {"complaint", "remark", "reason", "why", "dock", "mind", "doing", "be"}
_TOGETHER: Final = frozenset({"light", "switch", "fan", "media_player"})
"""What "everything" is when it is switched."""
_PAIRS: Final = {
    **{
        ("open", "up"): "open",
        ("open", "open"): "open",
        ("close", "close"): "close",
        ("close", "down"): "close",
    },
    **{("close", "up"): "close", ("close", "off"): "off", ("lock", "up"): "lock", ("lock", "down"): "lock"},
    **{("up", "up"): "up", ("down", "down"): "down", ("dim", "down"): "dim", ("brighten", "up"): "brighten"},
    **{("cool", "down"): "cool", ("warm", "up"): "warm", ("start", "up"): "start", ("on", "up"): "on"},
    **{("off", "off"): "off", ("off", "down"): "off", ("on", "on"): "on", ("start", "on"): "on"},
    **{("up", "open"): "open", ("down", "close"): "close", ("dock", "back"): "dock", ("stop", "off"): "off"},
    **{("clean", "up"): "clean", ("lock", "lock"): "lock", ("unlock", "unlock"): "unlock"},
    **{("start", "clean"): "clean", ("stop", "clean"): "stop", ("pause", "clean"): "pause"},
    **{("resume", "clean"): "resume", ("start", "play"): "play", ("resume", "play"): "play"},
    **{("stop", "play"): "stop", ("stop", "oscillate"): "still", ("start", "oscillate"): "oscillate"},
    **{("dock", "dock"): "dock", ("next", "play"): "next", ("previous", "play"): "previous"},
}
"""Two words for one deed. What is not here contradicts itself or is more than one command."""
_ELSEWHERE: Final = frozenset({("media_player", act) for act in ("play", "start", "set", "mute", "unmute")})
"""What other skills do where no thing and no place is named: to play something, to speak louder."""
_INTO: Final = frozenset({"to", "on", "in", "into", "onto"})
"""Before a mode: "to cool" is no cooling."""
_THE: Final = frozenset({"the", "my", "our", "its", "their", "to"})
_WHOLE_KINDS: Final = frozenset({"light", "lock", "cover", "fan", "climate", "vacuum"})


@dataclass(slots=True)
class Reading:
    """The pieces of one way to take a text apart, by class."""

    pieces: Sequence[Piece]
    by_kind: dict[str, list[Piece]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_kind = {}
        for piece in self.pieces:
            self.by_kind.setdefault(piece.kind, []).append(piece)

    def all(self, kind: str) -> list[Piece]:
        return self.by_kind.get(kind, [])

    def one(self, kind: str) -> str | None:
        """The only value of a class; None where two differ."""
        values = {str(piece.value) for piece in self.all(kind)}
        return None if len(values) > 1 else next(iter(values), "")

    def areas(self, room: str, names: HouseNames) -> frozenset[str] | None:
        """The areas that are named; None: none is, or the whole house."""
        found: set[str] = set()
        for place in self.all("place"):
            if place.value == "here" and (area := names.area(room)):
                found.add(area)
            found |= place.areas
        return frozenset(found) or None

    @property
    def everywhere(self) -> bool:
        return any(place.value == "everywhere" for place in self.all("place"))

    def glued(self, *words: str) -> bool:
        return any(piece.text in words for piece in self.all("glue"))


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
        if wish is None or not _reasonable(reading) or not (_joined_alike(reading.pieces) and _well_placed(reading.pieces)):
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

    def _devices(self, names: Sequence[str]) -> list[object]:
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


def wished(reading: Reading) -> Wish | None:
    """What a reading wishes; None where it contradicts itself."""
    values: dict[str, JsonValue] = {}
    for kind in ("number", "unit", "level", "color", "white", "mode", "source", "prop", "more"):
        said = reading.one(kind)
        if said is None or (kind != "prop" and len(reading.all(kind)) > 1):
            return None
        if said:
            values[kind] = reading.all(kind)[0].value
    action = _action(reading)
    if action is None or (values.get("unit") and "number" not in values):
        return None
    led = _led(reading.pieces)
    if led is None or (led in ("at", "on") and not values.get("unit") and action != "set"):
        return None
    by, to = reading.glued("by"), reading.glued("to")
    bare = led in ("at", "on") and not values.get("unit")
    if reading.all("dock"):
        # "Back to its base", "bring it home": a way that only a robot goes.
        if action not in ("dock", "set", "back") or values:
            return None
        action = "dock"
    return Wish(action=action, by=by, to=to, bare=bare, **values)  # type: ignore[arg-type]


def _room_degrees(number: float) -> bool:
    """Whether a bare number is what a room is set to, in either scale."""
    return 15 <= number <= 30 or 59 <= number <= 86


def _asked_for(reading: Reading, wish: Wish) -> bool:
    """A value or a lone word is no command where neither a thing nor a place is named."""
    told = [piece for piece in reading.pieces if piece.kind not in ("glue", "bit")]
    return bool(wish.action or wish.more) and (len(told) > 1 or wish.action not in ("lock", "on", "off"))


_COMPLAINTS: Final[Mapping[str, Wish]] = {
    "dark": Wish(action="on"),
    "bright": Wish(more="brightness down"),
    "cold": Wish(more="temperature up"),
    "hot": Wish(more="temperature down"),
    "loud": Wish(more="volume down"),
    "quiet": Wish(more="volume up"),
}
_ABOUT: Final = _NAMED | {"complaint", "remark", "glue", "bit", "reason", "prop"}


def complained(reading: Reading) -> Wish | None:
    """What somebody wants who only says how it is; None where something else is wished, too."""
    said = [*reading.all("complaint"), *reading.all("remark")]
    if len(said) != 1 or any(piece.kind not in _ABOUT for piece in reading.pieces):
        return None
    if reading.all("remark") and not reading.all("place"):
        return None
    about = {str(piece.value) for piece in reading.all("prop")}
    if about - {"track", "volume"} or (about and "volume" not in _COMPLAINTS[str(said[0].value)].more):
        return None
    return _COMPLAINTS[str(said[0].value)]


def _reasonable(reading: Reading) -> bool:
    """A reason stands first or last, beside something that is wished."""
    kinds = [piece.kind for piece in reading.pieces]
    reasons = [at for at, kind in enumerate(kinds) if kind in ("reason", "complaint", "remark")]
    whys = [at for at, kind in enumerate(kinds) if kind == "why"]
    if len(reasons) > 1 or len(whys) > 1 or any(at + 1 not in reasons for at in whys):
        return False
    if not reasons or complained(reading) is not None:
        return True
    first, last = reasons[0] - len(whys), len(kinds) - 1
    return first == 0 or all(kind in ("place", "glue") for kind in kinds[reasons[0] + 1 : last + 1])


def _led(pieces: Sequence[Piece]) -> str | None:
    """The word before the number, "" where there is no number; None where a bare number stands by nothing."""
    for at, piece in enumerate(pieces):
        if piece.kind != "number":
            continue
        before = pieces[at - 1] if at else None
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        if before is not None and before.text in ("at", "on") and after is not None and after.kind == "prop":
            return "to"
        if before is not None and before.text in ("to", "by", "at", "on"):
            return before.text
        by_unit = after is not None and after.kind in ("unit", "prop")
        return "" if by_unit or (before is not None and before.kind == "prop") else None
    return ""


def _well_placed(pieces: Sequence[Piece]) -> bool:
    """An "on" that is no switching stands before what it is on; there is one verb, or one with a deed."""
    for at, piece in enumerate(pieces):
        if piece.kind == "glue" and piece.text == "on":
            before = pieces[at - 1].kind if at else ""
            after = pieces[at + 1] if at + 1 < len(pieces) else None
            if (
                before == "do"
                or after is None
                or not (after.kind in _NAMED | _VALUES | {"all"} or after.text in _THE)
            ):
                return False
        if piece.kind == "do" and piece.value in ("warm", "cool") and at and pieces[at - 1].text in _INTO:
            return False
    verbs = [piece.value for piece in pieces if piece.kind == "do"]
    return len(verbs) <= 2 and verbs.count("set") <= 1


def _action(reading: Reading) -> str | None:
    """The one deed of all its words; "set" and "" where only a value can tell; None: more than one."""
    said = [str(piece.value) for kind in ("do", "doing") for piece in reading.all(kind)]
    if bool(reading.all("doing")) != bool(reading.all("mind")) or (reading.all("be") and "sure" not in said):
        return None
    deeds = list(dict.fromkeys(deed for deed in said if deed not in ("set", "sure")))
    ways = list(dict.fromkeys(str(piece.value) for piece in reading.all("way")))
    valued = any(reading.all(kind) for kind in _VALUES)
    if len(ways) > 1 and valued:
        ways = [way for way in ways if way not in ("up", "down")]
    if len(ways) > 1 or len(deeds) > 2:
        return None
    if ways == ["back"] and deeds != ["dock"] and not reading.all("dock"):
        return None
    if len(deeds) == 2:
        pair = _PAIRS.get((deeds[0], deeds[1])) or _PAIRS.get((deeds[1], deeds[0]))
        if pair is None:
            return None
        deeds = [pair]
    if deeds and ways:
        return _PAIRS.get((deeds[0], ways[0]), deeds[0] if deeds == ways else None)
    found = deeds or ways
    if "sure" in said and not (ways and reading.all("be")):
        return None
    return found[0] if found else "set" if said else ""


def _joined_alike(pieces: Sequence[Piece]) -> bool:
    """An "and" joins two things or two values, nothing else; two things stand side by side only so."""
    told = [piece for piece in pieces if piece.kind not in ("glue", "bit", "unit", "all")]
    for at, piece in enumerate(told):
        if piece.kind == "and":
            if at == 0 or at + 1 == len(told):
                return False
            left, right = told[at - 1].kind, told[at + 1].kind
            if not (({left, right} <= _NAMED) or ({left, right} <= _VALUES)):
                return False
    kinds = [piece.kind for piece in told if piece.kind in ("thing", "and")]
    return all("and" in pair for pair in itertools.pairwise(kinds))
