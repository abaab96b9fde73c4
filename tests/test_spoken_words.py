"""A dictionary of sounds that is searched where it lies."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.spoken_words import SpokenWords, spoken_words

WORDS = st.dictionaries(
    st.text("ab'-z", min_size=1, max_size=4),
    st.lists(st.sampled_from(["AH", "B IY", "Z"]), min_size=1),
    min_size=1,
)


def written(words: dict[str, list[str]], file: Path) -> Path:
    lines = [
        f"{word}({number + 1}) {phones}" if number else f"{word} {phones}"
        for word in sorted(words, key=str.encode)
        for number, phones in enumerate(words[word])
    ]
    file.write_text("\n".join(lines) + "\n")
    return file


@given(WORDS, st.text("ab'-z(2) ä", max_size=4))
def test_it_is_the_mapping_that_is_written(
    tmp_path_factory: pytest.TempPathFactory, words: dict[str, list[str]], other: str
) -> None:
    found = SpokenWords(written(words, tmp_path_factory.mktemp("d") / "words.dict"))
    assert dict(found) == {word: tuple(phones) for word, phones in words.items()}
    assert len(found) == len(words)
    assert (other in found) == (other in words)


def test_the_bundled_dictionary_is_in_order() -> None:
    pocketsphinx = pytest.importorskip("pocketsphinx")
    path = Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict"
    words = [re.sub(rb"\(\d+\)$", b"", line.partition(b" ")[0]) for line in path.read_bytes().splitlines()]
    assert words == sorted(words)
    assert spoken_words(path)["kitchen"] == ("K IH CH AH N",)
    assert len(spoken_words(path)["the"]) == 2
