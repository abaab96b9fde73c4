"""Words → where each of their phones lies in the sound."""

from collections.abc import Sequence
from typing import Any

from assistant.hear.stt.narrow_decode import GRAMMAR_SEARCH, teach
from assistant.hear.stt.narrow_english import model_files, wordless_decoder
from assistant.hear.stt.narrow_reading import FRAMES_PER_S, Heard
from assistant.hear.stt.narrow_teens import Phone, Phones, teen_odds
from assistant.hear.stt.narrow_twins import teen_and_ten, teen_or_ten
from assistant.hear.stt.narrow_words import dictionary
from assistant.messages import EAR_RATE_HZ

_EDGE, _LAST = 2, 12
"""Frames left around a teen and the word after it, or after a teen that comes last."""


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

    def teen_odds(self, pcm: bytes, parts: Sequence[Heard], other: str) -> float | None:
        """For fifteen against fifty: how much likelier the one that was heard is; None for other words."""
        words = [part.word for part in parts]
        exchanged = [other, *words[1:]]
        if not teen_or_ten(words[0], other):
            return None
        teen_first = teen_and_ten(words[0], other)
        piece = _piece(pcm, parts[0].start - _EDGE, parts[-1].end + (_EDGE if len(parts) > 1 else _LAST))
        teen = self.phones(piece, words if teen_first else exchanged)
        ten = self.phones(piece, exchanged if teen_first else words)
        if not teen or not ten:
            return None
        return teen_odds(teen, ten) if teen_first else -teen_odds(teen, ten)


def _piece(pcm: bytes, start: int, end: int) -> bytes:
    """The sound between two frames."""
    size = 2 * EAR_RATE_HZ // FRAMES_PER_S
    return pcm[max(0, start) * size : end * size]


def _decoder() -> Any:
    return wordless_decoder(**{key: GRAMMAR_SEARCH[key] for key in ("beam", "pbeam", "wbeam", "compallsen")})


def decode(decoder: Any, pcm: bytes) -> None:
    """Let it hear a whole utterance."""
    decoder.reinit_feat()  # forgets the noise of what was read before: the same sound, the same scores
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
