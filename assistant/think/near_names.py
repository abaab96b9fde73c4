"""A device name that was almost right → the name it must have been, or nothing."""

from collections.abc import Callable, Collection, Iterator, Sequence

from rapidfuzz import fuzz

LIKE = 86.0
"""rapidfuzz ratio (0 to 100) from which two names are alike; "chicken light" is 69 to "kitchen light"."""
APART = 8.0
"""How much better the best name must be than any other device's."""
SHORTEST = 5


def mended(
    words: Sequence[str],
    names: Sequence[str],
    kept: Collection[str],
    same: Callable[[str, str], bool],
    real: Callable[[str], bool],
) -> Iterator[str]:
    """Texts in which one misspelt name is replaced by the only name it is like.

    `same(a, b)`: both name one device. `real(word)`: the word is English, so it was meant as it stands: only
    non-words are mended, besides a plural s. `kept`: numbers and the like, which never change.
    """
    for length in range(1, 5):
        for start in range(len(words) - length + 1):
            found = words[start : start + length]
            best = _best(" ".join(found), names, same)
            if best is not None and _mendable(found, best.split(), kept, real):
                yield " ".join((*words[:start], best, *words[start + length :]))


def _best(text: str, names: Sequence[str], same: Callable[[str, str], bool]) -> str | None:
    if len(text) < SHORTEST or text in names:
        return None
    scored = sorted(((fuzz.ratio(text, name), name) for name in names), reverse=True)
    if not scored or scored[0][0] < LIKE:
        return None
    best = scored[0][1]
    rival = next((score for score, name in scored[1:] if not same(name, best)), 0.0)
    return best if scored[0][0] - rival >= APART else None


def _mendable(
    found: Sequence[str], name: Sequence[str], kept: Collection[str], real: Callable[[str], bool]
) -> bool:
    if any(word in kept for word in set(found) ^ set(name)):
        return False
    return all(word in name or word.removesuffix("s") in name or not real(word) for word in found)
