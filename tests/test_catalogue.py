"""models.yaml and voices/: what ships is whole, what is missing is named with its fix."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from assistant.catalogue import Catalogue, Voice, load_catalogue, read_sound
from assistant.errors import AudioError, ModelMissing, SettingsError
from assistant.model_entry import Model, ModelFile
from assistant.pcm import level_db, samples


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


SMALL = """
models:
  - {id: m, kind: llm, engine: llama_cpp, repository: a/b, commit: COMMIT, licence: MIT, provenance: p,
     languages: [en], ram_mb: 1, tier: small, files: [{name: sub/m.gguf, size: 3, sha256: DIGEST}]}
  - {id: ear, kind: stt, engine: faster_whisper, repository: a/b, commit: COMMIT, licence: MIT, provenance: p,
     languages: [en], ram_mb: 1, tier: small, files: [{name: model.bin, sha256: DIGEST}]}
""".replace("COMMIT", "a" * 40).replace("DIGEST", "b" * 64)


@pytest.fixture
def small(tmp_path: Path) -> Catalogue:
    (tmp_path / "models.yaml").write_text(SMALL)
    (tmp_path / "voices").mkdir()
    return load_catalogue(tmp_path / "models.yaml", tmp_path / "voices")


def test_the_shipped_models(catalogue: Catalogue) -> None:
    kinds = {model.kind for model in catalogue.models.values()}
    assert kinds == {"stt", "llm", "tts", "wake", "turn"}
    assert {"whisper-base.en", "qwen3-1.7b", "piper-en_US-ljspeech-medium", "smart-turn-v3.2"} <= set(
        catalogue.models
    )
    for model in catalogue.models.values():
        names = [file.local_name for file in model.files]
        assert len(names) == len(set(names)), model.id
        assert model.kind != "llm" or model.architecture, model.id
        assert model.kind != "tts" or (model.data_licence and model.base_voice), model.id
    formats = {model.id: model.call_format for model in catalogue.models.values() if model.kind == "llm"}
    assert {formats[model] for model in formats if model.startswith("qwen")} == {"hermes"}
    digests = [file.sha256 for model in catalogue.models.values() for file in model.files[:1]]
    assert len(digests) == len(set(digests))


def test_every_shipped_model_says_all_that_an_owner_may_want_to_know() -> None:
    """In its own words: nothing is left to a default."""
    wanted = {"id", "kind", "engine", "licence", "languages", "ram_mb", "tier"}
    wanted |= {"provenance", "trained", "open_data"}
    of_kind = {"llm": {"architecture"}, "stt": {"short_windows"}, "tts": {"data_licence", "base_voice"}}
    listed = yaml.safe_load(Path("models.yaml").read_text())["models"]
    for each in listed:
        needs = wanted | of_kind.get(each["kind"], set())
        needs |= {"package"} if "package" in each else {"repository", "commit", "files"}
        assert needs <= set(each), each["id"]
        assert all("sha256" in file for file in each.get("files", ())), each["id"]
        assert "trust" not in each, each["id"]
        assert each["open_data"] == "unknown" or each.get("base_voice") != "unknown", each["id"]
    taught = {each["id"] for each in listed if each["kind"] == "llm" and "call_format" not in each}
    assert taught == {"smollm2-1.7b", "olmo2-1b"}, "these were never taught to call tools"


def test_what_may_not_be_used_for_profit_says_so(catalogue: Catalogue) -> None:
    for model in catalogue.models.values():
        terms = f"{model.licence} {model.data_licence} {model.base_voice}"
        assert bool(re.search(r"NC|research", terms)) == model.non_commercial, model.id


@pytest.mark.parametrize("package", ["pymicro_wakeword", "pyopen_wakeword"])
def test_the_built_in_wake_words_are_those_of_the_package(catalogue: Catalogue, package: str) -> None:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    carried = {file.stem for file in (Path(spec.origin).parent / "models").glob("*.tflite")}
    listed = [model for model in catalogue.models.values() if model.package == package.replace("_", "-")]
    assert {model.id.partition("-")[2] for model in listed} == carried - {"embedding_model", "melspectrogram"}


def test_the_shipped_voices(catalogue: Catalogue) -> None:
    assert len(catalogue.voices) >= 4
    assert catalogue.voice("hearth").engine == "espeak"
    for voice in catalogue.voices.values():
        assert voice.manner
        if voice.engine == "piper":
            model = catalogue.models[voice.model]
            assert (model.kind, voice.language) == ("tts", model.languages[0])
            assert not model.non_commercial
    assert catalogue.voice_options(catalogue.voice("hearth")) == {
        "voice": "en-us+f3",
        "speed": 0.95,
        "pitch": 45,
    }


@pytest.mark.parametrize("name", ["listening", "dismissed", "sorry", "ring"])
def test_the_sounds_are_soft_and_do_not_click(name: str) -> None:
    sound = read_sound(f"{name}.wav")
    wave = samples(sound.pcm).astype(np.int32)
    assert 0.2 < len(wave) / sound.rate_hz < 2.5
    assert -26 < level_db(sound.pcm) < -19
    assert wave[0] == wave[-1] == 0
    assert np.max(np.abs(wave)) < 32768 * 10 ** (-2.5 / 20)
    assert np.max(np.abs(wave[:10])) < 600
    assert np.max(np.abs(wave[-10:])) < 300


def test_the_tones_are_what_the_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("make_sounds", Path("scripts/make_sounds.py"))
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "FOLDER", tmp_path)
    script.write("ring.wav", script.ring())
    made = samples((tmp_path / "ring.wav").read_bytes()[44:]).astype(np.int32)
    assert np.max(np.abs(made - samples(read_sound("ring.wav").pcm))) <= 1


def test_a_sound_that_cannot_be_read() -> None:
    with pytest.raises(AudioError, match=r"gone\.wav: cannot be read"):
        read_sound("gone.wav")
    with pytest.raises(AudioError, match="cannot be read"):
        read_sound("../hearth.yaml")


def test_a_voice_may_be_silent() -> None:
    voice = Voice(name="v", engine="espeak", model="en", language="en", sounds={"ring": "ring.wav"})
    assert voice.sound("listening") is None
    assert voice.sound("ring") is not None


# ── where models lie ─────────────────────────────────────────────────────────────────────────────


def test_a_model_is_found_by_id_and_by_path(small: Catalogue, tmp_path: Path) -> None:
    for file, content in (("m/m.gguf", b"abc"), ("ear/model.bin", b"x")):
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).write_bytes(content)
    assert small.locate("m", "llm", tmp_path) == tmp_path / "m" / "m.gguf"
    assert small.locate("ear", "stt", tmp_path) == tmp_path / "ear"
    assert small.locate(str(tmp_path / "m" / "m.gguf"), "llm") == tmp_path / "m" / "m.gguf"


def test_a_missing_model_names_the_fix(small: Catalogue, tmp_path: Path) -> None:
    told = f"{tmp_path}/m/m.gguf is missing; fetch it: assistant models pull m"
    with pytest.raises(ModelMissing, match=re.escape(told)):
        small.locate("m", "llm", tmp_path)
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "m.gguf").write_bytes(b"ab")
    with pytest.raises(ModelMissing, match=r"damaged \(2 bytes instead of 3\)"):
        small.locate("m", "llm", tmp_path)
    with pytest.raises(ModelMissing, match=r'no stt model "eat"; did you mean "ear"'):
        small.locate("eat", "stt", tmp_path)
    with pytest.raises(ModelMissing, match='no tts model "m"'):
        small.locate("m", "tts", tmp_path)
    with pytest.raises(ModelMissing, match="there is no such file"):
        small.locate("/nowhere/m.gguf", "llm")


def test_wake_words_need_no_file(catalogue: Catalogue) -> None:
    with pytest.raises(ModelMissing, match="rides in the package pymicro-wakeword"):
        catalogue.locate("microwakeword-hey_jarvis", "wake")


def test_mistakes_in_the_catalogue_are_told(tmp_path: Path) -> None:
    voices = tmp_path / "voices"
    voices.mkdir()
    file = tmp_path / "models.yaml"
    for text, told in (
        (SMALL.replace("sub/m.gguf", "../m.gguf"), r"models\[0\]\.files\[0\]\.name: must match pattern"),
        (SMALL.replace("b" * 64, "b" * 63), "sha256: must match pattern"),
        (SMALL.replace("commit: " + "a" * 40, "commit: main"), "commit: must match pattern"),
        (SMALL.replace("kind: llm", "kind: lm"), 'did you mean "llm"'),
        (SMALL.replace("repository: a/b, ", ""), "give one of repository, package and origin"),
        (SMALL.replace("id: ear", "id: m"), 'the model id "m" is there twice'),
    ):
        file.write_text(text)
        with pytest.raises(SettingsError, match=told):
            load_catalogue(file, voices)
    file.write_text(SMALL)
    (voices / "a.yaml").write_text("{name: b, engine: espeak, model: en, language: en}")
    with pytest.raises(SettingsError, match=r"call the file b\.yaml"):
        load_catalogue(file, voices)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_catalogue(tmp_path / "gone.yaml", voices)


def test_an_unknown_voice_is_told(catalogue: Catalogue) -> None:
    with pytest.raises(SettingsError, match=r'no voice "heart"; did you mean "hearth"'):
        catalogue.voice("heart")


def test_sizes_add_up() -> None:
    files = (ModelFile(name="a", size=2, sha256="0" * 64), ModelFile(name="b", sha256="1" * 64))
    model = Model(
        id="m",
        kind="tts",
        engine="piper",
        repository="a/b",
        commit="c" * 40,
        files=files,
        licence="MIT",
        provenance="p",
        languages=("en",),
        ram_mb=1,
        tier="small",
    )
    assert model.size_bytes == 2
