"""What the kit's models learn from: sentences of the house, and free ones."""

import itertools

from kit.sentences import MOST_WORDS, Sentences

COUNT = 300


def taken(seed: int) -> list[str]:
    return list(itertools.islice(iter(Sentences(seed)), COUNT))


def test_the_same_seed_says_the_same_and_another_something_else() -> None:
    first = taken(1)
    assert first == taken(1)
    assert len(set(first) & set(taken(2))) < COUNT / 4


def test_sentences_are_plain_words_that_fit_the_window() -> None:
    for text in taken(3):
        assert 1 <= len(text.split()) <= MOST_WORDS
        assert text.replace("'", "").replace(" ", "").isalpha()
        assert text == text.lower()


def test_the_house_and_the_world_are_spoken_of() -> None:
    said = " ".join(taken(4)).split()
    assert {"timer", "light", "list"} <= set(said)
    assert len(set(said)) > COUNT
