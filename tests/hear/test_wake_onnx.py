"""An owner's .onnx wake word through the openwakeword package, on tiny networks of the right shapes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from assistant.errors import SettingsError
from assistant.hear.wake.openwakeword_onnx import INSTALL, OpenWakeWordOnnx
from tests.voices import silence

pytestmark = pytest.mark.skipif(OpenWakeWordOnnx.missing() is not None, reason=f"needs {INSTALL}")

Shape = Sequence[int | str]


def network(path: Path, nodes: list[Any], takes: tuple[str, Shape], gives: Shape, **weights: Any) -> None:
    """Write a network; the last node gives "out"."""
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (takes, ("out", gives))
    ]
    held = [numpy_helper.from_array(np.array(value), name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, path.stem, ends[:1], ends[1:], held)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A "wake word" that scores loud sound high."""
    node = helper.make_node
    axis = np.array([1], np.int64)
    network(
        tmp_path / "melspectrogram.onnx",
        [
            node("Unsqueeze", ["input", "axis"], ["a"]),
            node("Abs", ["a"], ["b"]),
            node("Conv", ["b", "w"], ["c"], strides=[160], kernel_shape=[400]),
            node("Transpose", ["c"], ["d"], perm=[0, 2, 1]),
            node("Unsqueeze", ["d", "axis"], ["out"]),
        ],
        ("input", ["b", "s"]),
        ["b", 1, "f", 32],
        axis=axis,
        w=np.full((32, 1, 400), 1 / 40_000, np.float32),
    )
    network(
        tmp_path / "embedding_model.onnx",
        [
            node("Transpose", ["input_1"], ["a"], perm=[0, 3, 1, 2]),
            node("Conv", ["a", "w"], ["b"], kernel_shape=[76, 32]),
            node("Transpose", ["b"], ["out"], perm=[0, 2, 3, 1]),
        ],
        ("input_1", ["n", 76, 32, 1]),
        ["n", 1, 1, 96],
        w=np.full((96, 1, 76, 32), 1 / 2432, np.float32),
    )
    network(
        tmp_path / "hey_house.onnx",
        [
            node("ReduceMean", ["in"], ["a"], axes=[1, 2], keepdims=0),
            node("Unsqueeze", ["a", "axis"], ["b"]),
            node("Sub", ["b", "middle"], ["c"]),
            node("Sigmoid", ["c"], ["out"]),
        ],
        ("in", [1, 16, 96]),
        [1, 1],
        axis=axis,
        middle=np.array(6.0, np.float32),
    )
    return tmp_path / "hey_house.onnx"


def test_it_scores_sound_of_any_length(model: Path) -> None:
    engine = OpenWakeWordOnnx({"model": str(model)})
    loud = np.random.default_rng(1).integers(-20_000, 20_000, 48_000).astype("<i2").tobytes()
    assert engine.process(silence(3.0)) < 0.1
    assert engine.process(loud[:1000]) == 0
    assert max(engine.process(loud[at : at + 1000]) for at in range(1000, len(loud), 1000)) > 0.9
    engine.reset()
    assert engine.process(silence(3.0)[: 2 * 1280]) < 0.1


def test_what_is_no_model_is_refused(model: Path) -> None:
    model.write_bytes(b"garbage" * 100)
    with pytest.raises(SettingsError, match="cannot load"):
        OpenWakeWordOnnx({"model": str(model)})
    with pytest.raises(SettingsError, match="no such"):
        OpenWakeWordOnnx({"model": str(model.with_name("nothing.onnx"))})
