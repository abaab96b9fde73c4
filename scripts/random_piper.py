"""A Piper voice with the shape of VITS "medium" and random weights: its size and speed, noise for a voice.

Text encoder (6 layers of attention and convolution, 192 wide), a fixed number of frames for each phoneme in
place of the predictor's guess, the flow's four coupling layers, and the decoder that makes 256 samples of a
frame: the same convolutions, in the same sizes, as `en_US-*-medium`.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper
from piper_voice import VoiceForm, write_voice
from tiny_piper import PHONEMES

RATE_HZ = 22_050
WIDE, FEED, HEADS, LAYERS = 192, 768, 2, 6
FRAMES_A_PHONEME = 2
"""256 samples a frame; with the pads between them a phoneme of espeak-ng lasts about 46 ms."""
FLOWS, FLOW_LAYERS = 4, 4
UP = ((8, 16), (8, 16), (4, 8))
"""Rate and kernel of each step up: 256 in all."""
FIRST = 256
KERNELS, DILATIONS = (3, 5, 7), ((1, 2), (2, 6), (3, 12))
SPREAD = 0.05


class _Graph:
    """Nodes and weights in the order they are made."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._rng = np.random.default_rng(17)
        self._count = 0

    def constant(self, value: object, kind: type = np.float32) -> str:
        """A number or an array."""
        name = self._name()
        self.weights.append(numpy_helper.from_array(np.array(value, dtype=kind), name))
        return name

    def random(self, *shape: int) -> str:
        """Random weights whose sums keep their size."""
        inputs = int(np.prod(shape[1:])) if len(shape) > 1 else shape[0]
        return self.constant(self._rng.standard_normal(shape).astype(np.float32) / np.sqrt(inputs))

    def add(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> str:
        """A node; the name of its first output, the others end in _1, _2, …"""
        name = self._name()
        names = [name, *(f"{name}_{at}" for at in range(1, outputs))]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return name

    def conv(self, x: str, into: int, out_of: int, kernel: int, *, dilation: int = 1) -> str:
        """A convolution that keeps the length."""
        pad = dilation * (kernel - 1) // 2
        return self.add(
            "Conv",
            x,
            self.random(into, out_of, kernel),
            self.random(into),
            pads=[pad, pad],
            dilations=[dilation],
        )

    def _name(self) -> str:
        self._count += 1
        return f"t{self._count}"


def _encoder(graph: _Graph, ids: str) -> str:
    """Phoneme ids → 192 channels a phoneme."""
    x = graph.add("Transpose", graph.add("Gather", graph.random(len(PHONEMES), WIDE), ids), perm=[0, 2, 1])
    scale = graph.constant(1 / np.sqrt(WIDE // HEADS))
    apart = graph.constant([1, HEADS, WIDE // HEADS, -1], np.int64)
    together = graph.constant([1, WIDE, -1], np.int64)
    for _ in range(LAYERS):
        query, key, value = (graph.add("Reshape", graph.conv(x, WIDE, WIDE, 1), apart) for _ in range(3))
        scores = graph.add(
            "Mul", graph.add("MatMul", graph.add("Transpose", query, perm=[0, 1, 3, 2]), key), scale
        )
        weights = graph.add("Transpose", graph.add("Softmax", scores, axis=-1), perm=[0, 1, 3, 2])
        seen = graph.add("Reshape", graph.add("MatMul", value, weights), together)
        x = graph.add("Tanh", graph.add("Add", x, graph.conv(seen, WIDE, WIDE, 1)))
        wide = graph.add("Relu", graph.conv(x, FEED, WIDE, 3))
        x = graph.add("Tanh", graph.add("Add", x, graph.conv(wide, WIDE, FEED, 3)))
    return x


def _stretched(graph: _Graph, x: str) -> str:
    """Every phoneme as so many frames, times the length scale."""
    length = graph.add("Gather", "scales", graph.constant(1, np.int64))
    times = graph.add("Mul", length, graph.constant(float(FRAMES_A_PHONEME)))
    ones = graph.constant([1.0, 1.0])
    factor = graph.add("Concat", ones, graph.add("Unsqueeze", times, graph.constant([0], np.int64)), axis=0)
    return graph.add("Resize", x, "", factor, mode="nearest")


def _flow(graph: _Graph, x: str) -> str:
    half = WIDE // 2
    for _ in range(FLOWS):
        left = graph.add("Split", x, graph.constant([half, half], np.int64), outputs=2, axis=1)
        h = graph.conv(left, WIDE, half, 1)
        for _ in range(FLOW_LAYERS):
            both = graph.add(
                "Split",
                graph.conv(h, 2 * WIDE, WIDE, 5),
                graph.constant([WIDE, WIDE], np.int64),
                outputs=2,
                axis=1,
            )
            gated = graph.add("Mul", graph.add("Tanh", both), graph.add("Sigmoid", f"{both}_1"))
            h = graph.add("Tanh", graph.add("Add", h, graph.conv(gated, WIDE, WIDE, 1)))
        right = graph.add("Add", f"{left}_1", graph.conv(h, half, WIDE, 1))
        x = graph.add("Concat", right, left, axis=1)
    return x


def _decoder(graph: _Graph, x: str) -> str:
    x, channels = graph.conv(x, FIRST, WIDE, 7), FIRST
    for rate, kernel in UP:
        x = graph.add("LeakyRelu", x, alpha=0.1)
        pad = (kernel - rate) // 2
        weight = graph.random(channels, channels // 2, kernel)
        x = graph.add("ConvTranspose", x, weight, strides=[rate], pads=[pad, pad])
        channels //= 2
        parts = []
        for width, dilations in zip(KERNELS, DILATIONS, strict=True):
            y = x
            for dilation in dilations:
                moved = graph.conv(
                    graph.add("LeakyRelu", y, alpha=0.1), channels, channels, width, dilation=dilation
                )
                y = graph.add("Add", y, moved)
            parts.append(y)
        total = graph.add("Sum", *parts)
        x = graph.add("Tanh", total)
    return graph.add("Tanh", graph.conv(graph.add("LeakyRelu", x, alpha=0.1), 1, channels, 7))


def write_random_piper(path: Path) -> None:
    """Write the voice and, beside it, its configuration."""
    graph = _Graph()
    sound = _decoder(graph, _flow(graph, _stretched(graph, _encoder(graph, "input"))))
    quiet = graph.add("Mul", sound, graph.constant(0.3))
    shape = graph.constant([1, 1, 1, -1], np.int64)
    graph.nodes.append(helper.make_node("Reshape", [quiet, shape], ["output"]))
    form = VoiceForm("random_voice", "medium", RATE_HZ, PHONEMES, noise_scale=0.667, noise_w=0.8)
    write_voice(path, form, graph.nodes, graph.weights)
