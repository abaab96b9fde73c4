"""Words → how they sound, read where they lie in a dictionary file: a big one takes no memory of its own."""

import mmap
from array import array
from bisect import bisect_left
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
        ends = np.flatnonzero(np.frombuffer(self._text, np.uint8) == ord("\n"))
        self._ends = array("i", ends.astype(np.int32).tobytes())

    def __getitem__(self, word: str) -> tuple[str, ...]:
        wanted = word.encode()
        at = bisect_left(range(len(self._ends)), wanted, key=self._word)
        found = []
        while at < len(self._ends) and self._word(at) == wanted:
            found.append(self._phones(at))
            at += 1
        if not found:
            raise KeyError(word)
        return tuple(found)

    def __iter__(self) -> Iterator[str]:
        before = b""
        for at in range(len(self._ends)):
            word = self._word(at)
            if word != before:
                before = word
                yield word.decode()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _start(self, at: int) -> int:
        return self._ends[at - 1] + 1 if at else 0

    def _word(self, at: int) -> bytes:
        """Without the number of its variant."""
        start = self._start(at)
        word = self._text[start : self._text.find(b" ", start)]
        return word.partition(b"(")[0] if word.endswith(b")") else word

    def _phones(self, at: int) -> str:
        return self._text[self._start(at) : self._ends[at]].partition(b" ")[2].strip().decode()


@cache
def spoken_words(path: Path) -> SpokenWords:
    """The same file is opened once."""
    return SpokenWords(path)
