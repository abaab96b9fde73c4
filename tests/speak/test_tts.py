"""The voices that really speak: espeak-ng and a tiny Piper model."""

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.errors import EngineError, ModelMissing
from assistant.messages import Sound
from assistant.pcm import level_db, samples
from assistant.ports import TtsEngine
from assistant.speak.tts import espeak
from assistant.speak.tts.espeak import Espeak
from assistant.speak.tts.piper import Piper
from assistant.speak.tts.sayable import breaths
from tests.models import tiny_piper

SENTENCE = "The pizza timer is set for ten minutes."


def never() -> bool:
    return False


@pytest.fixture
def quick() -> Espeak:
    if Espeak.missing():
        pytest.skip("espeak-ng is not installed")
    engine = Espeak({"voice": "en-us"})
    engine.load()
    return engine


@pytest.fixture
def tiny() -> Piper:
    pytest.importorskip("piper", reason="piper-tts is in the full profile")
    engine = Piper({"model": str(tiny_piper())})
    engine.load()
    return engine


@pytest.fixture(params=["espeak", "piper"])
def engine(request: pytest.FixtureRequest) -> TtsEngine:
    built: TtsEngine = request.getfixturevalue("quick" if request.param == "espeak" else "tiny")
    return built


def seconds(sounds: Iterator[Sound]) -> float:
    return sum(len(sound.pcm) / 2 / sound.rate_hz for sound in sounds)


def test_a_sentence_becomes_sound(engine: TtsEngine) -> None:
    sounds = list(engine.synthesize(SENTENCE, never))
    assert len({sound.rate_hz for sound in sounds}) == 1
    assert sounds[0].rate_hz in (16_000, 22_050)
    assert all(0 < len(sound.pcm) / 2 <= 0.5 * sound.rate_hz for sound in sounds)
    assert all(len(sound.pcm) % 2 == 0 for sound in sounds)
    pcm = b"".join(sound.pcm for sound in sounds)
    assert level_db(pcm) > -30
    assert len(samples(pcm)) > 0.5 * sounds[0].rate_hz


def test_a_longer_text_lasts_longer(engine: TtsEngine) -> None:
    short, long = (seconds(engine.synthesize(text, never)) for text in ("Yes.", SENTENCE))
    assert long > 1.5 * short


@pytest.mark.parametrize("text", ["", "   ", "…!?", "—", "\n"])
def test_nothing_to_say_is_no_sound(engine: TtsEngine, text: str) -> None:
    assert list(engine.synthesize(text, never)) == []


@pytest.mark.parametrize(
    "text", ["-v --help", "<speak>hi</speak>", "[[h@l_]] [[", "a\x00b", "日本語 ü ñ", "x " * 400]
)
def test_odd_texts_are_spoken(engine: TtsEngine, text: str) -> None:
    assert seconds(engine.synthesize(text, never)) > 0.1


def test_speed_shortens(engine: TtsEngine) -> None:
    normal = seconds(engine.synthesize(SENTENCE, never))
    engine.configure({"speed": 2.0})
    assert seconds(engine.synthesize(SENTENCE, never)) < 0.75 * normal


def test_cancelling_stops_between_pieces(engine: TtsEngine) -> None:
    long = " ".join([SENTENCE] * 12)
    whole = len(list(engine.synthesize(long, never)))
    heard: list[Sound] = []
    for sound in engine.synthesize(long, lambda: len(heard) >= 2):
        heard.append(sound)
    assert len(heard) == 2 < whole


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> "list[subprocess.Popen[bytes]]":
    """Every process that is started."""
    processes: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            processes.append(self)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    return processes


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, then: str) -> None:
    """A program in espeak-ng's place that speaks, then does something else."""
    script = folder / "speaker"
    script.write_text(f"#!/bin/sh\nespeak-ng --stdout 'one two three four'\n{then}\n")
    script.chmod(0o755)
    monkeypatch.setattr(espeak, "PROGRAM", str(script))


@pytest.mark.parametrize("way", ["closed", "cancelled"])
def test_a_stuck_espeak_is_killed(
    quick: Espeak,
    started: "list[subprocess.Popen[bytes]]",
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    way: str,
) -> None:
    program(tmp_path, monkeypatch, "exec sleep 20")
    heard: list[Sound] = []
    speech = quick.synthesize(SENTENCE, lambda: way == "cancelled" and bool(heard))
    heard.append(next(speech))
    if way == "closed":
        speech.close()  # type: ignore[attr-defined]
    assert list(speech) == []
    assert started[-1].returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("short", ["short"]),
        ("one, two. three four", ["one, two.", "three four"]),
        ("aaaa bbbb cccc dddd", ["aaaa bbbb", "cccc dddd"]),
        ("x" * 25, ["x" * 11, "x" * 11, "xxx"]),
    ],
)
def test_a_long_text_is_spoken_in_breaths(text: str, pieces: list[str]) -> None:
    assert list(breaths(text, 11)) == pieces


def test_piper_sounds_before_a_long_text_is_done(tiny: Piper) -> None:
    given: list[str] = []
    model = tiny._voice
    speak = model.synthesize

    def watched(text: str, config: Any) -> Any:
        given.append(text)
        return speak(text, config)

    model.synthesize = watched
    speech = tiny.synthesize("many words without any stop " * 40, never)
    next(speech)
    assert len(given) == 1
    rest = seconds(speech)
    assert max(len(text) for text in given) <= 200
    assert len(given) == 6
    assert rest > 1


def test_the_same_call_again_after_a_cancelled_one(engine: TtsEngine) -> None:
    assert list(engine.synthesize(SENTENCE, lambda: True)) == []
    assert seconds(engine.synthesize(SENTENCE, never)) > 0.5


# ── what can go wrong ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", [Espeak, Piper])
@pytest.mark.parametrize("options", [{"speed": 9}, {"speed": "fast"}, {"colour": "blue"}])
def test_bad_options_are_refused(kind: type[TtsEngine], options: dict[str, str | float]) -> None:
    with pytest.raises(EngineError, match="options: "):
        kind({"model": "m.onnx", **options} if kind is Piper else {**options})


@pytest.mark.parametrize("voice", ["-w/tmp/x", "en us", "", "../en"])
def test_a_voice_name_cannot_be_an_option_or_a_path(voice: str) -> None:
    with pytest.raises(EngineError, match="voice"):
        Espeak({"voice": voice})


def test_espeak_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, quick: Espeak) -> None:
    with pytest.raises(EngineError, match="no voice xx-none; see espeak-ng --voices"):
        Espeak({"voice": "xx-none"}).load()
    monkeypatch.setattr(shutil, "which", lambda program: None)
    assert Espeak.missing() == "the program espeak-ng is missing: apt-get install espeak-ng"
    with pytest.raises(EngineError, match="apt-get install espeak-ng"):
        quick.load()


def test_espeak_that_dies_is_an_error(quick: Espeak, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "PROGRAM", "false")
    with pytest.raises(EngineError, match="ended with status 1"):
        list(quick.synthesize(SENTENCE, never))
    monkeypatch.setattr(espeak, "PROGRAM", "no-such-program")
    with pytest.raises(EngineError, match="does not run"):
        list(quick.synthesize(SENTENCE, never))


def test_espeak_that_never_ends_is_stopped(
    quick: Espeak, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, monkeypatch, "exec cat /dev/zero")
    monkeypatch.setattr(espeak, "LONGEST_S", 20)
    with pytest.raises(EngineError, match="speaks without end"):
        list(quick.synthesize(SENTENCE, never))


def test_piper_without_its_files(tmp_path: Path) -> None:
    voice = tmp_path / "v.onnx"
    with pytest.raises(ModelMissing, match=r"v\.onnx: a file of the Piper voice is missing"):
        Piper({"model": str(voice)}).load()
    voice.write_bytes(b"not a model")
    with pytest.raises(ModelMissing, match=r"v\.onnx\.json: a file"):
        Piper({"model": str(voice)}).load()


def test_piper_with_damaged_files(tmp_path: Path) -> None:
    good = tiny_piper()
    voice, config = tmp_path / "v.onnx", tmp_path / "v.onnx.json"
    description = good.with_name(good.name + ".json").read_text()
    config.write_text(description)
    for damage in (b"", b"not a model", good.read_bytes()[:500]):
        voice.write_bytes(damage)
        with pytest.raises(EngineError, match="is not a Piper voice; fetch it again"):
            Piper({"model": str(voice)}).load()
    voice.write_bytes(good.read_bytes())
    for broken in ("", "[]", "{}", json.dumps({**json.loads(description), "audio": 3})):
        config.write_text(broken)
        with pytest.raises(EngineError, match="is not the description of a Piper voice"):
            Piper({"model": str(voice)}).load()


def test_piper_keeps_its_model(tiny: Piper) -> None:
    with pytest.raises(EngineError, match="cannot change while it runs"):
        tiny.configure({"model": "other.onnx"})
    with pytest.raises(EngineError, match="load comes before"):
        list(Piper({"model": str(tiny_piper())}).synthesize(SENTENCE, never))
    assert np.isfinite(seconds(tiny.synthesize(SENTENCE, never)))
