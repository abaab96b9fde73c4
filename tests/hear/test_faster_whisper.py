"""The wide ear on a real, tiny Whisper, and its checks on made decodings."""

import functools
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import EngineError, ModelMissing
from assistant.hear.stt.faster_whisper import FasterWhisper, window_frames
from assistant.hear.stt.overtaken import never
from assistant.hear.stt.whisper_checks import Decoded, doubt, made_up, without_wake
from assistant.hear.stt.whisper_sound import Sound, Utterance
from assistant.messages import JsonValue, SpeechChunk, Transcript
from assistant.ports import Cancelled
from tests.models import tiny_whisper

pytest.importorskip("faster_whisper", reason="needs the full profile (uv sync --extra full)")

WORDS = "Turn on the kitchen light."


class Recording(FasterWhisper):
    """Notes the windows it read."""

    def _decode(self, sound: Sound, frames: int, idle: Cancelled = never) -> Decoded | None:
        self.windows = [*getattr(self, "windows", []), frames]
        return super()._decode(sound, frames, idle)


@functools.cache
def engine(kind: str = "", short_windows: bool = False) -> Recording:
    made = Recording({"model": str(tiny_whisper(kind)), "threads": 1, "short_windows": short_windows})
    made.load()
    return made


def speech(
    seconds: float = 1.6, *, voiced: bool = True, before: float = 0.3, after: float = 0.7
) -> Iterator[SpeechChunk]:
    rng = np.random.default_rng(1)
    at = 0
    for length, voice in ((before, False), (seconds, voiced), (after, False)):
        loud = 6000 if voice else 4
        for _ in range(round(length * 16000 / 512)):
            yield SpeechChunk((rng.standard_normal(512) * loud).astype("<i2").tobytes(), at, voice)
            at += 512


def hear(made: FasterWhisper, chunks: Iterator[SpeechChunk]) -> Transcript:
    found = list(made.transcribe(chunks, lambda: False))
    assert len(found) == 1
    assert found[0].final
    return found[0]


def test_reads_an_utterance_whole() -> None:
    engine().windows = []
    found = hear(engine(), speech())
    assert (found.text, found.refused, found.ask, found.engine) == (WORDS, None, False, "faster_whisper")
    assert found.confidence > 0.9
    assert found.engine_ms > 0
    assert engine().windows == [3000]


def test_cuts_the_window_where_the_model_allows() -> None:
    made = engine(short_windows=True)
    made.windows = []
    assert hear(made, speech()).text == WORDS
    assert made.windows == [300]


def test_falls_back_to_the_full_window_once() -> None:
    """These weights babble in short windows, as stock Whisper does."""
    made = engine("long-only", short_windows=True)
    made.windows = []
    found = hear(made, speech())
    assert (found.text, found.refused) == (WORDS, None)
    assert made.windows == [300, 3000]


def test_sound_without_voice_is_not_read_at_all() -> None:
    engine().windows = []
    found = hear(engine(), speech(voiced=False))
    assert (found.text, found.refused) == ("", "no voice in the sound")
    assert engine().windows == []


def test_more_words_than_the_sound_has_room_for_are_refused() -> None:
    found = hear(engine(), speech(seconds=0.2))
    assert found.text == WORDS
    assert found.refused == "more words than the sound has room for"


def test_an_empty_utterance() -> None:
    assert hear(engine(), iter(())).refused == "no voice in the sound"


def test_longer_than_the_window_is_refused() -> None:
    assert hear(engine(), speech(seconds=31)).refused == "longer than 30 s"


def test_weights_that_learnt_shorter_windows_read_no_longer_ones(tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_whisper(), tmp_path / "short")
    told = json.loads((folder / "preprocessor_config.json").read_text())
    (folder / "preprocessor_config.json").write_text(json.dumps({**told, "chunk_length": 8}))
    made = Recording({"model": str(folder), "threads": 1})
    made.load()
    made.windows = []
    assert hear(made, speech()).text == WORDS
    assert hear(made, speech(seconds=9)).refused == "longer than 8 s"
    assert made.windows == [800, 800]


def test_cancel_yields_nothing_and_the_next_call_works() -> None:
    looks = iter([False] * 3 + [True] * 1000)
    assert list(engine().transcribe(speech(), lambda: next(looks))) == []
    assert hear(engine(), speech()).text == WORDS


def test_the_wake_phrase_is_taken_off() -> None:
    made = FasterWhisper({"model": str(tiny_whisper("thanks")), "threads": 1})
    made.load()
    assert hear(made, speech()).text == "Thank you."
    made.configure({"wake_phrases": ["hey thank"]})
    assert hear(made, speech()).text == "You."
    with pytest.raises(EngineError, match="threads"):
        made.configure({"threads": 4})


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json", "config.json", "vocabulary.json"])
def test_an_absent_file_is_named_and_nothing_is_fetched(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "whisper"
    shutil.copytree(tiny_whisper(), folder)
    (folder / name).unlink()
    with pytest.raises(ModelMissing, match=f"lacks {name}.*Fix"):
        FasterWhisper({"model": str(folder)}).load()


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json", "config.json"])
def test_a_torn_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "whisper"
    shutil.copytree(tiny_whisper(), folder)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises((EngineError, ModelMissing), match=r"cannot load|is damaged"):
        FasterWhisper({"model": str(folder)}).load()


def test_an_english_model_refuses_another_language() -> None:
    with pytest.raises(EngineError, match="English only"):
        FasterWhisper({"model": str(tiny_whisper()), "language": "de"}).load()


BAD: list[dict[str, JsonValue]] = [{}, {"model": "x", "treads": 2}, {"model": "x", "compute_type": "int2"}]


@pytest.mark.parametrize("options", BAD)
def test_bad_options_are_an_engine_error(options: dict[str, JsonValue]) -> None:
    with pytest.raises(EngineError, match="options"):
        FasterWhisper(options)


@pytest.mark.parametrize(
    ("text", "log_probability", "voiced_s", "reason"),
    [
        ("Turn on the light.", -0.2, 1.0, None),
        ("Turn on the light.", -1.2, 1.0, "too unsure of the words"),
        ("no no no no no no", -0.1, 2.0, "the words repeat without end"),
        ("turn it off turn it off turn it off turn it off", -0.1, 4.0, "the words repeat without end"),
        ("No, no, no!", -0.1, 1.0, None),
        (
            "What is the weather like tomorrow in the mountains?",
            -0.1,
            0.4,
            "more words than the sound has room for",
        ),
        ("Call zero two zero, zero zero zero.", -0.1, 2.5, None),
    ],
)
def test_doubts(text: str, log_probability: float, voiced_s: float, reason: str | None) -> None:
    assert doubt(Decoded(text, log_probability, 0.01, False), voiced_s) == reason


@pytest.mark.parametrize(
    ("text", "log_probability", "no_speech", "expected"),
    [
        ("Thanks for watching!", -0.1, 0.01, True),
        ("Subtitles by the Amara.org community", -0.1, 0.01, True),
        ("Thank you.", -0.1, 0.01, False),
        ("Thank you.", -0.1, 0.5, True),
        ("you", -0.6, 0.1, True),
        ("[Music]", -0.1, 0.01, True),
        ("♪", -0.1, 0.01, True),
        ("Turn on the light.", -0.9, 0.7, True),
        ("Turn on the light.", -0.3, 0.7, False),
        ("", -0.1, 0.0, True),
    ],
)
def test_made_up_words(text: str, log_probability: float, no_speech: float, expected: bool) -> None:
    assert made_up(Decoded(text, log_probability, no_speech, False)) is expected


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hey Jarvis, turn on the light.", "Turn on the light."),
        ("hey, jarvis turn on", "Turn on"),
        ("Jarvis. Stop.", "Stop."),
        ("Jarvis", ""),
        ("Jarvison is a name", "Jarvison is a name"),
        ("Turn on hey jarvis", "Turn on hey jarvis"),
    ],
)
def test_wake_phrases(text: str, rest: str) -> None:
    assert without_wake(text, ("okay nabu", "hey jarvis")) == rest


def test_the_cut_window_has_a_margin_and_limits() -> None:
    frames = (0, 100, 160, 500, 2960, 5000)
    assert [window_frames(n, 3000) for n in frames] == [200, 200, 250, 550, 3000, 3000]
    assert [window_frames(n, 800) for n in frames] == [200, 200, 250, 550, 800, 800]


def test_speech_is_cut_out_with_a_lead_and_a_tail() -> None:
    heard = Utterance()
    for chunk in speech(1.0, before=1.0, after=1.0):
        heard.add(chunk)
    assert len(heard.speech()) == 31 * 512 + 3200 + 4800


def paused(*, at: int) -> Iterator[SpeechChunk]:
    """Speech with a pause told at the n-th silent chunk after it."""
    silent = -1
    for chunk in speech():
        silent = 0 if chunk.voiced else silent + (silent >= 0)
        yield replace(chunk, paused=silent == at)


def test_what_was_read_at_the_pause_is_final_and_not_read_again() -> None:
    made = engine()
    made.windows = []
    reading, final = made.transcribe(paused(at=3), lambda: False)
    assert (reading.at_pause, reading.final, final.at_pause, final.final) == (1, False, 0, True)
    assert (reading.text, reading.refused, reading.ask) == (final.text, final.refused, final.ask)
    assert made.windows == [3000]
    assert final.engine_ms < reading.engine_ms
    assert hear(made, speech()).text == final.text


def test_a_reading_that_speech_overtakes_stops_after_the_encoder() -> None:
    class Overtaken:
        def __init__(self) -> None:
            self._chunks = paused(at=3)

        def __iter__(self) -> Iterator[SpeechChunk]:
            return self

        def __next__(self) -> SpeechChunk:
            return next(self._chunks)

        def overtaken(self) -> bool:
            return True

    (final,) = engine().transcribe(Overtaken(), lambda: False)
    assert final.final
    assert final.text == WORDS
