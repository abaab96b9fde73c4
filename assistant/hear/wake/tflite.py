"""A model file is looked at before it is run: the runtime crashes on one it cannot read."""

import ctypes
from pathlib import Path

import pymicro_wakeword
from pymicro_wakeword.wakeword import TfLiteWakeWord

from assistant.errors import EngineError, SettingsError

_INT8, _FLOAT32 = 9, 1
_UINT8 = 3
LARGEST_BYTES = 50_000_000


def runtime() -> Path:
    """The small TensorFlow Lite library that rides in the package."""
    folder = Path(pymicro_wakeword.__file__).parent / "lib"
    found = next(iter(sorted(folder.glob("*tensorflowlite_c.*"))), None)
    if found is None:
        raise EngineError("pymicro-wakeword has no TensorFlow Lite library for this machine")
    return found


def check_micro(path: Path) -> None:
    """A streaming microWakeWord model: input (1, steps, 40) in 8 bits; anything else is a SettingsError."""
    kind, shape = _input(path)
    if kind not in (_INT8, _UINT8) or len(shape) != 3 or shape[2] != 40:
        raise SettingsError(
            f"{path}: not a streaming microWakeWord model (its input is {shape}); check `family`"
        )


def check_open(path: Path) -> None:
    """An openWakeWord model: input (1, windows, 96) in floats; anything else is a SettingsError."""
    kind, shape = _input(path)
    if kind != _FLOAT32 or len(shape) != 3 or shape[2] != 96 or not 0 < shape[1] <= 64:
        raise SettingsError(f"{path}: not an openWakeWord model (its input is {shape}); check `family`")


def _input(path: Path) -> tuple[int, tuple[int, ...]]:
    """Type and shape of the first input."""
    _looks_right(path)
    lib = TfLiteWakeWord(runtime()).lib
    lib.TfLiteTensorType.argtypes = [ctypes.c_void_p]
    lib.TfLiteTensorType.restype = ctypes.c_int
    model = lib.TfLiteModelCreateFromFile(str(path).encode())
    if not model:
        raise SettingsError(f"{path}: damaged, or not a TensorFlow Lite model; copy the file again")
    interpreter = lib.TfLiteInterpreterCreate(model, None)
    try:
        if not interpreter or lib.TfLiteInterpreterAllocateTensors(interpreter) != 0:
            raise SettingsError(
                f"{path}: uses operations this TensorFlow Lite does not know; export it again"
            )
        tensor = lib.TfLiteInterpreterGetInputTensor(interpreter, 0)
        dims = lib.TfLiteTensorNumDims(tensor)
        return lib.TfLiteTensorType(tensor), tuple(lib.TfLiteTensorDim(tensor, i) for i in range(dims))
    finally:
        if interpreter:
            lib.TfLiteInterpreterDelete(interpreter)
        lib.TfLiteModelDelete(model)


def _looks_right(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); correct the path") from error
    if head[4:8] != b"TFL3" or size > LARGEST_BYTES:
        raise SettingsError(f"{path}: not a TensorFlow Lite model; give the .tflite file")
