"""Where a long sentence may be cut, so that its beginning sounds while the rest is made."""

import re

WORTH_CUTTING = 60
"""Characters; below this the whole sentence is as quick as its first half."""
SHORTEST = 15
"""Characters a half must have to sound natural on its own."""

_PAUSE = re.compile(r"(?<=[,;:\u2013\u2014])\s+")


def clauses(text: str) -> list[str]:
    """The sentence whole, or in two at its first good pause."""
    if len(text) > WORTH_CUTTING:
        for pause in _PAUSE.finditer(text):
            head, tail = text[: pause.start()], text[pause.end() :]
            if len(head) >= SHORTEST and len(tail) >= SHORTEST:
                return [head, tail]
    return [text]
