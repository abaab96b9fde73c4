"""Sound → wake and voice probabilities, read from scripted words."""

from collections import deque
from collections.abc import Mapping

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from assistant.messages import JsonValue
from assistant.pcm import samples
from assistant.ports import VadEngine, WakeEngine
from assistant.scripted.faults import checked
from assistant.scripted.signal import WordReader

_FRAME = 512
_VOICE_PEAK = 500


class WakeOptions(BaseModel):
    """Options of ScriptedWake."""

    model_config = ConfigDict(extra="forbid")

    phrase: str = Field(default="hey jarvis", min_length=1)


class VadOptions(BaseModel):
    """ScriptedVad has no options."""

    model_config = ConfigDict(extra="forbid")


class ScriptedWake:
    """Fires on the last sample of its phrase."""

    def __init__(self, options: Mapping[str, JsonValue] | None = None) -> None:
        self._phrase = checked(WakeOptions, options or {}).phrase.lower().split()
        self._heard: deque[str] = deque(maxlen=len(self._phrase))
        self._reader = WordReader()

    @staticmethod
    def missing() -> str | None:
        """Nothing: it is always here."""
        return None

    def process(self, pcm: bytes) -> float:
        """1.0 when the phrase ends within `pcm`, else 0.0."""
        score = 0.0
        for word in self._reader.feed(pcm):
            self._heard.append(word.lower().strip(",.!?"))
            if list(self._heard) == self._phrase:
                score = 1.0
        return score

    def reset(self) -> None:
        """Forget all sound heard."""
        self._heard.clear()
        self._reader = WordReader()


class ScriptedVad:
    """Any 512-sample frame with a peak of 500 or more is voice."""

    def __init__(self, options: Mapping[str, JsonValue] | None = None) -> None:
        checked(VadOptions, options or {})
        self._kept = b""

    @staticmethod
    def missing() -> str | None:
        """Nothing: it is always here."""
        return None

    def process(self, pcm: bytes) -> list[float]:
        """0.99 or 0.01 for each frame completed."""
        x = samples(self._kept + pcm)
        count = len(x) // _FRAME
        self._kept = x[count * _FRAME :].tobytes()
        if not count:
            return []
        peaks = np.abs(x[: count * _FRAME].astype(np.int32)).reshape(count, _FRAME).max(axis=1)
        return [0.99 if peak >= _VOICE_PEAK else 0.01 for peak in peaks]

    def reset(self) -> None:
        """Forget all sound heard."""
        self._kept = b""


_fits_wake: type[WakeEngine] = ScriptedWake
_fits_vad: type[VadEngine] = ScriptedVad
