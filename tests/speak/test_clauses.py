"""Where sentences are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.speak.clauses import GROWS, WORTH_CUTTING, clauses


@pytest.mark.parametrize("text", ["It is ten past four.", "Yes, the kitchen light is on.", ""])
def test_short_sentences_stay_whole(text: str) -> None:
    assert clauses(text) == [text]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("The magic flute was written by Mozart, who was young.", "The magic flute was written by Mozart,"),
        ("Rain is likely until noon and the afternoon stays dry.", "Rain is likely until noon"),
        ("As far as I know, nobody has ever been there, but many tried.", "As far as I know,"),
        (
            "Well, who can answer this question in such a house?",
            "Well, who can answer this question in such a house?",
        ),
    ],
)
def test_the_first_piece_is_the_shortest_natural_one(text: str, first: str) -> None:
    assert clauses(text)[0] == first


def test_later_pieces_grow_no_faster_than_they_can_be_made() -> None:
    long = "First of all, " + ", ".join(f"item number {n} of a long list" for n in range(9)) + "."
    pieces = clauses(long)
    assert all(len(after) <= GROWS * len(before) + 30 for before, after in pairwise(pieces))


@given(st.text(alphabet="abc ,;", max_size=200).map(lambda text: " ".join(text.split())))
def test_nothing_is_lost_and_short_texts_are_whole(text: str) -> None:
    assert " ".join(clauses(text)).split() == text.split()
    assert len(text) > WORTH_CUTTING or clauses(text) == [text]
