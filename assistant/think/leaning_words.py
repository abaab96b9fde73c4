"""The words of a language that lean on an earlier turn, and how they come off a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.think.phrases import Phrases


@dataclass(frozen=True, slots=True)
class LeaningWords:
    """The lists of `corrections.yaml`; all empty in a language without."""

    filler: frozenset[str]
    too_before: frozenset[str]
    too_after: frozenset[str]
    ask_before: frozenset[str]
    meant_before: frozenset[str]
    not_this: frozenset[str]
    instead_after: frozenset[str]
    pronoun: frozenset[str]
    plural: frozenset[str]
    that_sort: frozenset[str]
    other_one: frozenset[str]
    bare_verb: frozenset[str]
    rather: frozenset[str]
    not_to_devices: frozenset[str]
    there: frozenset[str]
    again_after: frozenset[str]
    again: frozenset[str]
    once_more: frozenset[str]
    more: frozenset[str]
    less: frozenset[str]
    comparative: frozenset[str]
    article: frozenset[str]
    place_before: frozenset[str]

    @classmethod
    def of(cls, phrases: Phrases) -> "LeaningWords":
        """Those of a house's language."""
        return cls(**{name: phrases.words(name) for name in cls.__dataclass_fields__})

    def bare(self, text: str) -> str:
        """Without what adds nothing in front."""
        while (rest := without_lead(text, self.filler)) is not None:
            text = rest
        return text

    def core(self, text: str) -> str:
        """Without prepositions and articles in front: `in the bedroom` → `bedroom`."""
        words = text.split()
        while len(words) > 1 and words[0] in self.place_before | self.article:
            words.pop(0)
        return " ".join(words)


def without_lead(text: str, leads: frozenset[str]) -> str | None:
    """What follows the longest lead; None where there is none, or nothing after it."""
    found = max((lead for lead in leads if text.startswith(f"{lead} ")), key=len, default=None)
    return None if found is None else text.removeprefix(f"{found} ")


def without_tail(text: str, tails: frozenset[str]) -> str | None:
    """What comes before the longest tail; None where there is none, or nothing before it."""
    found = max((tail for tail in tails if text.endswith(f" {tail}")), key=len, default=None)
    return None if found is None else text.removesuffix(f" {found}")


def places_of(text: str, wanted: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Where any of these words stand, the longest first: (before, the words, after)."""
    words = text.split()
    longest = max((len(each.split()) for each in wanted), default=0)
    for size in range(longest, 0, -1):
        for start in range(len(words) - size + 1):
            found = " ".join(words[start : start + size])
            if found in wanted:
                yield " ".join(words[:start]), found, " ".join(words[start + size :])


def joined(*parts: str) -> str:
    """Parts of a sentence with one space between them; empty ones count for nothing."""
    return " ".join(part for part in parts if part)
