"""The time zone of the settings, for everything that tells or keeps a time of day in this process."""

import os
import time
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def in_zone(name: str) -> Generator[None, None, None]:
    """The process lives in the zone while the block runs; empty: in the box's own."""
    if not name:
        yield
        return
    before = os.environ.get("TZ")
    _live_in(name)
    try:
        yield
    finally:
        _live_in(before)


def _live_in(name: str | None) -> None:
    if name is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = name
    time.tzset()
