"""Sound → wake score, by an owner's own .onnx model through the `openwakeword` package (an extra)."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import EngineError, SettingsError
from assistant.messages import JsonValue
from assistant.pcm import samples
from assistant.ports import WakeEngine

STEP_SAMPLES = 1280
"""The package takes sound in steps of 80 ms."""
INSTALL = "pip install 'hearth-assistant[openwakeword]'"


class OnnxOptions(BaseModel):
    """`model`: the path of the .onnx file; `features`: the folder with openWakeWord's melspectrogram.onnx and
    embedding_model.onnx, by default the model's own folder."""

    model_config = ConfigDict(extra="forbid")

    model: Path
    features: Path | None = None


class OpenWakeWordOnnx:
    """One word on one stream."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        try:
            checked = OnnxOptions.model_validate(dict(options))
        except ValidationError as error:
            raise EngineError(f"openwakeword_onnx options: {error.errors()[0]['msg']}") from error
        self._name = checked.model.stem
        self._model = _load(checked)
        self._rest = b""

    @staticmethod
    def missing() -> str | None:
        """Why this engine cannot run here; else None."""
        if find_spec("openwakeword") is None:
            return f"the openwakeword package is not installed: {INSTALL}"
        return None

    def process(self, pcm: bytes) -> float:
        """Any length of s16le → the highest score within it; 0 where no step of 80 ms was completed."""
        sound = self._rest + pcm
        step = 2 * STEP_SAMPLES
        whole = len(sound) - len(sound) % step
        self._rest = sound[whole:]
        return max((self._step(sound[at : at + step]) for at in range(0, whole, step)), default=0.0)

    def reset(self) -> None:
        """Forget all sound heard."""
        self._rest = b""
        self._model.reset()

    def _step(self, pcm: bytes) -> float:
        scores = self._model.predict(np.array(samples(pcm)))
        return float(scores[self._name])


def _load(options: OnnxOptions) -> Any:
    missing = OpenWakeWordOnnx.missing()
    if missing is not None:
        raise EngineError(missing)
    if not options.model.is_file():
        raise SettingsError(f"{options.model}: there is no such wake-word model file; correct the path")
    folder = options.features or options.model.parent
    shared = {
        "melspec_model_path": folder / "melspectrogram.onnx",
        "embedding_model_path": folder / "embedding_model.onnx",
    }
    for path in shared.values():
        if not path.is_file():
            raise SettingsError(
                f"{path} is missing: put openWakeWord's {path.name} beside {options.model.name}"
            )
    from onnxruntime.capi import onnxruntime_pybind11_state as onnxruntime
    from openwakeword.model import Model

    bad = (ValueError, onnxruntime.Fail, onnxruntime.InvalidProtobuf, onnxruntime.InvalidGraph)
    try:
        return Model(
            wakeword_models=[str(options.model)],
            inference_framework="onnx",
            **{key: str(path) for key, path in shared.items()},
        )
    except bad as error:
        raise SettingsError(
            f"{options.model}: openwakeword cannot load it ({error}); export it again"
        ) from error


_fits: type[WakeEngine] = OpenWakeWordOnnx
