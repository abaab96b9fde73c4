"""The engine's side of the wire: `python -m assistant.house.host FD` runs one engine, one call at a time.

The engine works on the main thread; a reader thread takes cancels and sound, and says every second of a call
that the process lives. End of file on the wire ends the process, whatever the engine is doing: no orphans.
"""

import contextlib
import importlib
import os
import queue
import resource
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError, EngineError, WireError
from assistant.house.codec import error_frame, message_frame, read_message
from assistant.house.sealing import Checking
from assistant.house.served import ServedCall
from assistant.house.threads import keep_small, settle
from assistant.house.wire import PCM_CAP, Frame, FrameReader, Kind, encode_frame
from assistant.messages import JsonValue, Prompt, Sound, SpeechChunk
from assistant.strict_json import read_json

HEARTBEAT_S = 1.0
_READ_BYTES = 256 * 1024
_OUT_OF_MEMORY_FIRST = "500"
"""Of 1000: engines go before the house does."""


class Host:
    """Serves one engine over one socket."""

    def __init__(self, wire: socket.socket, at_end: Callable[[], None], *, alone: bool = False) -> None:
        """`alone`: the process is the engine's own."""
        self._wire = wire
        self._alone = alone
        self._at_end = at_end
        self._sending = threading.Lock()
        self._work: queue.SimpleQueue[ServedCall | Frame | None] = queue.SimpleQueue()
        self._call: ServedCall | None = None
        self._engine: Any = None
        self._ended = False

    def serve(self) -> None:
        """Work until the wire ends or the engine fails in a way it did not name."""
        threading.Thread(target=self._read, name="hearth-wire", daemon=True).start()
        try:
            while (work := self._work.get()) is not None and self._serve_one(work):
                pass
        except OSError:
            return  # the house hung up
        finally:
            self._ended = True
            with contextlib.suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)  # also wakes the reader

    # ── the reader thread ────────────────────────────────────────────────────────────────────────

    def _read(self) -> None:
        try:
            with contextlib.suppress(OSError, WireError):
                self._read_frames()
        finally:
            if (call := self._call) is not None:
                call.cancel()
            self._work.put(None)
            if not self._ended:
                self._at_end()

    def _read_frames(self) -> None:
        reader, beat = FrameReader(), time.monotonic()
        while not self._ended:
            ready, _, _ = select.select([self._wire], [], [], HEARTBEAT_S)
            if self._call is not None and time.monotonic() - beat >= HEARTBEAT_S:
                beat = time.monotonic()
                self._send(Frame(Kind.PROGRESS, 0))
            if ready:
                data = self._wire.recv(_READ_BYTES)
                if not data:
                    return
                for frame in reader.feed(data):
                    self._take(frame)

    def _take(self, frame: Frame) -> None:
        match frame.kind:
            case Kind.LOAD | Kind.CONFIGURE:
                self._work.put(frame)
            case Kind.CALL:
                self._call = ServedCall(frame, self._send)
                self._work.put(self._call)
            case Kind.INPUT | Kind.END | Kind.CANCEL:
                self._take_for(self._call, frame)
            case _:
                raise WireError(f"{frame.kind} does not come from the house")

    @staticmethod
    def _take_for(call: ServedCall | None, frame: Frame) -> None:
        if call is None or call.id != frame.call:
            return  # that call has just ended
        if frame.kind is Kind.CANCEL:
            call.cancel()
        elif frame.kind is Kind.END:
            call.feed(None)
        else:
            chunk = read_message(frame.value, frame.body)
            if not isinstance(chunk, SpeechChunk):
                raise WireError("only speech is input")
            call.feed(chunk)

    # ── the engine's thread ──────────────────────────────────────────────────────────────────────

    def _send(self, frame: Frame) -> None:
        data = encode_frame(frame)
        with self._sending:
            self._wire.sendall(data)

    def _serve_one(self, work: ServedCall | Frame) -> bool:
        """Do one piece of work; False when this worker must end."""
        id_ = work.id if isinstance(work, ServedCall) else work.call
        try:
            answer = self._run(work)
        except AssistantError as error:
            self._send(error_frame(id_, error))
        except OSError as error:
            self._send(error_frame(id_, EngineError(f"{type(error).__name__}: {error}")))
        except Exception as error:  # noqa: BLE001 - the edge of the process: told to the house, then the end
            told = EngineError(f"{type(error).__name__}: {error}")
            self._send(error_frame(id_, told, fatal=True))
            return False
        else:
            self._send(Frame(answer, id_))
        return True

    def _run(self, work: ServedCall | Frame) -> Kind:
        if isinstance(work, ServedCall):
            try:
                self._answer(work)
            finally:
                self._call = None
            return Kind.END
        params = read_json(work.body)
        if work.kind is Kind.CONFIGURE:
            self._loaded().configure(params)
        else:
            self._load(params)
        if self._alone:
            keep_small()
        return Kind.END if work.kind is Kind.CONFIGURE else Kind.READY

    def _load(self, params: Mapping[str, JsonValue]) -> None:
        engine, options = params["engine"], params["options"]
        if not isinstance(engine, str) or not isinstance(options, dict):
            raise WireError("load names an engine and its options")
        urgency, threads = params.get("urgency", 0), options.get("threads", 1)
        if self._alone and isinstance(urgency, int) and isinstance(threads, int):
            settle(urgency, threads)
        checking = Checking(params.get("files"))
        checking.begin()
        try:
            made = engine_class(engine)(options)
            made.load()
        finally:
            checking.end()  # a file that is wrong explains whatever the engine says
        self._engine = made

    def _loaded(self) -> Any:
        if self._engine is None:
            raise EngineError("no engine is loaded")
        return self._engine

    def _answer(self, call: ServedCall) -> None:
        items = self._items(self._loaded(), call)
        try:
            for item in items:
                if call.cancelled:
                    return
                for piece in _pieces(item):
                    self._send(message_frame(Kind.ITEM, call.id, piece))
        finally:
            if close := getattr(items, "close", None):
                close()

    @staticmethod
    def _items(engine: Any, call: ServedCall) -> Iterator[Any]:
        params = read_json(call.frame.body)

        def cancelled() -> bool:
            return call.cancelled

        match call.frame.value.get("method"):
            case "transcribe":
                items = engine.transcribe(call.speech(), cancelled)
            case "synthesize":
                items = engine.synthesize(str(params["text"]), cancelled)
            case "converse":
                items = engine.converse(_prompt(params["prompt"]), cancelled)
            case "judge":
                items = engine.judge(call.speech(), cancelled)
            case other:
                raise EngineError(f"no engine can {other}")
        return iter(items)


def _prompt(value: JsonValue) -> Prompt:
    message = read_message(value) if isinstance(value, dict) else None
    if not isinstance(message, Prompt):
        raise WireError("converse takes a Prompt")
    return message


def engine_class(dotted: str) -> Any:
    """`module:Class` → the class; EngineError when it can't be imported."""
    module, _, name = dotted.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise EngineError(f"the engine {dotted} can't be imported: {error}") from error


def _pieces(item: Any) -> Iterator[Any]:
    """Sound longer than a frame may be goes in several."""
    if isinstance(item, Sound) and len(item.pcm) > PCM_CAP:
        for at in range(0, len(item.pcm), PCM_CAP):
            yield Sound(item.pcm[at : at + PCM_CAP], item.rate_hz)
    else:
        yield item


def main() -> None:
    """Serve on the inherited socket until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold what was said
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OUT_OF_MEMORY_FIRST)
    wire = socket.socket(fileno=int(sys.argv[1]))
    wire.set_inheritable(False)
    Host(wire, at_end=lambda: os._exit(0), alone=True).serve()
    # Native threads of a library may still be busy; nothing is left to be saved.
    os._exit(0)


if __name__ == "__main__":
    main()
