"""The words that a set of sentences can hold: a text with any other word fits none of them.

A sound filter, and a cheap one: hassil takes tens of milliseconds to find that nothing fits.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from hassil.expression import Expression, Group, ListReference, RuleReference, Sentence, TextChunk
from hassil.intents import Intents, SlotList, TextSlotList, WildcardSlotList
from unicode_rbnf import RbnfEngine

_HIGHEST_SPOKEN: Final = 200
"""Numbers up to here may be written as words; their parts spell the higher ones."""
_WORD: Final = re.compile(r"[^\s\-_.,;:!?%°]+")


class Vocabulary:
    """The words of one language's sentences over the names of one house; free words are none of them."""

    def __init__(self, parsed: Intents, lists: Mapping[str, SlotList]) -> None:
        pieces = set(_numbers(parsed.language))
        for intent in parsed.intents.values():
            for block in intent.data:
                for text in (block.sentences, block.expansion_rules.values()):
                    pieces.update(_pieces(text))
                pieces.update(_listed(block.slot_lists.values()))
        pieces.update(_pieces(parsed.expansion_rules.values()))
        pieces.update(_listed({**parsed.slot_lists, **lists}.values()))
        # A word may be put together of pieces: "light[s]".
        longest_first = sorted(map(re.escape, pieces), key=len, reverse=True)
        self._words = frozenset(pieces)
        self._spelled = re.compile(f"(?:{'|'.join(longest_first)}|[0-9])+")

    def holds(self, text: str) -> bool:
        """Whether every word of a text is among them."""
        words = _WORD.findall(text.casefold())
        return all(word in self._words or self._spelled.fullmatch(word) for word in words)


def _pieces(sentences: Iterable[Sentence]) -> Iterator[str]:
    for sentence in sentences:
        yield from _of(sentence.expression)


def _of(part: Expression) -> Iterator[str]:
    if isinstance(part, TextChunk):
        yield from _WORD.findall(part.text.casefold())
    elif isinstance(part, Group):
        for item in part.items:
            yield from _of(item)
    elif isinstance(part, ListReference | RuleReference):
        return  # what they refer to is read by itself
    return


def _listed(lists: Iterable[SlotList]) -> Iterator[str]:
    for found in lists:
        if isinstance(found, TextSlotList):
            for value in found.values:
                yield from _of(value.text_in)
        elif isinstance(found, WildcardSlotList):
            continue


def _numbers(language: str) -> Iterator[str]:
    engine = RbnfEngine.for_language(language)
    for number in (*range(-1, _HIGHEST_SPOKEN), 1000):
        for said in engine.format_number(number).text_by_ruleset.values():
            yield from _WORD.findall(said.casefold().replace("\u00ad", ""))
