"""Words → how they sound, in the phones of the bundled English acoustic model (CMU's 39)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path

from assistant.errors import EngineError
from assistant.spoken_words import spoken_words

_SHORTEST_PART = 3
_SHORT = dict.fromkeys(("AH", "EH", "IH", "UH"), "@")
"""Vowels that a hurried tongue, and a spelling, take for one another."""


class Sounds:
    """The bundled dictionary, our own additions, and compounds of known words ("toolshed")."""

    def __init__(self, language: str) -> None:
        self._known = _bundled()
        self._own = _own(language)

    def knows(self, word: str) -> bool:
        """Whether the speech engine's dictionary has the word by itself."""
        return word in self._known

    def spoken(self, words: Sequence[str]) -> str:
        """How a row of words sounds, its short vowels all alike; empty where one of them is unknown."""
        phones = [self._first(word) or self._first(word.replace("'", "")) for word in words]
        if not all(phones):
            return ""
        return " ".join(_SHORT.get(phone, phone) for each in phones for phone in each.split())

    def extra(self, word: str) -> list[str] | None:
        """Pronunciations the engine must be given for `word`; [] when it knows it, None when nobody does."""
        if word in self._known:
            return []
        if word in self._own:
            return self._own[word]
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            first, second = self._first(word[:cut]), self._first(word[cut:])
            if first and second:
                return [f"{first} {second}"]
        return None

    def _first(self, word: str) -> str:
        """Its first pronunciation; empty for one that is unknown."""
        return self._known.get(word, ("",))[0]


def _bundled() -> Mapping[str, tuple[str, ...]]:
    """Pocketsphinx's English dictionary."""
    try:
        import pocketsphinx
    except ImportError as error:
        raise EngineError("The speech engine pocketsphinx is not installed; run: uv sync") from error
    return spoken_words(Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict")


@lru_cache(maxsize=8)
def _own(language: str) -> Mapping[str, list[str]]:
    file = resources.files("assistant") / "skills" / "phrases" / language / "lists" / "pronunciations.txt"
    found: dict[str, list[str]] = {}
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            word, _, phones = line.partition(" ")
            if phones and not word.startswith("#"):
                found.setdefault(word, []).append(phones.strip())
    return found
