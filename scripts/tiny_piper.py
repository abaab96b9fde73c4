"""A Piper-format voice of a few kB: each phoneme is a tone of its own, so longer text makes longer sound.

Inputs and outputs are a VITS export's: `input` (1, T) phoneme ids, `input_lengths` (1), `scales` (noise,
length, noise width) → `output` (1, 1, 1, N) float sound at 22,050 Hz.
"""

import math
from pathlib import Path

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper
from piper_voice import VoiceForm, write_voice

RATE_HZ = 22_050
SAMPLES_A_PHONEME = 660
"""At length scale 1; pads between phonemes take as much, so a phoneme lasts 60 ms."""
PHONEMES = "_^$" + "".join(
    chr(code)
    for first, last in (
        (0x20, 0x7E),
        (0xE6, 0xF8),
        (0x127, 0x153),
        (0x250, 0x2E4),
        (0x303, 0x32F),
        (0x3B2, 0x3C7),
    )
    for code in range(first, last + 1)
    if chr(code) not in "_^$"
)
"""Pad, start and end, then the ranges that espeak-ng's phonemes of European languages come from."""


def _graph() -> tuple[list[NodeProto], list[TensorProto]]:
    def constant(name: str, value: object, kind: type = np.float32) -> onnx.TensorProto:
        return numpy_helper.from_array(np.array(value, dtype=kind), name)

    node = helper.make_node
    nodes = [
        node("Cast", ["input"], ["ids"], to=TensorProto.FLOAT),
        node("Unsqueeze", ["ids", "last"], ["column"]),
        node("Mul", ["column", "step_hz"], ["above"]),
        node("Add", ["above", "lowest_hz"], ["hz"]),
        node("Mul", ["hz", "turn"], ["speed"]),
        node("Gather", ["scales", "one"], ["stretch"]),
        node("Mul", ["stretch", "samples"], ["long"]),
        node("Range", ["zero", "long", "unit"], ["time"]),
        node("Mul", ["speed", "time"], ["phase"]),
        node("Sin", ["phase"], ["tone"]),
        node("Min", ["column", "unit"], ["loud"]),
        node("Mul", ["tone", "loud"], ["voice"]),
        node("Mul", ["voice", "level"], ["quiet"]),
        node("Reshape", ["quiet", "shape"], ["output"]),
    ]
    constants = [
        constant("last", [2], np.int64),
        *(constant("step_hz", 7.0), constant("lowest_hz", 110.0)),
        constant("turn", 2 * math.pi / RATE_HZ),
        constant("one", 1, np.int64),
        constant("samples", float(SAMPLES_A_PHONEME)),
        constant("zero", 0.0),
        constant("unit", 1.0),
        constant("level", 0.3),
        constant("shape", [1, 1, 1, -1], np.int64),
    ]
    return nodes, constants


def write_piper(path: Path) -> None:
    """Write the voice and, beside it, its configuration (`<path>.json`)."""
    write_voice(path, VoiceForm("tiny_voice", "tiny", RATE_HZ, PHONEMES), *_graph())
