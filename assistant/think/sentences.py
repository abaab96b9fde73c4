"""TextDelta… → Sentence…, each as soon as its end is certain."""

import re

LONGEST = 240
"""Characters of one sentence; longer ones are cut at a clause or a space."""
_SHORTEST_CUT = 80

_FULL_WIDTH = "\u3002\uff01\uff1f"
"""Chinese and Japanese full stop, exclamation and question mark: they end a sentence with no space after."""
_END = re.compile(rf"[.!?…]+[\"'\u201d\u2019»)\]*_]*(?=\s)|[{_FULL_WIDTH}]|\n+")
_CLAUSE = re.compile(r"[,;:\u2013\u2014]\s|\s[-\u2013\u2014]\s")
_OPENING = "\"'\u201c\u2018«([*_"
_NEVER_ENDS = frozenset(
    {
        "dr",
        "mr",
        "mrs",
        "ms",
        "prof",
        "st",
        "sr",
        "jr",
        "vs",
        "e.g",
        "i.e",
        "approx",
        "ca",
        "fig",
        "vol",
        "gen",
    }
    | {"col", "lt", "sgt", "rev", "hon", "mt", "ft", "z.b", "d.h", "bzw"}
)
"""Before a dot, these go on."""
_SELDOM_ENDS = frozenset(
    {
        "a.m",
        "p.m",
        "am",
        "pm",
        "etc",
        "inc",
        "ltd",
        "co",
        "u.s",
        "u.k",
        "no",
        "nr",
        "min",
        "max",
        "sec",
        "hr",
        "hrs",
    }
    | {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "usw"}
    | {"mon", "tue", "tues", "wed", "thu", "thurs", "fri", "sat", "sun"}
)
"""Before a dot, these end a sentence only if a capital follows."""


class SentenceCutter:
    """Feed it text as it comes; it hands back whole sentences."""

    def __init__(self) -> None:
        self._buffer = ""

    @property
    def under_way(self) -> str:
        """What was fed of a sentence whose end has not come."""
        return self._buffer

    def feed(self, text: str) -> list[str]:
        """Take a piece; return the sentences it completes."""
        self._buffer += text
        whole: list[str] = []
        while (cut := self._cut()) is not None:
            whole.append(self._buffer[:cut])
            self._buffer = self._buffer[cut:]
        return _spoken(whole)

    def finish(self) -> list[str]:
        """The text is over: what is left is a sentence too."""
        rest, self._buffer = self._buffer, ""
        return _spoken([rest])

    def _cut(self) -> int | None:
        """Where the first sentence ends, if that is certain."""
        for found in _END.finditer(self._buffer):
            ends = self._ends(found)
            if ends is None:
                return self._too_long(found.start())
            if ends:
                return found.end()
        return self._too_long(len(self._buffer))

    def _ends(self, found: re.Match[str]) -> bool | None:
        """Whether a mark ends the sentence; None: what follows will tell."""
        mark = found[0]
        if mark[0] == "\n" or mark in _FULL_WIDTH:
            return True
        if "!" in mark or "?" in mark:
            return True
        before = self._buffer[: found.start()].split()
        word = before[-1].lstrip(_OPENING).lower() if before else ""
        if word in _NEVER_ENDS or (len(before) == 1 and word.isdigit()):
            return False
        initial = len(word) == 1 and word.isalpha() and word != "i"
        doubtful = word in _SELDOM_ENDS or initial or word[-1:].isdigit() or mark[0] == "…" or ".." in mark
        if not doubtful:
            return True
        following = self._buffer[found.end() :].lstrip(" ")
        if not following:
            return None
        capital = not following[0].islower() and not following[0].isdigit()
        return capital and not initial

    def _too_long(self, upto: int) -> int | None:
        """A cut inside a sentence that is longer than may be."""
        if upto <= LONGEST:
            return None
        head = self._buffer[:LONGEST]
        clauses = [found.end() for found in _CLAUSE.finditer(head) if found.end() >= _SHORTEST_CUT]
        if clauses:
            return clauses[-1]
        space = head.rfind(" ")
        return space + 1 if space >= _SHORTEST_CUT else LONGEST


def _spoken(pieces: list[str]) -> list[str]:
    """Without what has nothing to say."""
    stripped = (piece.strip() for piece in pieces)
    return [piece for piece in stripped if any(letter.isalnum() for letter in piece)]
