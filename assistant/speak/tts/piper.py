"""Text → Sound by a Piper voice: a VITS model in ONNX with its `.onnx.json` beside it."""

import importlib.util
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import EngineError, ModelMissing
from assistant.messages import JsonValue, Sound
from assistant.ports import Cancelled, TtsEngine
from assistant.speak.tts.sayable import breaths, sayable

PIECE_S = 0.5
"""Sound leaves in pieces, so that a cancelled sentence costs little on the way."""

LONGEST_BREATH = 200
"""Characters the model is given at once: 12 s of sound, which a busy small box makes in 3 s."""


class PiperOptions(BaseModel):
    """What the owner's voice says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    """Path of the .onnx file."""
    speed: float = Field(default=1.0, ge=0.5, le=2.0)
    speaker: int | None = Field(default=None, ge=0)
    """For models with several speakers."""
    threads: int = Field(default=1, ge=1, le=64)


class Piper:
    """A Piper voice, loaded once."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        self._options = _checked(options)
        self._voice: Any = None

    @staticmethod
    def missing() -> str | None:
        """The command that installs the package, where it is absent."""
        if importlib.util.find_spec("piper") is None:
            return "the package piper-tts is missing: uv sync --extra full"
        return None

    def load(self) -> None:
        """Read the model (about a second for 63 MB) and speak a word, for the first one is slow."""
        model = Path(self._options.model)
        config = model.with_name(model.name + ".json")
        for file in (model, config):
            if not file.is_file():
                raise ModelMissing(f"{file}: a file of the Piper voice is missing; fetch the voice again")
        if (why := self.missing()) is not None:
            raise EngineError(why)
        self._voice = _load(model, config, self._options.threads)
        for _ in self.synthesize("Ready.", lambda: False):
            pass

    def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Another speed or speaker from the next sentence on; another model needs a new start."""
        changed = _checked({**self._options.model_dump(), **changes})
        if (changed.model, changed.threads) != (self._options.model, self._options.threads):
            raise EngineError("piper: model and threads cannot change while it runs")
        self._options = changed

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[Sound]:
        """Speech in pieces of up to 0.5 s. The model works a breath at a time and is not stopped in one."""
        if self._voice is None:
            raise EngineError("piper: load comes before synthesize")
        for breath in breaths(sayable(text), LONGEST_BREATH):
            if cancelled():
                return
            for chunk in self._chunks(breath):
                step = 2 * round(PIECE_S * chunk.sample_rate)
                pcm: bytes = chunk.audio_int16_bytes
                for at in range(0, len(pcm), step):
                    if cancelled():
                        return
                    yield Sound(pcm[at : at + step], chunk.sample_rate)

    def _chunks(self, text: str) -> Iterator[Any]:
        """The package's own pieces, one a sentence, as the model finishes them."""
        from piper import SynthesisConfig

        config = SynthesisConfig(speaker_id=self._options.speaker, length_scale=self._length_scale())
        failures: tuple[type[Exception], ...] = (ValueError, KeyError, IndexError, *_onnx_errors())
        try:
            yield from self._voice.synthesize(text, config)
        except failures as error:
            raise EngineError(f"piper could not speak: {error}") from error

    def _length_scale(self) -> float:
        return float(self._voice.config.length_scale) / self._options.speed


def _checked(options: Mapping[str, JsonValue]) -> PiperOptions:
    try:
        return PiperOptions.model_validate(options)
    except ValidationError as error:
        first = error.errors()[0]
        raise EngineError(f"piper options: {first['loc']}: {first['msg']}") from error


def _onnx_errors() -> tuple[type[Exception], ...]:
    """What onnxruntime raises: its exceptions have no class of their own above them."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoSuchFile", "RuntimeException")
    return (RuntimeError, *(getattr(state, name) for name in (*names, "NotImplemented", "NoModel")))


def _load(model: Path, config: Path, threads: int) -> Any:
    """The voice on a session of its own, as PiperVoice.load would take every core."""
    import onnxruntime
    from piper import PiperConfig, PiperVoice

    session_options = onnxruntime.SessionOptions()
    session_options.intra_op_num_threads = threads
    session_options.inter_op_num_threads = 1
    # Its arena keeps what the longest sentence took: 300 MB after 5 s of speech, not 140, for 5 % of time.
    session_options.enable_cpu_mem_arena = False
    session_options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    failures = _onnx_errors()
    try:
        described = PiperConfig.from_dict(json.loads(config.read_text(encoding="utf-8")))
        session = onnxruntime.InferenceSession(
            str(model), session_options, providers=["CPUExecutionProvider"]
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineError(f"{config}: is not the description of a Piper voice ({error})") from error
    except failures as error:
        raise EngineError(f"{model}: is not a Piper voice; fetch it again ({error})") from error
    return PiperVoice(session=session, config=described)


_fits: type[TtsEngine] = Piper
