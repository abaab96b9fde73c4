"""A Smart Turn of a few hundred bytes: `input_features` (1, 80, 800) → `logits` (1, 1), by loudness alone.

Whoever has fallen silent is done: the brighter the last 50 frames of the log-mel picture are, against its
brightest point, the less likely it is. The names and shapes are those of Smart Turn v3's export.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LAST = 750
"""The first of the frames that count: half a second before the end of 800."""


def write_turn(path: Path) -> None:
    """Write the model."""
    node = helper.make_node

    def constant(name: str, value: object, kind: type = np.int64) -> onnx.TensorProto:
        return numpy_helper.from_array(np.array(value, dtype=kind), name)

    nodes = [
        node("Slice", ["input_features", "from", "to", "axis"], ["end"]),
        node("ReduceMax", ["input_features"], ["brightest"], axes=[1, 2], keepdims=0),
        node("ReduceMean", ["end"], ["bright"], axes=[1, 2], keepdims=0),
        node("Sub", ["brightest", "bright"], ["fallen"]),
        node("Sub", ["fallen", "enough"], ["over"]),
        node("Mul", ["over", "steep"], ["score"]),
        node("Sigmoid", ["score"], ["flat"]),
        node("Reshape", ["flat", "shape"], ["logits"]),
    ]
    constants = [
        constant("from", [LAST]),
        constant("to", [800]),
        constant("axis", [2]),
        constant("enough", 1.2, np.float32),
        constant("steep", 8.0, np.float32),
        constant("shape", [1, 1]),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "tiny_turn",
        [value("input_features", TensorProto.FLOAT, [1, 80, 800])],
        [value("logits", TensorProto.FLOAT, [1, 1])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
