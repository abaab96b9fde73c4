"""What a loaded model need not hold: the file it was rewritten from, and the part of its cache never used.

Linux only; elsewhere nothing is given back.
"""

import ctypes
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

Span: TypeAlias = tuple[int, int]
"""Addresses, from the first to behind the last."""
_MAPS: Final = Path("/proc/self/maps")
_DONT_NEED: Final = 4
"""MADV_DONTNEED: pages of a file are read again when they are wanted, others are zeros then."""
_WHOLE: Final = 2 * 1024 * 1024
"""Zeros in a row that are given back: nothing alive is so large and nothing but zeros, except a cache."""


def forget_file(file: Path) -> None:
    """Let go of the mapped pages of a file: those that are wanted again come back by themselves."""
    for span in _spans(str(file.resolve())):
        _give_back(*span)


def anonymous() -> list[Span]:
    """Memory of no file, as it is now."""
    return list(_spans(""))


def forget_zeros(before: list[Span]) -> None:
    """Let go of long runs of zeros in memory that is new since `before`: they are zeros again when wanted.

    Nobody else may be filling new memory meanwhile.
    """
    for span in anonymous():
        for low, high in _without(span, before):
            first = -(-low // _WHOLE) * _WHOLE
            for at in range(first, high - _WHOLE + 1, _WHOLE):
                run = (ctypes.c_char * _WHOLE).from_address(at)
                if not np.frombuffer(memoryview(run), dtype=np.uint64).any():
                    _give_back(at, at + _WHOLE)


def _without(span: Span, others: list[Span]) -> Iterator[Span]:
    """The parts of a span that none of the others, in order, covers."""
    low, high = span
    for start, end in others:
        if end <= low or start >= high:
            continue
        if start > low:
            yield low, start
        low = end
    if low < high:
        yield low, high


def _spans(name: str) -> Iterator[Span]:
    """The mappings of a file, or the private writable ones of none, by address."""
    lines: list[str] = []
    with suppress(OSError):
        lines = _MAPS.read_text(errors="replace").splitlines()
    for line in lines:
        addresses, rights, _, _, _, *rest = line.split(maxsplit=5)
        if (rest[0] if rest else "") != name or (not name and rights != "rw-p"):
            continue
        low, high = addresses.split("-")
        yield int(low, 16), int(high, 16)


def _give_back(low: int, high: int) -> None:
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).madvise(ctypes.c_void_p(low), ctypes.c_size_t(high - low), _DONT_NEED)
