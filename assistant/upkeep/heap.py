"""What a house keeps for good is left out of garbage collections, which would hold up all sound; what it does
not keep goes back to the system."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from assistant.house.threads import c_library

TRIM_S: Final = 60.0
_ARENA_MAX: Final = -8
_MMAP_THRESHOLD: Final = -3
_TRIM_THRESHOLD: Final = -1
"""Of glibc's malloc.h."""


def given_back() -> None:
    """Memory that is free again is given back: a house of 50 rooms has as many threads, each of which would
    keep a heap of its own, and the 256 KiB of every TLS handshake would tear holes into them. Ten minutes of
    49 rooms that talk beside five that reconnect all the time: 16 MB more without it.

    Before the first thread begins. Only where the C library is glibc; elsewhere nothing happens.
    """
    for what, value in ((_ARENA_MAX, 2), (_MMAP_THRESHOLD, 128 * 1024), (_TRIM_THRESHOLD, 256 * 1024)):
        c_library("mallopt", what, value)


async def giving_back() -> None:
    """For ever: once a minute, what lies free between things that are kept goes back to the system too.

    Of what ten rooms took to talk at once, 2 MB would else stay for good.
    """
    while True:
        await asyncio.sleep(TRIM_S)
        await asyncio.to_thread(c_library, "malloc_trim", 0)


@contextmanager
def settled() -> Iterator[None]:
    """All that is there now stays: later collections look at what came after it (0.2 to 0.5 s less, each).

    Blocks for one collection of everything. With the block's end all of it may go.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
