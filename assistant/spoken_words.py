"""Words → how they sound, read where they lie in a dictionary file: a big one takes no memory of its own."""

import mmap
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np


class SpokenWords(Mapping[str, tuple[str, ...]]):
    """A dictionary file in the CMU format: `word PH ON ES`, `word(2) …`, in the order of the words' bytes.

    A word's pronunciations come in the order of the file, which must not change while this is in use.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._ends = np.flatnonzero(np.frombuffer(self._text, np.uint8) == ord("\n")).astype(np.int32)

    def __getitem__(self, word: str) -> tuple[str, ...]:
        wanted = word.encode()
        low, high = 0, len(self._ends)
        while low < high:
            middle = (low + high) // 2
            if self._line(middle)[0] < wanted:
                low = middle + 1
            else:
                high = middle
        found = []
        while low < len(self._ends) and (line := self._line(low))[0] == wanted:
            found.append(line[1])
            low += 1
        if not found:
            raise KeyError(word)
        return tuple(found)

    def __iter__(self) -> Iterator[str]:
        before = b""
        for at in range(len(self._ends)):
            word = self._line(at)[0]
            if word != before:
                before = word
                yield word.decode()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _line(self, at: int) -> tuple[bytes, str]:
        """Word, without the number of its variant, and phones."""
        start = self._ends[at - 1] + 1 if at else 0
        word, _, phones = self._text[start : self._ends[at]].partition(b" ")
        if word.endswith(b")"):
            word = word.partition(b"(")[0]
        return word, phones.strip().decode()


@cache
def spoken_words(path: Path) -> SpokenWords:
    """The same file is opened once."""
    return SpokenWords(path)
