"""How people name things on a list: counts in front, articles dropped, apples the same as apple."""

from typing import Final

from assistant.memory.lists import Item
from assistant.skills.wording import number

_DROPPED: Final = ("a ", "an ", "the ", "some ", "any ", "more ")
_COUNTS: Final = {word: count for count in range(1, 100) for word in (str(count), number(count))} | {
    number(count).replace("-", " "): count for count in range(21, 100)
}
_DOZENS: Final = {"a dozen": 12, "half a dozen": 6, "a half dozen": 6, "half dozen": 6, "dozen": 12} | {
    f"{number(count)} dozen": 12 * count for count in range(1, 10)
}
_NO_COUNT_BEFORE: Final = ("percent", "up")
"""`two percent milk` is one thing."""


def item(said: str) -> Item:
    """`Two apples` → an item with its count."""
    text = " ".join(said.split()).rstrip(".,!?")
    count, text = _split_count(text)
    for word in _DROPPED:
        if text.casefold().startswith(word) and len(text) > len(word):
            text = text[len(word) :]
    return Item(_key(text), text, count)


def shown(thing: Item) -> str:
    """`milk`, `two apples`."""
    return thing.text if thing.count is None else f"{number(thing.count)} {thing.text}"


def _split_count(text: str) -> tuple[int | None, str]:
    words = text.split()
    for size in (3, 2, 1):
        dozens = _DOZENS.get(" ".join(words[:size]).casefold())
        if dozens is not None and len(words) > size:
            rest = " ".join(words[size:])
            return dozens, rest.removeprefix("of ")
        count = _COUNTS.get(" ".join(words[:size]).casefold())
        if count is not None and len(words) > size and words[size].casefold() not in _NO_COUNT_BEFORE:
            return count, " ".join(words[size:])
    return None, text


def _key(text: str) -> str:
    """The same for singular and plural; only compared, never shown."""
    word = text.casefold()
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("ie"):
        return word[:-2] + "y"
    if word.endswith(("oes", "shes", "ches", "xes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
