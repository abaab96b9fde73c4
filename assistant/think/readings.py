"""One way to take a text apart, and what it wishes: every word in its place, or nothing is wished."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from assistant.messages import JsonValue
from assistant.think.lexicon import Piece
from assistant.think.names import HouseNames
from assistant.think.wishes import Wish

NAMED: Final = frozenset({"thing", "place", "everything"})
VALUES: Final = frozenset({"number", "level", "color", "white", "mode", "source"})
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
_A_BIT: Final = frozenset(
    {"a bit", "a little", "a little bit", "a tiny bit", "slightly", "somewhat", "a touch", "a tad", "a notch"}
    | {"a bit more", "a little more"}
)
_INTO: Final = frozenset({"to", "on", "in", "into", "onto"})
"""Before a mode: "to cool" is no cooling."""
_THE: Final = frozenset({"the", "my", "our", "its", "their", "to"})


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
    bit = any(piece.text in _A_BIT for piece in reading.all("bit"))
    return Wish(action=action, by=by, to=to, bare=bare, bit=bit, **values)  # type: ignore[arg-type]


_COMPLAINTS: Final[Mapping[str, Wish]] = {
    "dark": Wish(action="on"),
    "bright": Wish(more="brightness down"),
    "cold": Wish(more="temperature up"),
    "hot": Wish(more="temperature down"),
    "loud": Wish(more="volume down"),
    "quiet": Wish(more="volume up"),
}
_REASONS: Final = frozenset({"why", "reason", "complaint", "remark"})
_ABOUT: Final = NAMED | {"complaint", "remark", "glue", "bit", "reason", "prop"}


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


def without_reason(reading: Reading) -> Reading:
    """The pieces but a mere reason and the place it tells of: "because it's dark in here"."""
    kept: list[Piece] = []
    telling = False
    for piece in reading.pieces:
        telling = piece.kind in _REASONS or (telling and piece.kind in ("glue", "place"))
        if not telling:
            kept.append(piece)
    return Reading(kept)


def reasonable(reading: Reading) -> bool:
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


def well_placed(pieces: Sequence[Piece]) -> bool:
    """An "on" that is no switching stands before what it is on; there is one verb, or one with a deed."""
    for at, piece in enumerate(pieces):
        if piece.kind == "glue" and piece.text == "on":
            before = pieces[at - 1].kind if at else ""
            after = pieces[at + 1] if at + 1 < len(pieces) else None
            if (
                before == "do"
                or after is None
                or not (after.kind in NAMED | VALUES | {"all"} or after.text in _THE)
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
    valued = any(reading.all(kind) for kind in VALUES)
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


def _inner_way(told: Sequence[Piece], at: int) -> bool:
    around = [piece.kind for piece in told[max(0, at - 1) : at + 3]]
    return told[at].kind == "way" and around == ["thing", "way", "and", "thing"]


def joined_alike(pieces: Sequence[Piece]) -> bool:
    """An "and" joins two things or two values, nothing else; two things stand side by side only so."""
    told = [piece for piece in pieces if piece.kind not in ("glue", "bit", "unit", "all")]
    # "Turn the heater on and the light": the way stands for both.
    told = [piece for at, piece in enumerate(told) if not _inner_way(told, at)]
    for at, piece in enumerate(told):
        if piece.kind == "and":
            if at == 0 or at + 1 == len(told):
                return False
            left, right = told[at - 1].kind, told[at + 1].kind
            if not (({left, right} <= NAMED) or ({left, right} <= VALUES)):
                return False
    kinds = [piece.kind for piece in told if piece.kind in ("thing", "and")]
    return all("and" in pair for pair in itertools.pairwise(kinds))
