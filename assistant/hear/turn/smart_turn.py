"""Speech up to a pause → how likely it is that its speaker is done, by Smart Turn v3 (ONNX)."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import EngineError, ModelMissing
from assistant.hear.turn.log_mel import BANDS, FRAMES, SAMPLES, log_mel
from assistant.messages import JsonValue, SpeechChunk, TurnOver
from assistant.ports import Cancelled, TurnEngine

INPUT = "input_features"
SHAPE = [BANDS, FRAMES]


class _Options(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    model: str
    threads: int = Field(default=1, ge=1, le=8)


class SmartTurn:
    """One utterance a call. It hears how words are said, in 23 languages, not which."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        try:
            self._options = _Options.model_validate(dict(options))
        except ValidationError as error:
            raise EngineError(f"smart_turn options: {error}") from error
        self._session: Any = None

    @staticmethod
    def missing() -> str | None:
        """Why this engine cannot run here; else None."""
        if find_spec("onnxruntime") is None:
            return "onnxruntime is not installed: pip install 'hearth-assistant[full]'"
        return None

    def load(self) -> None:
        """Read the model. ModelMissing: there is none; EngineError: it is no Smart Turn v3."""
        import onnxruntime

        if not Path(self._options.model).is_file():
            raise ModelMissing(f"{self._options.model}: there is no such file; check ears.smart_turn")
        chosen = onnxruntime.SessionOptions()
        chosen.intra_op_num_threads, chosen.inter_op_num_threads = self._options.threads, 1
        chosen.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(
                self._options.model, chosen, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own exceptions share no other base
            raise EngineError(f"{self._options.model} is no ONNX model that runs here: {error}") from error
        shapes = {each.name: list(each.shape)[1:] for each in session.get_inputs()}
        if shapes != {INPUT: SHAPE}:
            raise EngineError(f"{self._options.model} is no Smart Turn v3: it takes {shapes}")
        self._session = session

    def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Nothing changes while it runs."""
        if changes:
            raise EngineError(f"smart_turn can't change {', '.join(changes)}")

    def judge(self, speech: Iterator[SpeechChunk], cancelled: Cancelled) -> Iterator[TurnOver]:
        """Read the speech to its end; one verdict, none when cancelled."""
        pcm = bytearray()
        for chunk in speech:
            if cancelled():
                return
            pcm += chunk.pcm
            del pcm[: -2 * SAMPLES]
        (probability,) = self._session.run(None, {INPUT: log_mel(bytes(pcm))[None]})
        yield TurnOver(min(1.0, max(0.0, float(probability.reshape(-1)[0]))))


_fits: type[TurnEngine] = SmartTurn
