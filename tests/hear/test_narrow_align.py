"""Known words laid over sound, phone by phone."""

from typing import Any

import pytest

from assistant.hear.stt import narrow_align
from assistant.hear.stt.narrow_align import Aligner, decode
from tests.voices import say, silence


def test_words_that_do_not_fit_the_sound_have_no_phones_and_harm_no_later_ones() -> None:
    aligner = Aligner()
    for seconds in (0.02, 0.1):
        assert aligner.phones(silence(seconds), ["fifteen", "minutes"]) == ()
    laid = aligner.phones(say("fifteen minutes"), ["fifteen", "minutes"])
    assert [phone.name for phone in laid[0]] == ["F", "IH", "F", "T", "IY", "N"]
    assert aligner.phones(silence(0.1), ["qwrtz"]) == ()


def test_a_decoder_that_gives_up_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen once in 200 sentences: "Failed to stop utterance processing", and nothing more from it."""
    aligner, once = Aligner(), iter([True])

    def failing(decoder: Any, pcm: bytes) -> None:
        if next(once, False):
            decoder.start_utt()
            raise RuntimeError("Failed to stop utterance processing")
        decode(decoder, pcm)

    monkeypatch.setattr(narrow_align, "decode", failing)
    assert aligner.phones(silence(0.1), ["fifteen", "minutes"]) == ()
    assert aligner.phones(say("fifteen minutes"), ["fifteen", "minutes"])
