"""The first clause of a written answer, told while the rest of its sentence is written.

Only where a person asked to know something: what such an answer may not say is judged clause by clause, and
again as a whole. A beginning whose end may not be said stays without one.
"""

import re
from dataclasses import replace
from typing import Final

from assistant.messages import Sentence
from assistant.think.claims import claims

LEAST_WORDS: Final = 3
"""Fewer do not sound natural by themselves."""
LONGEST: Final = 120
"""Characters; a later pause is as far as the end."""
_PLAIN: Final = r"[^\s.!?…:\"\u201c\u201d()\[\]{}<>*_`|=]+"
_CLAUSE: Final = re.compile(rf"\s*({_PLAIN}(?: {_PLAIN}){{{LEAST_WORDS - 1},}}?),\s+\w")


class EarlyClause:
    """One answer of the language model. `wanted`: its beginning may be told early."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._begun = ""

    def begin(self, written: str) -> tuple[Sentence, ...]:
        """The first clause of the sentence under way, once, as soon as what follows it has begun."""
        if not self._wanted:
            return ()
        found = _CLAUSE.match(written[:LONGEST])
        if found is None:
            return ()
        self._wanted = False
        if claims(found[1]):
            return ()
        self._begun = found[1]
        return (Sentence(self._begun, begins=True),)

    def whole(self, sentence: Sentence) -> Sentence:
        """A whole sentence, with what of it was told already."""
        self._wanted = False
        begun, self._begun = self._begun, ""
        return replace(sentence, led=begun) if begun and sentence.text.startswith(f"{begun},") else sentence
