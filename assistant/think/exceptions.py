"""All but some: `turn off all the lights except the kitchen`, `everything but the heater`.

The words of the exception are taken out of the command; what they name stays as it is.
"""

from collections.abc import Sequence
from typing import Final

from assistant.think.lexicon import Piece
from assistant.think.names import HouseNames
from assistant.think.readings import Reading
from assistant.think.things import Things

_INSIDE: Final = frozenset({"thing", "place", "all", "glue", "and", "ones"})
_CONTRAST: Final = ("but not", "and not")
_NAMED: Final = frozenset({"thing", "place"})
_KEPT: Final = ("leave", "keep")
"""After these an "on", "off" or "alone" tells only how things stay."""


class Unnamed(Exception):
    """The words of an exception name nothing."""


def split(pieces: Sequence[Piece]) -> tuple[Reading, list[Reading]] | None:
    """A command without its exception, and what is excepted, part by part; None where there is none."""
    starts = [at for at, piece in enumerate(pieces) if piece.kind == "except"]
    if len(starts) != 1:
        return None
    start = starts[0]
    end = start + 1
    while end < len(pieces) and pieces[end].kind in _INSIDE:
        end += 1
    inside = list(pieces[start + 1 : end])
    stays = set(_KEPT) & set(pieces[start].text.split())
    if stays and end < len(pieces) and pieces[end].kind == "way":
        end += 1
    outside = [*pieces[:start], *pieces[end:]]
    parts: list[list[Piece]] = [[]]
    for piece in inside:
        if piece.kind == "and":
            parts.append([])
        else:
            parts[-1].append(piece)
    named = all(any(piece.kind in _NAMED for piece in part) for part in parts)
    rest = Reading(_named_all(outside, inside))
    together = rest.all("all") or rest.all("everything") or _many(rest) or apart(pieces)
    if not named or not together or rest.all("ones"):
        return None
    return rest, [Reading(part) for part in parts]


def apart(pieces: Sequence[Piece]) -> bool:
    """Whether it is a mere contrast, which may be none of what is commanded: "the light but not the fan"."""
    return any(piece.kind == "except" and piece.text in _CONTRAST for piece in pieces)


def _named_all(outside: Sequence[Piece], inside: Sequence[Piece]) -> list[Piece]:
    """ "All but the kitchen lights" are lights; "all but the kitchen" is everything."""
    if any(piece.kind in ("thing", "everything") for piece in outside):
        return list(outside)
    things = [piece.text.split()[-1] for piece in inside if piece.kind == "thing"]
    noun = things[0] if things else ""
    named = Piece("thing", noun, noun if noun.endswith("s") else f"{noun}s")
    whole = named if noun else Piece("everything", "everything", "everything")
    return [piece for each in outside for piece in ((each, whole) if each.kind == "all" else (each,))]


def excepted(
    part: Reading, targets: Sequence[str], room: str, names: HouseNames, things: Things
) -> frozenset[str]:
    """The devices that one part of an exception names. Raises Unnamed where it names none in this house."""
    areas = part.areas(room, names)
    if not part.all("thing"):
        there = frozenset(d.name for d in names.devices if areas is not None and d.area in areas)
        if not there:
            raise Unnamed
        return there
    kinds = names.kinds([device.name for device in names.devices])
    found: set[str] = set()
    for thing in part.all("thing"):
        if thing.text in things.places():
            raise Unnamed  # another reading has it as the place that it is
        near = names.kinds(targets)
        meant, _ = things.named(thing.text, room, near, areas, every=bool(part.all("all")))
        found |= set(meant or things.named(thing.text, room, kinds, areas, every=True)[0])
    if not found:
        raise Unnamed
    return frozenset(found)


def _many(rest: Reading) -> bool:
    """Whether the command is of several things: "the lights", "every lamp", "the lamps and the fan"."""
    things = rest.all("thing")
    return len(things) > 1 or any(
        thing.text.endswith("s") or thing.text.startswith(("every ", "each ")) for thing in things
    )
