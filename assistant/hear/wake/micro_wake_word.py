"""Sound → wake score, by a microWakeWord model: 0.4 % of a core per stream, the one that is always on."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import EngineError
from assistant.messages import EAR_RATE_HZ, JsonValue
from assistant.ports import WakeEngine

_SILENCE = bytes(2 * 2 * EAR_RATE_HZ)


class MicroOptions(BaseModel):
    """`model`: a built-in word or the path of a .tflite file; `window`: how many scores are averaged."""

    model_config = ConfigDict(extra="forbid")

    model: str
    window: int = Field(default=5, ge=1, le=50)


class MicroWakeWord:
    """One word on one stream. A score is the mean of the last `window` steps of 30 ms."""

    quick = True
    """20 ms of sound take 0.05 ms of a PC's core."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        try:
            self._options = MicroOptions.model_validate(dict(options))
        except ValidationError as error:
            raise EngineError(f"micro_wake_word options: {error.errors()[0]['msg']}") from error
        self._model, self._features = _load(self._options)
        self.reset()

    @staticmethod
    def missing() -> str | None:
        """Why this engine cannot run here; else None."""
        if find_spec("pymicro_wakeword") is None:
            return "pymicro-wakeword is not installed: pip install hearth-assistant"
        return None

    def process(self, pcm: bytes) -> float:
        """Any length of s16le → the highest score within it; 0 where no step was completed."""
        steps = (self._model.process_streaming_prob(x) for x in self._features.process_streaming(pcm))
        return max((score for score in steps if score is not None), default=0.0)

    def reset(self) -> None:
        """Forget all sound heard, by hearing silence for longer than the model remembers (5 ms of work).

        The package's own reset reads the model's file again, and the process dies where that is gone.
        """
        self._features.reset()
        self.process(_SILENCE)


def _load(options: MicroOptions) -> tuple[Any, Any]:
    import pymicro_wakeword

    from assistant.hear.wake import tflite

    words = {word.value for word in pymicro_wakeword.Model}
    shipped = Path(pymicro_wakeword.__file__).parent / "models" / f"{options.model}.tflite"
    path = shipped if options.model in words else Path(options.model)
    tflite.check_micro(path)
    model = pymicro_wakeword.MicroWakeWord(
        id=path.stem,
        wake_word=path.stem,
        tflite_model=path,
        probability_cutoff=0.5,
        sliding_window_size=options.window,
        trained_languages=[],
        libtensorflowlite_c_path=tflite.runtime(),
    )
    return model, pymicro_wakeword.MicroWakeWordFeatures()


_fits: type[WakeEngine] = MicroWakeWord
