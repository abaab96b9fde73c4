"""What no phrase of ours fits: the wider sentences of home-assistant-intents, and misheard names."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.think.meaning import Meaning, same
from assistant.think.near_names import NearNames
from assistant.think.numbers import plain
from assistant.think.phrases import Phrases
from assistant.think.pronunciations import Sounds
from assistant.think.said import Unclear
from assistant.think.thing_forms import sorts_in
from assistant.think.typos import Typos
from assistant.think.wide_phrases import WidePhrases

One = Callable[[str, str], Meaning | None]
"""A text and a room → the single command that it is."""


class Loose:
    """The second try of one house."""

    def __init__(self, phrases: Phrases, words: frozenset[str]) -> None:
        """`words`: those that commands are made of."""
        sounds = Sounds(phrases.language)
        self._phrases = phrases
        self._wide = WidePhrases(phrases.language, phrases.names)
        areas = (form for area in phrases.names.areas for form in (area.name, *area.aliases))
        names = (*phrases.names.spoken(), *map(plain, areas))
        self._near = NearNames(names, sounds, self._same)
        # A device's own name is asked about where it is in doubt; what sort of thing it is, is not.
        sorts = itertools.chain.from_iterable(sorts_in(phrases.parsed.slot_lists).values())
        more = {*phrases.words("shared_words"), *(word for sort in sorts for word in sort.split())}
        self._typos = Typos(words | more, sounds.knows)

    def meaning(self, texts: Sequence[str], room: str, one: One) -> list[Meaning]:
        """What a text means, first of `texts`, which go on without the politeness around it."""
        words = texts[0].split()
        if not self._phrases.words("turning_words").isdisjoint(words):
            return []
        for said in texts:
            try:
                meant = self._wide.meaning(said, room)
            except Unclear:
                continue
            if meant is not None:
                return [Meaning(*meant, "home-assistant-intents")]
        right = self._typos.mended(texts[0])
        if right is not None and (meaning := one(right, room)) is not None:
            return [meaning]
        near = list(self._near.mended(words, self._phrases.words("never_in_names")))
        for sure in (True, False):
            found = [(m, each.name) for each in near if each.sure is sure and (m := one(each.text, room))]
            if found and all(same(found[0][0], other) for other, _ in found):
                meaning, name = found[0]
                return [meaning if sure else replace(meaning, in_doubt=name)]
        return []

    def _same(self, name: str, other: str) -> bool:
        area = self._phrases.names.area(name)
        if area is not None and area == self._phrases.names.area(other):
            return True
        return bool(set(self._phrases.names.meant(name, "")) & set(self._phrases.names.meant(other, "")))
