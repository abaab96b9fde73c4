"""A sentence → the sentences that differ from it in one word and would be understood too.

They are what a misheard word turns into: another number, on for off, up for down. Only hundreds may be more
than the house understands: "eight hundred percent" is heard as "a hundred percent".
"""

import math
from collections.abc import Callable, Sequence

from assistant.hear.stt.narrow_jsgf import Automaton

_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NUMBERS = frozenset((*_UNITS, "ten", "eleven", "twelve", *_TEENS, "twenty", *_TENS, "hundred"))
_A_HUNDRED = ("a", "one")
_CLASSES = (_NUMBERS, frozenset({"on", "off"}), frozenset({"up", "down"}))
"""Words whose exchange always changes what is done. For names and verbs the open rival is the better test:
their exchange is often another way to say the same ("minute", "minutes").
"""
_TEN_OF = dict(zip(_TEENS, _TENS, strict=True))
_PAIRS = {("ten", "two"), *zip(("six", "seven", "eight", "nine"), _TENS[3:], strict=True)}
_ALIKE = frozenset((*_PAIRS, *((other, word) for word, other in _PAIRS)))
"""Hard to tell apart before "minutes"; teens and tens have a rule of their own."""
_CHOICES = 30
"""Words that may follow; where more may, a list of names or groceries begins."""
_COMMON, _RAREST = -10.0, -5.0
"""Natural logarithms: as common as milk and eggs; how much rarer than that a word counts at most."""
_TRUST = 5.0
"""How much that counts: the scores of two readings of the same words differ by 20."""


def alike(word: str, other: str) -> bool:
    """Words that a decoder mixes up more easily than others."""
    return (word, other) in _ALIKE


def always_compared(word: str) -> bool:
    """Words that are read against their twins, wherever they stand."""
    return any(word in kind for kind in _CLASSES)


def teen_and_ten(word: str, other: str) -> bool:
    """Fifteen and fifty, in this order."""
    return _TEN_OF.get(word) == other


def teen_or_ten(word: str, other: str) -> bool:
    """Fifteen and fifty, or fifty and fifteen."""
    return teen_and_ten(word, other) or teen_and_ten(other, word)


def alternatives(graph: Automaton, words: Sequence[str]) -> dict[int, tuple[str, ...]]:
    """Place → other words that may stand there in an otherwise equal sentence of `graph`; other hundreds."""
    states = graph.path(words)
    if states is None:
        return {}
    found = {}
    for place, word in enumerate(words):
        kind = next((kind for kind in _CLASSES if word in kind), frozenset())
        others = tuple(
            other
            for other in sorted(kind - {word})
            if graph.path([*words[:place], other, *words[place + 1 :]]) is not None
        )
        if word in _A_HUNDRED and words[place + 1 : place + 2] == ["hundred"]:
            others = _UNITS[1:]
        if others:
            found[place] = others
    return found


def ends_alike(graph: Automaton, words: Sequence[str]) -> bool:
    """Whether another of the words that change what is done may be the last one: "off" for "on"."""
    return len(words) - 1 in alternatives(graph, words)


def rarities(graph: Automaton, prior: Callable[[str], float]) -> dict[tuple[int, str], float]:
    """(state, word) → weight, in long lists: of words that sound alike the common one is likelier.

    `prior`: natural logarithm. Numbers are as likely as each other, and so are the verbs that may begin.
    """
    first = graph.arcs[graph.start].keys()
    return {
        (state, word): math.exp(_TRUST * min(0.0, max(_RAREST, prior(word) - _COMMON)))
        for state, after in enumerate(graph.arcs)
        if len(after) > _CHOICES and 2 * len(after.keys() & first) < len(after)
        for word in after
        if word not in _NUMBERS
    }


def only(words: Sequence[str]) -> Automaton:
    """The graph of one sentence."""
    arcs = [{word: place + 1} for place, word in enumerate(words)]
    return Automaton(0, frozenset({len(words)}), (*arcs, {}))


def twins(words: Sequence[str], others: dict[int, tuple[str, ...]]) -> Automaton:
    """The graph of all sentences with exactly one word exchanged; `others` is not empty.

    It has no way on without an exchange: a decoder that finds no whole sentence reports an unfinished one.
    """
    length, last = len(words), max(others)
    arcs: list[dict[str, int]] = [{} for _ in range(2 * length + 2)]
    for place, word in enumerate(words):
        if place < last:
            arcs[place][word] = place + 1
        arcs[length + 1 + place][word] = length + 2 + place
        arcs[place] |= dict.fromkeys(others.get(place, ()), length + 2 + place)
    return Automaton(0, frozenset({2 * length + 1}), tuple(arcs))


SHORT_WORDS = 3


def short(graph: Automaton, most: int = SHORT_WORDS) -> Automaton:
    """The sentences of up to `most` words that name nothing of a long list: "stop", "turn it up"."""
    number: dict[tuple[int, int], int | None] = {}
    arcs: list[dict[str, int]] = []
    finals = set[int]()

    def grow(state: int, left: int) -> int | None:
        """The new number of `state` with `left` more words to come; None where no sentence ends in time."""
        if (state, left) not in number:
            after = graph.arcs[state] if left else {}
            if left < most and len(after) > _CHOICES:
                after = {}
            found = {word: end for word, to in after.items() if (end := grow(to, left - 1)) is not None}
            number[state, left] = len(arcs) if found or state in graph.finals else None
            if number[state, left] is not None:
                if state in graph.finals:
                    finals.add(len(arcs))
                arcs.append(found)
        return number[state, left]

    start = grow(graph.start, most)
    return (
        Automaton(0, frozenset(), ({},))
        if start is None
        else Automaton(start, frozenset(finals), tuple(arcs))
    )
