"""The wake engines, and which models a word is listened for with."""

import json
import shutil
from pathlib import Path

import pymicro_wakeword
import pyopen_wakeword
import pytest

from assistant.errors import EngineError, SettingsError
from assistant.hear.wake.manifest import read_manifest
from assistant.hear.wake.micro_wake_word import MicroWakeWord
from assistant.hear.wake.models import FUSED_THRESHOLD, plan, plan_of_file, sensitivity_value
from assistant.hear.wake.open_wake_word import STEP_BYTES, OpenWakeWord
from assistant.hear.wake.openwakeword_onnx import OpenWakeWordOnnx
from assistant.ports import WakeEngine
from tests.hear.ears import person
from tests.voices import VOICES, heard, say, shared

MICRO = Path(pymicro_wakeword.__file__).parent / "models"
OPEN = Path(pyopen_wakeword.__file__).parent / "models"
ENGINES = [MicroWakeWord, OpenWakeWord]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> WakeEngine:
    made: WakeEngine = request.param({"model": "hey_jarvis"})
    return made


@pytest.mark.parametrize("voice", VOICES)
def test_the_word_scores_high(engine: WakeEngine, voice: str) -> None:
    engine.reset()
    assert engine.process(heard(say("hey jarvis", voice))) > 0.9


def test_other_words_score_low(engine: WakeEngine) -> None:
    engine.reset()
    assert engine.process(heard(say("turn on the kitchen light"))) < 0.1


def test_pieces_give_the_same_peak(engine: WakeEngine) -> None:
    pcm = heard(say("hey jarvis"))
    engine.reset()
    whole = engine.process(pcm)
    engine.reset()
    pieces = [engine.process(pcm[at : at + 700]) for at in range(0, len(pcm), 700)]
    assert max(pieces) == pytest.approx(whole, abs=1e-6)
    assert min(pieces) >= 0


def test_reset_forgets_all_sound(engine: WakeEngine) -> None:
    pcm = heard(say("hey jarvis", "awb"))
    steps = [pcm[at : at + STEP_BYTES] for at in range(0, len(pcm), STEP_BYTES)]
    engine.reset()
    first = [engine.process(step) for step in steps]
    engine.process(pcm[:-50_000])
    engine.reset()
    assert [engine.process(step) for step in steps] == pytest.approx(first, abs=1e-4)


def test_warm_state_equals_long_silence() -> None:
    """After 8 s of real silence, fed through, the scores are those of a fresh engine."""
    pcm = heard(say("hey jarvis", "awb"))
    fresh, waited = OpenWakeWord({"model": "hey_jarvis"}), OpenWakeWord({"model": "hey_jarvis"})
    waited.process(bytes(100 * STEP_BYTES))
    steps = [pcm[at : at + STEP_BYTES] for at in range(0, len(pcm), STEP_BYTES)]
    assert [fresh.process(step) for step in steps] == pytest.approx(
        [waited.process(step) for step in steps], abs=1e-4
    )


@pytest.mark.parametrize("word", ["alexa", "hey_jarvis", "hey_mycroft", "hey_rhasspy"])
def test_people_saying_the_words(word: str) -> None:
    engine = OpenWakeWord({"model": word})
    for said in (word, "computer", "snowboy"):
        engine.reset()
        assert (engine.process(heard(person(shared(f"wake/phrases/{said}.wav")))) > 0.5) == (said == word), (
            said
        )


@pytest.mark.parametrize("engine", ENGINES)
def test_options_are_checked(engine: type[MicroWakeWord] | type[OpenWakeWord]) -> None:
    with pytest.raises(EngineError):
        engine({"model": "hey_jarvis", "colour": "red"})
    with pytest.raises(EngineError):
        engine({})
    assert engine.missing() is None


def test_reset_needs_no_file(own: Path) -> None:
    """An upgrade of the package may take the model's file away while the house runs."""
    engine = MicroWakeWord({"model": str(own / "hey_house.tflite")})
    (own / "hey_house.tflite").unlink()
    engine.reset()
    assert engine.process(heard(say("turn on the light"))) < 0.5


def test_a_word_with_two_models_is_confirmed() -> None:
    found = plan("Hey  Jarvis")
    assert (found.word, found.phrase) == ("hey_jarvis", "hey jarvis")
    assert found.first.engine == "micro_wake_word"
    assert found.confirmer is not None
    assert found.confirmer.engine == "open_wake_word"
    assert found.threshold == pytest.approx(FUSED_THRESHOLD)


def test_a_word_with_one_model_runs_alone() -> None:
    found = plan("hey_rhasspy")
    assert (found.first.engine, found.confirmer, found.threshold) == ("open_wake_word", None, 0.5)


def test_an_unknown_word_names_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="hey_jarvis"):
        plan("computer")


def test_sensitivity_moves_the_thresholds() -> None:
    low, normal, high = (plan("hey jarvis", name) for name in ("low", "normal", "high"))
    assert low.threshold > normal.threshold > high.threshold
    assert low.sense > normal.sense > high.sense
    assert plan("hey jarvis", 0.5) == normal
    assert plan("hey jarvis", 0).threshold < 1
    assert plan("hey jarvis", 1).threshold > 0.2


@pytest.mark.parametrize("bad", ["loud", -0.1, 1.1, float("nan")])
def test_a_bad_sensitivity_is_refused(bad: str | float) -> None:
    with pytest.raises(SettingsError, match="low, normal, high"):
        sensitivity_value(bad)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An owner's folder with a model of each family, without manifests."""
    shutil.copy(MICRO / "okay_nabu.tflite", tmp_path / "hey_house.tflite")
    shutil.copy(OPEN / "okay_nabu.tflite", tmp_path / "hello_home.tflite")
    return tmp_path


def test_an_owners_model_with_its_manifest(own: Path) -> None:
    (own / "hey_house.yaml").write_text("family: micro\nword: hey house\nthreshold: 0.8\nwindow: 3\n")
    found = plan("hey house", folder=own)
    assert found.first.engine == "micro_wake_word"
    assert found.first.options == {"model": str(own / "hey_house.tflite"), "window": 3}
    assert found.confirmer is None
    assert found.threshold == 0.8
    assert MicroWakeWord(found.first.options).process(heard(say("turn on the light"))) < 0.5


def test_an_owners_open_model(own: Path) -> None:
    (own / "hello_home.json").write_text('{"family": "open", "word": "hello home"}')
    found = plan_of_file(own / "hello_home.tflite")
    assert (found.first.engine, found.threshold) == ("open_wake_word", 0.5)
    assert OpenWakeWord(found.first.options).process(heard(say("turn on the light"))) < 0.5


def test_the_trainers_own_manifest_is_understood(own: Path) -> None:
    shutil.copy(MICRO / "okay_nabu.json", own / "hey_house.json")
    manifest = read_manifest(own / "hey_house.tflite")
    assert (manifest.family, manifest.word, manifest.threshold, manifest.window) == (
        "micro",
        "Okay Nabu",
        0.85,
        5,
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("family: big\nword: hey house", "family"),
        ("family: micro", "word"),
        ("family: micro\nword: no", "word"),
        ("family: micro\nword: hey house\nthreshold: 2", "threshold"),
        ("family: micro\nword: hey house\ncolour: red", "colour"),
        ("family: onnx\nword: hey house", "onnx"),
        ("[1, 2", "cannot be read"),
        ("just words", "the file"),
        ("", "the file"),
        ("a: " + "x" * 20_000, "larger"),
    ],
)
def test_a_bad_manifest_says_what_is_wrong(own: Path, text: str, says: str) -> None:
    manifest = own / "hey_house.yaml"
    manifest.write_text(text)
    with pytest.raises(SettingsError, match=says) as raised:
        read_manifest(own / "hey_house.tflite")
    assert str(manifest) in str(raised.value)


def test_no_manifest_shows_what_to_write(own: Path) -> None:
    with pytest.raises(SettingsError, match="family: micro"):
        read_manifest(own / "hey_house.tflite")
    with pytest.raises(SettingsError, match="no such"):
        plan_of_file(own / "nothing.tflite")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_model_that_is_none_is_refused_before_it_crashes(
    own: Path, engine: type[MicroWakeWord] | type[OpenWakeWord]
) -> None:
    whole = (own / "hey_house.tflite").read_bytes()
    bad = own / "bad.tflite"
    for content in (b"", b"hello", whole[:2000], whole[:8] + bytes(2000)):
        bad.write_bytes(content)
        with pytest.raises(SettingsError, match=r"bad\.tflite"):
            engine({"model": str(bad)})
    with pytest.raises(SettingsError, match="cannot be read"):
        engine({"model": str(own / "nothing.tflite")})


def test_the_wrong_family_is_refused(own: Path) -> None:
    with pytest.raises(SettingsError, match="family"):
        MicroWakeWord({"model": str(own / "hello_home.tflite")})
    with pytest.raises(SettingsError, match="family"):
        OpenWakeWord({"model": str(own / "hey_house.tflite")})


def test_onnx_models_need_the_extra(tmp_path: Path) -> None:
    model = tmp_path / "hey_house.onnx"
    model.write_bytes(b"x")
    (tmp_path / "hey_house.yaml").write_text(json.dumps({"family": "onnx", "word": "hey house"}))
    found = plan("hey house", folder=tmp_path)
    assert found.first.engine == "openwakeword_onnx"
    if OpenWakeWordOnnx.missing() is None:
        with pytest.raises(SettingsError, match=r"melspectrogram\.onnx"):
            OpenWakeWordOnnx(found.first.options)
    else:
        with pytest.raises(EngineError, match=r"pip install 'hearth-assistant\[openwakeword\]'"):
            OpenWakeWordOnnx(found.first.options)
