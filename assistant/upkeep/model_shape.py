"""Files of the owner's → which kind of model they are, whole and readable; wrong ones say what they lack."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from assistant.errors import AssistantError
from assistant.hear.stt.faster_whisper import FILES, VOCABULARIES
from assistant.hear.wake.manifest import read_manifest
from assistant.hear.wake.models import ENGINES
from assistant.model_entry import Kind
from assistant.upkeep.gguf_header import read_head

WHISPER_SPARE: Final = ("preprocessor_config.json",)
LARGEST_JSON: Final = 32_000_000
_ONNX_BEGINS: Final = b"\x08"
"""Every ONNX model begins with the version of its format."""
_TFLITE_MARK: Final = b"TFL3"


@dataclass(frozen=True, slots=True)
class Shape:
    """What was recognised: the kind, and what the files say of themselves."""

    kind: Kind
    engine: str
    files: tuple[str, ...]
    """Names inside the folder; the first is the model itself."""
    languages: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    """More keys of the entry."""
    told: str = ""
    """In words."""

    def ram_mb(self, size_bytes: int) -> int:
        """Estimated: the weights, and what the engine needs beside them."""
        beside_mb = {"llm": 570, "stt": 120, "tts": 90, "wake": 10, "turn": 50}[self.kind]
        return round(size_bytes / 1e6) + beside_mb


def recognise(folder: Path, names: Sequence[str], kind: Kind | None = None) -> Shape:
    """The model that these files of a folder make. AssistantError names what is wrong, and the fix."""
    readers: dict[Kind, Callable[[Path, str], Shape]] = {
        "llm": gguf,
        "tts": piper,
        "stt": whisper,
        "wake": wake,
    }
    chosen = kind or kind_of(names)
    if chosen is None or chosen not in readers:
        raise AssistantError(
            f"{folder}: {', '.join(names) or 'nothing there'}: no model is recognised; a language model is a "
            ".gguf, a voice .onnx with .onnx.json, Whisper a folder with model.bin, a wake word .tflite or "
            ".onnx with its manifest (.yaml)"
        )
    return readers[chosen](folder, names[0])


def kind_of(names: Sequence[str]) -> Kind | None:
    """By the names alone; the first is the one that was asked for."""
    if not names:
        return None
    first = names[0]
    if first.endswith(".gguf"):
        return "llm"
    if first == FILES[0]:
        return "stt"
    if first.endswith(".onnx") and first + ".json" in names:
        return "tts"
    return "wake" if first.endswith((".tflite", ".onnx")) else None


def gguf(folder: Path, name: str) -> Shape:
    """A language model of llama.cpp."""
    head = read_head(folder / name)
    facts: dict[str, Any] = {"architecture": "hybrid" if head.hybrid else "dense"}
    if head.call_format is not None:
        facts["call_format"] = head.call_format
    told = f"language model {head.name or name}, {head.architecture}, {facts['architecture']}"
    told += f", {head.context:,} tokens of context" if head.context else ""
    if not head.template:
        raise AssistantError(
            f"{folder / name}: carries no chat template, so nobody knows how to talk to it; "
            "look for a file that is called instruct, it or chat"
        )
    if head.licence:
        facts["licence"] = head.licence
    return Shape("llm", "llama_cpp", (name,), head.languages or ("multi",), facts, told)


def piper(folder: Path, name: str) -> Shape:
    """A voice of Piper."""
    config_name = name + ".json"
    config = _json(folder / config_name)
    audio, phonemes = config.get("audio"), config.get("phoneme_id_map")
    rate = audio.get("sample_rate") if isinstance(audio, dict) else None
    if not isinstance(rate, int) or not 8_000 <= rate <= 48_000:
        raise AssistantError(f"{folder / config_name}: audio.sample_rate is missing; fetch the voice again")
    if not isinstance(phonemes, dict) or not phonemes:
        raise AssistantError(f"{folder / config_name}: phoneme_id_map is missing; fetch the voice again")
    _begins(folder / name, _ONNX_BEGINS, 0, "an ONNX model")
    language, espeak = config.get("language"), config.get("espeak")
    code = language.get("code") if isinstance(language, dict) else None
    code = code or (espeak.get("voice") if isinstance(espeak, dict) else None)
    if not isinstance(code, str) or not code:
        raise AssistantError(f"{folder / config_name}: says no language; add --language")
    short = code.replace("_", "-").partition("-")[0].lower()
    return Shape("tts", "piper", (name, config_name), (short,), {}, f"voice, {code}, {rate} Hz")


def whisper(folder: Path, name: str) -> Shape:
    """A Whisper of CTranslate2."""
    vocabulary = next((each for each in VOCABULARIES if (folder / each).is_file()), VOCABULARIES[0])
    wanted = (*FILES, vocabulary)
    lacking = [each for each in wanted if not (folder / each).is_file()]
    if lacking:
        raise AssistantError(
            f"{folder}: a Whisper model of CTranslate2 lacks {', '.join(lacking)}; fetch it too"
        )
    _begins(folder / FILES[0], b"WhisperSpec\0", 6, "a Whisper model of CTranslate2")
    for each in wanted[1:]:
        if each.endswith(".json"):
            _json(folder / each, mapping=each != "vocabulary.json")
    config = _json(folder / "config.json")
    several = bool(config.get("lang_ids"))
    spare = tuple(each for each in WHISPER_SPARE if (folder / each).is_file())
    told = f"speech to text (Whisper), {'many languages' if several else 'English'}"
    return Shape("stt", "faster_whisper", (*wanted, *spare), ("multi" if several else "en",), {}, told)


def wake(folder: Path, name: str) -> Shape:
    """A wake word with its manifest."""
    model = folder / name
    manifest = read_manifest(model)
    if model.suffix == ".tflite":
        _begins(model, _TFLITE_MARK, 4, "a TensorFlow Lite model")
    else:
        _begins(model, _ONNX_BEGINS, 0, "an ONNX model")
    beside = next(
        model.with_suffix(each).name
        for each in (".yaml", ".yml", ".json")
        if model.with_suffix(each).is_file()
    )
    if manifest.word.lower().replace(" ", "_") != model.stem.lower():
        fix = manifest.word.lower().replace(" ", "_") + model.suffix
        raise AssistantError(f'{model}: its word is "{manifest.word}"; call the file {fix}')
    told = f'wake word "{manifest.word}", family {manifest.family}'
    return Shape("wake", ENGINES[manifest.family], (name, beside), ("en",), {}, told)


def _json(file: Path, *, mapping: bool = True) -> dict[str, Any]:
    """A JSON file of a model. AssistantError."""
    try:
        if file.stat().st_size > LARGEST_JSON:
            raise AssistantError(f"{file}: is larger than {LARGEST_JSON // 10**6} MB; that is no such file")
        said = json.loads(file.read_bytes())
    except OSError as error:
        raise AssistantError(f"{file}: is missing ({error.strerror}); put it beside the model") from error
    except (ValueError, RecursionError) as error:
        raise AssistantError(f"{file}: is damaged ({error}); fetch it again") from error
    if mapping and not isinstance(said, dict):
        raise AssistantError(f"{file}: should hold a section of keys; fetch it again")
    return said if isinstance(said, dict) else {}


def _begins(file: Path, mark: bytes, at: int, what: str) -> None:
    with file.open("rb") as stream:
        begin = stream.read(at + len(mark))
    if begin[at:] != mark:
        raise AssistantError(f"{file}: is not {what}; check the file, or fetch it again")
