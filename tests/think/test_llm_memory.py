"""What is given back of memory was not needed: contents stay as they were."""

import mmap
import re
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assistant.think.llm.llm_memory import _WHOLE, _without, anonymous, forget_file, forget_zeros

linux = pytest.mark.skipif(sys.platform != "linux", reason="nothing is given back elsewhere")


def resident_kb(address: int) -> int:
    """Of the mapping that holds an address."""
    here = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if found := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            here = int(found[1], 16) <= address < int(found[2], 16)
        elif here and line.startswith("Rss:"):
            return int(line.split()[1])
    raise AssertionError("no such mapping")


def mapped(wholes: int) -> npt.NDArray[np.uint8]:
    """Memory as a large allocation gets it; numpy's own may lie in what the heap has left of earlier ones."""
    return np.frombuffer(mmap.mmap(-1, wholes * _WHOLE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS), np.uint8)


@linux
def test_zeros_that_were_written_are_given_back_and_what_is_no_zero_stays() -> None:
    kept = mapped(16)
    kept[:] = 7
    before = anonymous()
    new = mapped(16)
    new[:] = 0
    new[5 * _WHOLE] = 1
    new[-1] = 2
    address = new.ctypes.data + _WHOLE  # behind its first page, which may be a mapping of its own
    held_kb = resident_kb(address)
    forget_zeros(before)
    assert held_kb - resident_kb(address) >= 10 * _WHOLE // 1024
    assert new[5 * _WHOLE] == 1
    assert new[-1] == 2
    assert int(new.sum()) == 3
    assert int(kept.min()) == 7
    new[:] = 9  # and it is memory like any other
    assert int(new.min()) == 9


@linux
def test_what_was_there_before_is_not_even_looked_at() -> None:
    old = mapped(8)
    old[:] = 0
    held_kb = resident_kb(old.ctypes.data)
    forget_zeros(anonymous())
    assert resident_kb(old.ctypes.data) >= held_kb - 1024


@linux
def test_a_file_s_pages_come_back_by_themselves(tmp_path: Path) -> None:
    file = tmp_path / "model with spaces.gguf"
    file.write_bytes(bytes(range(256)) * 4096)
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        view = np.frombuffer(mapped, dtype=np.uint8)
        total, address = int(view.sum()), view.ctypes.data
        assert resident_kb(address) >= 1024
        forget_file(file)
        assert resident_kb(address) == 0
        assert int(view.sum()) == total
        del view


@pytest.mark.parametrize(
    ("span", "others", "left"),
    [
        ((10, 20), [], [(10, 20)]),
        ((10, 20), [(0, 5), (30, 40)], [(10, 20)]),
        ((10, 20), [(10, 20)], []),
        ((10, 20), [(5, 12), (15, 16), (18, 30)], [(12, 15), (16, 18)]),
    ],
)
def test_of_a_mapping_that_grew_only_what_is_new_counts(
    span: tuple[int, int], others: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    assert list(_without(span, others)) == left
