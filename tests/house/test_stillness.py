"""Stillness: when the house may be away for a moment, and why not."""

import pytest

from assistant.house.stillness import Stillness


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (Stillness(), None),
        (Stillness(next_ring_s=601), None),
        (Stillness(next_ring_s=600), "something rings in 10 minutes"),
        (Stillness(next_ring_s=0), "something rings in 1 minute"),
        (Stillness(talking=("kitchen",)), "somebody is talking to the house (kitchen)"),
        (Stillness(("kitchen",), ("bedroom",)), "something rings in the bedroom"),
    ],
)
def test_a_moment_is_still_or_says_why_not(now: Stillness, told: str | None) -> None:
    assert now.why_not() == told
    assert now.as_json()["why_not"] == told
