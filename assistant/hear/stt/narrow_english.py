"""Common English: the models in the wheel, and the commonest words."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pocketsphinx

from assistant.errors import EngineError
from assistant.hear.stt.narrow_words import dictionary

OPEN_WORDS = 6000
"""Vocabulary of the open decoder: 6,000 words cost 0.08 of real time, all 126,000 cost 0.19."""
PAIRED_WORDS = 20_000
"""Those that are compared one by one with a word that was heard: "cattle" is rarer than the 6,000th."""
LOGARITHMS_PER_NAT = 1e4
"""The trigram model counts in logarithms to the base 1.0001."""


def model_files() -> tuple[Path, Path, Path]:
    """The wheel's acoustic model, dictionary and trigram model."""
    folder = Path(pocketsphinx.get_model_path()) / "en-us"
    return folder / "en-us", folder / "cmudict-en-us.dict", folder / "en-us.lm.bin"


def new_decoder(**options: object) -> Any:
    """A pocketsphinx decoder; EngineError where it does not start."""
    try:
        return pocketsphinx.Decoder(loglevel="FATAL", **options)
    except (RuntimeError, ValueError) as error:
        raise EngineError(f"pocketsphinx does not start: {error}") from error


def wordless_decoder(**options: object) -> Any:
    """A decoder that is not for words: it does not start without one, and all of them take 40 MB."""
    with tempfile.TemporaryDirectory() as folder:
        few = Path(folder) / "words.dict"
        few.write_text("a AH\n")
        return new_decoder(hmm=str(model_files()[0]), dict=str(few), lm=None, **options)


def commonest(count: int = OPEN_WORDS) -> tuple[str, ...]:
    """The likeliest words of the trigram model; PAIRED_WORDS at most."""
    return _ranked()[:count]


@cache
def _ranked() -> tuple[str, ...]:
    _, words, trigrams = model_files()
    model = pocketsphinx.NGramModel(pocketsphinx.Config(), pocketsphinx.LogMath(), str(trigrams))
    return tuple(sorted(dictionary(words), key=lambda word: -int(model.prob([word])))[:PAIRED_WORDS])
