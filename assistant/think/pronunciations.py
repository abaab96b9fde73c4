"""Words → how they sound, in the phones of the bundled English acoustic model (CMU's 39)."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path

from assistant.errors import EngineError

_SHORTEST_PART = 3


class Sounds:
    """The bundled dictionary, our own additions, and compounds of known words ("toolshed")."""

    def __init__(self, language: str) -> None:
        self._known = _bundled()
        self._own = _own(language)

    def knows(self, word: str) -> bool:
        """Whether the speech engine's dictionary has the word by itself."""
        return word in self._known

    def extra(self, word: str) -> list[str] | None:
        """Pronunciations the engine must be given for `word`; [] when it knows it, None when nobody does."""
        if word in self._known:
            return []
        if word in self._own:
            return self._own[word]
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            first, second = self._known.get(word[:cut]), self._known.get(word[cut:])
            if first and second:
                return [f"{first} {second}"]
        return None


@lru_cache(maxsize=1)
def _bundled() -> Mapping[str, str]:
    """The first pronunciation of every word in pocketsphinx's English dictionary."""
    try:
        import pocketsphinx
    except ImportError as error:
        raise EngineError("The speech engine pocketsphinx is not installed; run: uv sync") from error
    path = Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict"
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if "(" not in line.split(" ", 1)[0])


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
