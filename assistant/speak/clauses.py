"""Where a long sentence may be cut, so that its beginning sounds while the rest is made."""

import re
from collections.abc import Iterator

WORTH_CUTTING = 40
"""Characters; below this the whole sentence is as quick as its first half."""
LEAST_WORDS = 3
"""A piece must have so many to sound natural on its own …"""
LEAST_BEFORE_JOINT = 4
"""… and so many before a joint without a comma."""
GROWS = 2.5
"""A piece is at most so much longer than the one before it: it is made while that one plays."""

_PAUSE = re.compile(r"(?<=[,;:\u2013\u2014])\s+")
_JOINT = re.compile(
    r"\s+(?=(?:and|but|because|which|while|und|aber|weil|mais|pero|porque|perch\u00e9|maar|omdat)\s)"
)


def clauses(text: str) -> list[str]:
    """The sentence whole, or in pieces: the first as short as sounds natural, later ones longer."""
    pieces: list[str] = []
    rest = text
    while len(rest) > WORTH_CUTTING:
        limit = GROWS * len(pieces[-1]) if pieces else 0
        if pieces and len(rest) <= limit:
            break
        cuts = list(_cuts(rest))
        fitting = [cut for cut in cuts if cut[0] <= limit]
        if not cuts:
            break
        end, start = fitting[-1] if fitting else cuts[0]
        pieces.append(rest[:end])
        rest = rest[start:]
    return [*pieces, rest]


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Where a piece may end and the next begin."""
    found = [(pause.span(), LEAST_WORDS) for pause in _PAUSE.finditer(text)]
    found += [(joint.span(), LEAST_BEFORE_JOINT) for joint in _JOINT.finditer(text)]
    for (end, start), least in sorted(found):
        if len(text[:end].split()) >= least and len(text[start:].split()) >= LEAST_WORDS:
            yield end, start
