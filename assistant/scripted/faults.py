"""What a scripted engine can be told to do wrong, and how it is made to wait."""

import os
import select
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import EngineError
from assistant.messages import JsonValue
from assistant.ports import Cancelled

Moment = Literal["load", "configure", "call", "item", "end"]
"""While loading, while being configured, before the first item, after an item, before the last item."""


class Fault(BaseModel):
    """One thing that goes wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["die", "hang", "endless", "garbage", "chatter", "error", "crash"]
    """die: as by a native crash. endless: items without end. garbage: bytes on the wire that are no frame.
    chatter: output without end on stdout and stderr. error: an EngineError. crash: an exception that is none
    of ours."""
    at: Moment = "call"
    when: str = ""
    """Only where this is part of the words heard, asked or said."""
    once: str = ""
    """Only while no file of this path exists; it is made then."""


class ScriptedOptions(BaseModel):
    """Options of every scripted engine."""

    model_config = ConfigDict(extra="forbid")

    fault: Fault | None = None
    gate: str = ""
    """A FIFO: before its first item each call waits until a byte can be read from it (or it is cancelled)."""


Model = TypeVar("Model", bound=BaseModel)


def checked(model: type[Model], options: Mapping[str, JsonValue]) -> Model:
    """The options; EngineError names what is wrong with them."""
    try:
        return model.model_validate(dict(options))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise EngineError(f"bad option of a scripted engine: {place}: {first['msg']}") from error


class Script:
    """Carries out the fault and the gate of one engine."""

    def __init__(self, options: ScriptedOptions) -> None:
        self._fault = options.fault
        self._gate = Path(options.gate) if options.gate else None

    def reach(self, moment: Moment, text: str, cancelled: Cancelled) -> bool:
        """A moment of a call has come. True: items shall go on without end."""
        if moment == "call" and self._gate is not None:
            _wait_at(self._gate, cancelled)
        fault = self._fault
        if fault is None or fault.at != moment or fault.when not in text or not _first_time(fault.once):
            return False
        match fault.kind:
            case "die":
                _die()
            case "hang":
                threading.Event().wait()
            case "garbage":
                _write_garbage()
            case "chatter":
                _chatter(cancelled)
            case "error":
                raise EngineError("scripted to fail")
            case "crash":
                raise RuntimeError("scripted to crash")
            case "endless":
                return True
        return False


def _own_process() -> bool:
    return threading.current_thread() is threading.main_thread()


def _first_time(once: str) -> bool:
    if not once:
        return True
    try:
        Path(once).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _die() -> None:
    if not _own_process():
        raise SystemExit  # ends the thread; the process is the house's
    os.kill(os.getpid(), signal.SIGSEGV)


def _write_garbage() -> None:
    """On the very wire, in a process; on a thread it is an item that is no message."""
    if not _own_process():
        raise RuntimeError("scripted to write garbage")
    os.write(int(sys.argv[1]), b"\xff" * 4096)


def _chatter(cancelled: Cancelled) -> None:
    line = b"scripted chatter " * 256 + b"\n"
    while not cancelled():
        os.write(1, line)
        os.write(2, line)


def _wait_at(gate: Path, cancelled: Cancelled) -> None:
    fifo = os.open(gate, os.O_RDWR | os.O_NONBLOCK)
    try:
        while not cancelled():
            ready, _, _ = select.select([fifo], [], [], 0.02)
            if ready:
                os.read(fifo, 1)
                return
    finally:
        os.close(fifo)
