"""A small classifier → TensorFlow Lite: two layers and a logistic, as openWakeWord's runtime reads them."""

from collections.abc import Sequence
from pathlib import Path

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt

from kit.wake_net import Net

FULLY_CONNECTED, LOGISTIC = 9, 14
"""Numbers of TensorFlow Lite's schema, as are those of every table's slots below."""
OPTIONS_FULLY_CONNECTED, RELU = 8, 1
VERSION, IDENTIFIER = 3, b"TFL3"
Array = npt.NDArray[np.float32]


def write_tflite(net: Net, shape: Sequence[int], place: Path) -> None:
    """`shape` of the input; the output is (1, 1), 0 to 1."""
    made = flatbuffers.Builder(1 << 16)
    hidden = len(net.first_bias)
    held = [net.first, net.first_bias, net.second, net.second_bias]
    buffers = [_table(made, 1, {})] + [_table(made, 1, {0: _bytes(made, each)}) for each in held]
    shapes = [shape, *(each.shape for each in held), (1, hidden), (1, 1), (1, 1)]
    places = [0, 1, 2, 3, 4, 0, 0, 0]
    tensors = [
        _table(made, 4, {0: _whole(made, each), 3: made.CreateString(f"t{at}")}, {2: places[at]})
        for at, each in enumerate(shapes)
    ]
    relu, plain = (_table(made, 4, {}, bytes_={0: kind}) for kind in (RELU, 0))
    steps = [
        _step(made, 0, (0, 1, 2), 5, relu),
        _step(made, 0, (5, 3, 4), 6, plain),
        _step(made, 1, (6,), 7, None),
    ]
    graph = _table(
        made,
        5,
        {
            0: _many(made, tensors),
            1: _whole(made, [0]),
            2: _whole(made, [7]),
            3: _many(made, steps),
        },
    )
    codes = [_table(made, 4, {}, {2: 1, 3: code}, {0: code}) for code in (FULLY_CONNECTED, LOGISTIC)]
    model = _table(
        made,
        5,
        {
            1: _many(made, codes),
            2: _many(made, [graph]),
            3: made.CreateString("wake word"),
            4: _many(made, buffers),
        },
        {0: VERSION},
    )
    made.Finish(model, IDENTIFIER)
    place.write_bytes(bytes(made.Output()))


def _step(made: flatbuffers.Builder, code: int, takes: Sequence[int], gives: int, options: int | None) -> int:
    slots = {1: _whole(made, takes), 2: _whole(made, [gives])}
    if options is None:
        return _table(made, 5, slots, {0: code})
    return _table(made, 5, {**slots, 4: options}, {0: code}, {3: OPTIONS_FULLY_CONNECTED})


def _table(
    made: flatbuffers.Builder,
    slots: int,
    offsets: dict[int, int],
    numbers: dict[int, int] | None = None,
    bytes_: dict[int, int] | None = None,
) -> int:
    made.StartObject(slots)
    for slot, offset in offsets.items():
        made.PrependUOffsetTRelativeSlot(slot, offset, 0)
    for slot, number in (numbers or {}).items():
        made.PrependInt32Slot(slot, number, 0)
    for slot, number in (bytes_ or {}).items():
        made.PrependInt8Slot(slot, number, 0)
    return int(made.EndObject())


def _bytes(made: flatbuffers.Builder, value: Array) -> int:
    raw = np.ascontiguousarray(value, "<f4").tobytes()
    made.StartVector(1, len(raw), 16)
    made.head = made.head - len(raw)
    made.Bytes[made.head : made.head + len(raw)] = raw
    return int(made.EndVector())


def _whole(made: flatbuffers.Builder, numbers: Sequence[int]) -> int:
    return int(made.CreateNumpyVector(np.asarray(numbers, "<i4")))


def _many(made: flatbuffers.Builder, offsets: Sequence[int]) -> int:
    made.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        made.PrependUOffsetTRelative(offset)
    return int(made.EndVector())
