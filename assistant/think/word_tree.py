"""hassil's parsed expressions → trees of whole words.

hassil matches characters, so `light[s]` is two pieces of one word; a grammar for ears knows only words. Here
the pieces that touch are spelled out ("light" or "lights") and everything else keeps its shape.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)

from assistant.think.numbers import TENS, UNITS, in_words

MAX_PERMUTED = 3
"""Up to here every order is written out; more parts become a loop over them."""
_REFERENCE = "\0"


@dataclass(frozen=True, slots=True)
class Word:
    text: str


@dataclass(frozen=True, slots=True)
class Use:
    """A list ("{name}") or a rule ("<name>") spoken at this place."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """All parts, one after the other; no parts: nothing is said."""

    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the parts."""

    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Loop:
    """The part once or more often."""

    part: "Tree"


Tree: TypeAlias = Word | Use | Row | Choice | Loop
SILENCE = Row(())


def words_of(text: str) -> Tree:
    """A text of plain words."""
    return row(tuple(Word(word) for word in text.split()))


def row(parts: tuple[Tree, ...]) -> Tree:
    """Parts in a row, flattened."""
    flat = tuple(inner for part in parts for inner in (part.parts if isinstance(part, Row) else (part,)))
    return flat[0] if len(flat) == 1 else Row(flat)


def choice(parts: tuple[Tree, ...]) -> Tree:
    """One of the parts, each once."""
    flat = tuple(
        dict.fromkeys(i for part in parts for i in (part.parts if isinstance(part, Choice) else (part,)))
    )
    return flat[0] if len(flat) == 1 else Choice(flat)


def tree(expression: Expression) -> Tree:
    """The word tree of a phrase, a rule's body or a list's entry."""
    if isinstance(expression, TextChunk):
        return words_of(expression.text.lower().replace("-", " "))
    if isinstance(expression, ListReference):
        return Use("list", expression.list_name)
    if isinstance(expression, RuleReference):
        return Use("rule", expression.rule_name)
    if isinstance(expression, Alternative):
        return choice(tuple(tree(item) for item in expression.items))
    if isinstance(expression, Permutation):
        parts = tuple(tree(item) for item in expression.items)
        if len(parts) > MAX_PERMUTED:
            return Loop(choice(parts))
        return choice(tuple(row(order) for order in itertools.permutations(parts)))
    if isinstance(expression, Group):
        return row(tuple(_run(run) for run in _touching(expression.items)))
    raise TypeError(f"an expression hassil did not have before: {expression!r}")


def factored(texts: Iterable[str]) -> Tree:
    """The same texts with common beginnings said once, and words that go on alike side by side."""
    return _factored(frozenset(tuple(text.split()) for text in texts))


def _factored(texts: frozenset[tuple[str, ...]]) -> Tree:
    after: dict[str, set[tuple[str, ...]]] = {}
    for text in sorted(texts):
        if text:
            after.setdefault(text[0], set()).add(text[1:])
    alike: dict[frozenset[tuple[str, ...]], list[str]] = {}
    for word, rests in after.items():
        alike.setdefault(frozenset(rests), []).append(word)
    parts = [row((choice(tuple(map(Word, words))), _factored(rests))) for rests, words in alike.items()]
    return choice((*([SILENCE] if () in texts else []), *parts)) if parts else SILENCE


def number_tree(first: int, last: int) -> Tree:
    """Every whole number from `first` to `last` (below 1000) as it is said, "and" after hundreds optional."""
    parts: list[Tree] = [Word(UNITS[n]) for n in range(max(first, 0), min(last, 19) + 1)]
    digits = Choice((SILENCE, *(Word(UNITS[n]) for n in range(1, 10))))
    whole = tuple(Word(TENS[n]) for n in range(2, 10) if first <= 10 * n and 10 * n + 9 <= last)
    if whole:
        parts.append(row((choice(whole), digits)))
    for decade in range(20, 100, 10):
        if not (first <= decade and decade + 9 <= last):
            parts += [words_of(in_words(n)) for n in range(max(first, decade), min(last, decade + 9) + 1)]
    for hundred in range(100, min(last, 999) + 1, 100):
        low, high = max(first - hundred, 0), min(last - hundred, 99)
        if high < low:
            continue
        head: list[Tree] = [words_of(in_words(hundred))]
        if hundred == 100:
            head.append(words_of("a hundred"))
        rest = row((choice((SILENCE, Word("and"))), number_tree(max(low, 1), high))) if high else SILENCE
        parts.append(row((choice(tuple(head)), choice((SILENCE, rest)) if low == 0 else rest)))
    return choice(tuple(parts))


def _touching(items: list[Expression]) -> Iterator[list[Expression]]:
    """Cut a sequence where white space is; what remains together may be one word."""
    run: list[Expression] = []
    for item in items:
        if run and not _touch(run[-1], item):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _touch(left: Expression, right: Expression) -> bool:
    ends, starts = _edges(left, -1), _edges(right, 0)
    return any(
        end not in {" ", _REFERENCE} and start not in {" ", _REFERENCE} for end in ends for start in starts
    )


def _edges(expression: Expression, side: int) -> set[str]:
    """The characters an expression may have on one side; empty ones have none."""
    if isinstance(expression, TextChunk):
        return {expression.text[side]} if expression.text else set()
    if isinstance(expression, Alternative | Permutation):
        return set().union(*(_edges(item, side) for item in expression.items))
    if isinstance(expression, Group):
        found: set[str] = set()
        for item in expression.items[:: 1 if side == 0 else -1]:
            found |= _edges(item, side)
            if not (isinstance(item, Alternative) and item.is_optional) and found:
                break
        return found
    return {_REFERENCE}


def _run(run: list[Expression]) -> Tree:
    if len(run) == 1:
        return tree(run[0])
    names: list[Use] = []
    spelled = dict.fromkeys(
        "".join(pieces) for pieces in itertools.product(*(_spell(part, names) for part in run))
    )
    return choice(tuple(_reread(text, names) for text in spelled))


def _spell(expression: Expression, names: list[Use]) -> list[str]:
    if isinstance(expression, TextChunk):
        return [expression.text.lower()]
    if isinstance(expression, ListReference | RuleReference):
        found = tree(expression)
        assert isinstance(found, Use)
        names.append(found)
        return [f" {_REFERENCE}{len(names) - 1} "]
    if isinstance(expression, Alternative):
        return [text for item in expression.items for text in _spell(item, names)]
    assert isinstance(expression, Group)
    return [
        "".join(pieces) for pieces in itertools.product(*(_spell(item, names) for item in expression.items))
    ]


def _reread(text: str, names: list[Use]) -> Tree:
    return row(
        tuple(
            names[int(token[1:])] if token.startswith(_REFERENCE) else Word(token)
            for token in text.replace("-", " ").split()
        )
    )
