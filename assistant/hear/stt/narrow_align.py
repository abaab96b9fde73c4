"""Words → where each of their phones lies in the sound."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.hear.stt.narrow_decode import GRAMMAR_SEARCH, decode, teach
from assistant.hear.stt.narrow_english import model_files, new_decoder
from assistant.hear.stt.narrow_teens import Phone, Phones
from assistant.hear.stt.narrow_words import dictionary


class Aligner:
    """Lays known words over sound, phone by phone."""

    def __init__(self) -> None:
        self._known = dictionary(model_files()[1])
        self._decoder = _decoder()

    def phones(self, pcm: bytes, words: Sequence[str]) -> Phones:
        """Each word's phones; empty where they cannot be laid or a word is not in the dictionary."""
        if any(word not in self._known for word in words):
            return ()
        for word in words:
            teach(self._decoder, word, self._known[word])
        self._decoder.set_align_text(" ".join(words))
        try:
            decode(self._decoder, pcm)
            if self._decoder.hyp() is None:
                return ()
            self._decoder.set_alignment()
            decode(self._decoder, pcm)
        except RuntimeError:  # it came to no end of the words, and cannot be used again
            self._decoder = _decoder()
            return ()
        # Its parts must not outlive the alignment: read them where it is.
        alignment = self._decoder.get_alignment()
        found = tuple(
            tuple(Phone(phone.name, phone.duration, phone.score) for phone in word)
            for word in alignment
            if word.name[0] not in "<["
        )
        return found if len(found) == len(words) else ()


def _decoder() -> Any:
    search = {key: GRAMMAR_SEARCH[key] for key in ("lm", "beam", "pbeam", "wbeam", "compallsen")}
    with tempfile.TemporaryDirectory() as folder:
        few = Path(folder) / "words.dict"
        few.write_text("a AH\n")  # it does not start without a word; all of them take 40 MB
        return new_decoder(hmm=str(model_files()[0]), dict=str(few), **search)
