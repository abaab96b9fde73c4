"""A graph of ONNX → a Piper-format voice: the model and, beside it, its description (`<path>.json`).

Inputs and outputs are a VITS export's: `input` (1, T) phoneme ids, `input_lengths` (1), `scales` (noise,
length, noise width) → `output` (1, 1, 1, N) float sound.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx
from onnx import NodeProto, TensorProto, helper


@dataclass(frozen=True, slots=True)
class VoiceForm:
    """What the description says of a voice of one speaker."""

    name: str
    quality: str
    rate_hz: int
    phonemes: Sequence[str]
    """In the order of their ids, from 0."""
    noise_scale: float = 0.0
    noise_w: float = 0.0
    opset: int = 15


def write_voice(
    path: Path, form: VoiceForm, nodes: Iterable[NodeProto], weights: Iterable[TensorProto]
) -> None:
    """Write both files. onnx.checker's ValidationError where the graph is none."""
    value = helper.make_tensor_value_info
    inputs = [
        value("input", TensorProto.INT64, [1, "phonemes"]),
        value("input_lengths", TensorProto.INT64, [1]),
        value("scales", TensorProto.FLOAT, [3]),
    ]
    outputs = [value("output", TensorProto.FLOAT, [1, 1, 1, "time"])]
    graph = helper.make_graph([*nodes], form.name, inputs, outputs, [*weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", form.opset)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    config = {
        "audio": {"sample_rate": form.rate_hz, "quality": form.quality},
        "espeak": {"voice": "en-us"},
        "phoneme_type": "espeak",
        "inference": {"noise_scale": form.noise_scale, "length_scale": 1.0, "noise_w": form.noise_w},
        "num_symbols": len(form.phonemes),
        "num_speakers": 1,
        "speaker_id_map": {},
        "phoneme_id_map": {phoneme: [number] for number, phoneme in enumerate(form.phonemes)},
    }
    path.with_name(path.name + ".json").write_text(json.dumps(config, ensure_ascii=False), "utf-8")
