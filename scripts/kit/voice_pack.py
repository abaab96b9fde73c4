# ruff: noqa: RUF001 - phonemes
"""Units → a Piper-format voice: ONNX that lays them one after the other, and its description.

Inputs and outputs are a VITS export's: `input` (1, T) phoneme ids, `input_lengths` (1), `scales` (3) →
`output` (1, 1, 1, N) float sound at 16,000 Hz. Its tempo is its own: the scales change nothing.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from piper_voice import VoiceForm, write_voice

from kit.voice_units import PULSE, RATE_HZ, REST, SOUNDS, Unit

ALIKE = {"ɚ": "ɜ", "ɐ": "ə", "ᵻ": "ɪ", "ɾ": "d", "g": "ɡ", "r": "ɹ", "ʔ": "t", "ɒ": "ɑ", "x": "k", "ɫ": "l"}
"""Phonemes of espeak-ng that are said as another."""
RESTS = ",.;:!?^$—–"
PASSED_OVER = "_ ˈˌːˑʲ̩̃'-\"()"
PHONEMES = [*PASSED_OVER, *RESTS, *ALIKE, *(sound for sound in SOUNDS if sound != REST)]
PEAK = 0.8


def _table() -> npt.NDArray[np.int64]:
    """Of each phoneme, its sound's number; -1: nothing is said."""
    order = list(SOUNDS)
    sounds = [
        -1 if p in PASSED_OVER else order.index(REST if p in RESTS else ALIKE.get(p, p)) for p in PHONEMES
    ]
    return np.array(sounds, np.int64)


def _faded(unit: Unit) -> npt.NDArray[np.float32]:
    """Rising over its first pulse and falling over its last."""
    rise = np.linspace(0, 1, PULSE, endpoint=False, dtype=np.float32)
    sound = unit.sound.astype(np.float32)
    sound[:PULSE] *= rise
    sound[-PULSE:] *= 1 - rise
    return sound


def _constants(units: Sequence[Unit]) -> list[onnx.TensorProto]:
    rows = [_faded(unit) for unit in units]
    order = list(SOUNDS)
    places = {(unit.after, *unit.pair): at for at, unit in enumerate(units)}
    chosen = [
        places.get((before, first, second), places[("", first, second)])
        for before in order
        for first in order
        for second in order
    ]
    loudest = max(float(np.abs(row).max()) for row in rows)
    flat = np.concatenate([*rows, np.zeros(max(map(len, rows)), np.float32)])
    ends = np.cumsum([0, *map(len, rows)])
    named: dict[str, npt.NDArray[np.int64]] = {
        "sounds": _table(),
        "chosen": np.array(chosen),
        "starts": ends[:-1],
        "longs": np.array([len(row) - PULSE for row in rows]),
        "span": np.arange(max(map(len, rows))),
        "kinds": np.array(len(SOUNDS)),
        "none": np.array(0),
        "flat_shape": np.array([-1]),
        "out_shape": np.array([1, 1, 1, -1]),
        "zeroth": np.array([0]),
        "second": np.array([1]),
        "last": np.array([-1]),
        "end": np.array([2**31]),
        "rows_axis": np.array([1]),
        "fade": np.array(PULSE),
        "tail": np.array([PULSE]),
    }
    found = [numpy_helper.from_array(value.astype(np.int64), name) for name, value in named.items()]
    found.append(numpy_helper.from_array(np.round(flat * (32_000 / loudest)).astype(np.int16), "units"))
    return [*found, numpy_helper.from_array(np.array(PEAK / 32_000, np.float32), "level")]


def _nodes() -> list[onnx.NodeProto]:
    node = helper.make_node
    return [
        # ids → the sounds to be said, in pairs
        node("Reshape", ["input", "flat_shape"], ["ids"]),
        node("Gather", ["sounds", "ids"], ["every"]),
        node("GreaterOrEqual", ["every", "none"], ["spoken"]),
        node("Compress", ["every", "spoken"], ["said"], axis=0),
        node("Slice", ["said", "zeroth", "last"], ["one"]),
        node("Slice", ["said", "second", "end"], ["other"]),
        # the unit for a pair and the sound before it, which for the first pair is a rest
        node("Slice", ["one", "zeroth", "last"], ["all_before"]),
        node("Concat", ["zeroth", "all_before"], ["before"], axis=0),
        node("Mul", ["before", "kinds"], ["table"]),
        node("Add", ["table", "one"], ["line"]),
        node("Mul", ["line", "kinds"], ["row"]),
        node("Add", ["row", "other"], ["triple"]),
        node("Gather", ["chosen", "triple"], ["unit"]),
        # where each begins in the store and in what is said
        node("Gather", ["starts", "unit"], ["from"]),
        node("Gather", ["longs", "unit"], ["long"]),
        node("CumSum", ["long", "none"], ["at"], exclusive=1),
        node("ReduceSum", ["long"], ["whole"], keepdims=1),
        # every sample of every unit, and nought behind its end
        node("Unsqueeze", ["from", "rows_axis"], ["from_column"]),
        node("Unsqueeze", ["at", "rows_axis"], ["at_column"]),
        node("Unsqueeze", ["long", "rows_axis"], ["long_column"]),
        node("Add", ["long_column", "fade"], ["sounding"]),
        node("Less", ["span", "sounding"], ["within"]),
        node("Add", ["from_column", "span"], ["places"]),
        node("Gather", ["units", "places"], ["stored"]),
        node("Cast", ["stored"], ["wide"], to=TensorProto.FLOAT),
        node("Cast", ["within"], ["mask"], to=TensorProto.FLOAT),
        node("Mul", ["wide", "mask"], ["pieces"]),
        node("Mul", ["pieces", "level"], ["quiet"]),
        # laid over one another
        node("Add", ["at_column", "span"], ["targets"]),
        node("Add", ["whole", "tail"], ["size"]),
        node("Sub", ["size", "second"], ["most"]),
        node("Min", ["targets", "most"], ["kept"]),
        node("Reshape", ["kept", "flat_shape"], ["where"]),
        node("Reshape", ["quiet", "flat_shape"], ["what"]),
        node("ConstantOfShape", ["size"], ["nought"]),
        node("ScatterElements", ["nought", "where", "what"], ["laid"], axis=0, reduction="add"),
        node("Reshape", ["laid", "out_shape"], ["output"]),
    ]


def pack_voice(units: Sequence[Unit], place: Path) -> None:
    """Write the voice and, beside it, its description (`<place>.json`). `units`: every pair, and more."""
    form = VoiceForm("kit_voice", "kit", RATE_HZ, PHONEMES, opset=16)
    write_voice(place, form, _nodes(), _constants(units))
