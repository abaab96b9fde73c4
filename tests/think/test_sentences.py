"""Cutting a reply into sentences: where, and how early."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.think.sentences import LONGEST, SentenceCutter


def cut(text: str, size: int = 1) -> list[str]:
    cutter = SentenceCutter()
    found = [s for at in range(0, len(text), size) for s in cutter.feed(text[at : at + size])]
    return found + cutter.finish()


@pytest.mark.parametrize(
    "sentences",
    [
        ["Hello there.", "How can I help?"],
        ["It is 3.5 degrees.", "Nice!"],
        ["The train leaves at 7.30 p.m. from platform 2."],
        ["It starts at 7 p.m.", "Then we eat."],
        ["Dr. Smith and Mrs. Jones came.", "They left."],
        ["Use flour, e.g. spelt, or so.", "Then stir."],
        ["J. S. Bach wrote it."],
        ["So do I.", "Good."],
        ["There were 5.", "Then 6 came."],
        ["Version 2. something is old."],
        ["1. Boil water.", "2. Add salt."],
        ["Wait... what?", "Oh."],
        ["Well… maybe not.", "Yes…", "No."],
        ['He said "stop!"', "Then he left."],
        ["(It works.)", "Good."],
        ["Really?!", "Yes!!"],
        ["First line", "second line"],
        ["- milk", "- bread"],
        ["**Paris.**", "It is big."],
        ["Visit example.com today.", "Now."],
        ["No. 5 is alive.", "Yes."],
        ["No.", "It is closed."],
        ["It rains on Mon. and Tue. this week."],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    text = ("\n" if "line" in sentences[0] or sentences[0].startswith("- ") else " ").join(sentences)
    assert cut(text) == sentences
    assert cut(text, 3) == sentences
    assert cut(text, 10_000) == sentences


def test_full_width_marks_need_no_space() -> None:
    assert cut("你好\u3002今天天气很好\uff01") == ["你好\u3002", "今天天气很好\uff01"]


@pytest.mark.parametrize(
    ("fed", "expected"),
    [
        ("It is done. ", ["It is done."]),
        ("It is done.", []),
        ("It is done.\n", ["It is done."]),
        ("What? ", ["What?"]),
        ("At 5 p.m. ", []),
        ("At 5 p.m. T", ["At 5 p.m."]),
        ("Dr. ", []),
    ],
)
def test_a_sentence_comes_as_soon_as_its_end_is_certain(fed: str, expected: list[str]) -> None:
    assert SentenceCutter().feed(fed) == expected


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    text = "We walked along the river for a long while, " * 12
    found = cut(text)
    assert all(len(sentence) <= LONGEST for sentence in found)
    assert all(sentence.endswith("while,") for sentence in found)


def test_a_word_without_end_is_cut_hard() -> None:
    found = cut("a" * 1000)
    assert [len(sentence) for sentence in found] == [240, 240, 240, 240, 40]


def test_nothing_to_say_is_no_sentence() -> None:
    assert cut(" \n\n … ?! --- \n") == []
    assert cut("") == []


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="aB1 .,!?…\n\"'。p", max_size=400), st.integers(1, 9))
def test_pieces_never_matter_and_nothing_is_lost(text: str, size: int) -> None:
    whole = cut(text, 10_000)
    assert cut(text, size) == whole
    letters = [letter for letter in text if letter.isalnum()]
    assert [letter for sentence in whole for letter in sentence if letter.isalnum()] == letters
