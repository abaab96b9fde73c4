"""Sound → wake score, by an openWakeWord model: 4 % of a core live, or 3 ms per 80 ms as a confirmer."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import EngineError
from assistant.messages import JsonValue
from assistant.ports import WakeEngine

STEP_BYTES = 2 * 1280
"""The model takes sound in steps of 80 ms."""
_WARM_SAMPLES = 12 * 1280
_OVERLAP_SAMPLES = 480
"""What each step's spectrum needs of the sound before it."""


class OpenOptions(BaseModel):
    """`model`: a built-in word or the path of a .tflite file."""

    model_config = ConfigDict(extra="forbid")

    model: str


@dataclass(frozen=True, slots=True)
class _Warm:
    """The state after long silence. The two networks keep none: all of it is in these arrays."""

    audio_left: int
    mels: npt.NDArray[np.float32]
    mels_left: int
    embeddings: npt.NDArray[np.float32]
    embeddings_left: int


class OpenWakeWord:
    """One word on one stream. `reset` goes back to the state after silence, in 0.1 ms."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        try:
            checked = OpenOptions.model_validate(dict(options))
        except ValidationError as error:
            raise EngineError(f"open_wake_word options: {error.errors()[0]['msg']}") from error
        self._model, self._features = _load(checked.model)
        self._rest = b""
        self._warm = self._after_silence()
        self.reset()

    @staticmethod
    def missing() -> str | None:
        """Why this engine cannot run here; else None."""
        if find_spec("pyopen_wakeword") is None:
            return "pyopen-wakeword is not installed: pip install hearth-assistant"
        return None

    def process(self, pcm: bytes) -> float:
        """Any length of s16le → the highest score within it; 0 where no step of 80 ms was completed."""
        sound = self._rest + pcm
        whole = len(sound) - len(sound) % STEP_BYTES
        self._rest = sound[whole:]
        return max(
            (self._step(sound[at : at + STEP_BYTES]) for at in range(0, whole, STEP_BYTES)), default=0.0
        )

    def reset(self) -> None:
        """Forget all sound heard."""
        warm = self._warm
        self._rest = b""
        self._features.audio[:] = 0
        self._features.new_audio_samples = warm.audio_left
        self._features.mels[:] = warm.mels
        self._features.new_mels = warm.mels_left
        self._model.embeddings[:] = warm.embeddings
        self._model.new_embeddings = warm.embeddings_left

    def _step(self, pcm: bytes) -> float:
        found = (
            score
            for embedding in self._features.process_streaming(pcm)
            for score in self._model.process_streaming(embedding)
        )
        return max(found, default=0.0)

    def _after_silence(self) -> _Warm:
        """Left alone the package swallows 8 s of silence first (0.4 s of work).

        Silence looks alike at every moment, so one second of it, its last embedding repeated, is the same
        state; but for the backlog of sound, kept at the least the model needs: its scores come 50 ms sooner.
        """
        features, model = self._features, self._model
        features.new_audio_samples = _WARM_SAMPLES
        *_, last = features.process_streaming(bytes(STEP_BYTES))
        embeddings = np.broadcast_to(last.reshape(-1), model.embeddings.shape)
        return _Warm(
            audio_left=_OVERLAP_SAMPLES,
            mels=np.broadcast_to(features.mels[-1], features.mels.shape).copy(),
            mels_left=features.new_mels,
            embeddings=embeddings.astype(np.float32),
            embeddings_left=model.input_windows - 1,
        )


def _load(model: str) -> tuple[Any, Any]:
    import pyopen_wakeword

    from assistant.hear.wake import tflite

    words = {word.value for word in pyopen_wakeword.Model}
    shipped = Path(pyopen_wakeword.__file__).parent / "models" / f"{model}.tflite"
    path = shipped if model in words else Path(model)
    tflite.check_open(path)
    word = pyopen_wakeword.OpenWakeWord.from_model(path)
    return word, pyopen_wakeword.OpenWakeWordFeatures.from_builtin()


_fits: type[WakeEngine] = OpenWakeWord
