"""Manifest file → what an owner's own wake-word model is.

`hey_house.tflite` needs `hey_house.yaml` (or .json) beside it:

    family: micro        # micro or open (.tflite of microWakeWord, openWakeWord), onnx (openWakeWord's .onnx)
    word: hey house
    threshold: 0.9       # optional: the score that wakes
    window: 5            # optional, micro only: scores averaged

The JSON that microWakeWord's own trainer writes is understood as it is.
"""

import json
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import SettingsError

LARGEST_BYTES = 16_384
_SUFFIX = {"micro": ".tflite", "open": ".tflite", "onnx": ".onnx"}
_EXAMPLE = "family: micro\nword: hey house"


class Manifest(BaseModel):
    """A checked manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    family: Literal["micro", "open", "onnx"]
    word: str = Field(min_length=2, max_length=60, pattern=r"^[\w' -]+$")
    threshold: float = Field(default=0.0, gt=0, lt=1, validate_default=False)
    window: int = Field(default=5, ge=1, le=50)


def read_manifest(model: Path) -> Manifest:
    """Read the manifest beside `model`; whatever is wrong is a SettingsError with file, key and fix."""
    if not model.is_file():
        raise SettingsError(f"{model}: there is no such wake-word model file; correct the path")
    path = _beside(model)
    manifest = _checked(path, _parsed(path))
    if model.suffix.lower() != _SUFFIX[manifest.family]:
        right = _SUFFIX[manifest.family]
        raise SettingsError(f"{path}: family {manifest.family} means a {right} file, not {model.name}")
    usual = 0.9 if manifest.family == "micro" else 0.5
    return manifest.model_copy(update={"threshold": manifest.threshold or usual})


def _beside(model: Path) -> Path:
    for suffix in (".yaml", ".yml", ".json"):
        path = model.with_suffix(suffix)
        if path.is_file():
            return path
    wanted = model.with_suffix(".yaml")
    raise SettingsError(f"{wanted} is missing: write it beside {model.name}, for example\n{_EXAMPLE}")


def _parsed(path: Path) -> object:
    if path.stat().st_size > LARGEST_BYTES:
        raise SettingsError(f"{path}: larger than {LARGEST_BYTES} bytes; a manifest is a few lines")
    try:
        text = path.read_text("utf-8")
        return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise SettingsError(f"{path}: cannot be read ({error}); it should look like\n{_EXAMPLE}") from error


def _checked(path: Path, found: object) -> Manifest:
    if isinstance(found, dict) and found.get("type") == "micro":
        found = _from_trainer(path, found)
    try:
        return Manifest.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the file"
        raise SettingsError(f"{path}: {key}: {first['msg']}; it should look like\n{_EXAMPLE}") from error


def _from_trainer(path: Path, found: dict[object, object]) -> dict[str, object]:
    """The trainer's JSON holds far more; only what decides is taken."""
    micro = found.get("micro")
    if not isinstance(micro, dict):
        raise SettingsError(f"{path}: micro: missing; it holds probability_cutoff and sliding_window_size")
    taken = {
        "word": found.get("wake_word"),
        "threshold": micro.get("probability_cutoff"),
        "window": micro.get("sliding_window_size"),
    }
    return {"family": "micro", **{key: value for key, value in taken.items() if value is not None}}
