"""Wake words found by a Wyoming server on another box, with a model here that listens while it is gone.

The sound goes there all the time, so the server must be at home. Nothing here waits: the ear's thread hands
sound over and looks whether a word came back.
"""

import select
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from wyoming.event import Event

from assistant.errors import EngineError
from assistant.hear.wake.micro_wake_word import MicroWakeWord
from assistant.hear.wake.open_wake_word import OpenWakeWord
from assistant.messages import EAR_RATE_HZ, JsonValue
from assistant.ports import WakeEngine
from assistant.wyoming_call import host_and_port, locate
from assistant.wyoming_wire import EventReader, encode_event

RETRY_S: Final = 5.0
CONNECT_S: Final = 3.0
BACKLOG_BYTES: Final = 2 * EAR_RATE_HZ
"""A second of sound that a stuck server has not taken; then it is gone."""
READ_BYTES: Final = 16 * 1024
FORM: Final[dict[str, JsonValue]] = {"rate": EAR_RATE_HZ, "width": 2, "channels": 1}


class Options(BaseModel):
    """What the settings may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str
    """host:port"""
    word: str = Field(max_length=100)
    """As the server calls it."""
    model: str | None = None
    """The built-in word that is listened for here while the server is gone; None: nothing."""


class WyomingWake:
    """Wake words on another box."""

    def __init__(self, options: Mapping[str, JsonValue], clock: Callable[[], float] = time.monotonic) -> None:
        try:
            self._options = Options.model_validate(dict(options))
        except ValidationError as error:
            raise EngineError(f"wyoming cannot use its options: {error}") from error
        host_and_port(self._options.address)
        self._clock = clock
        self._line: _Line | None = None
        self._seeking: _Seeking | None = None
        self._again_s = clock()
        self._here = None if self._options.model is None else _built_in(self._options.model)

    @staticmethod
    def missing() -> str | None:
        """Needs nothing that is not always there."""
        return None

    @property
    def connected(self) -> bool:
        """The server listens."""
        return self._line is not None

    def process(self, pcm: bytes) -> float:
        """1.0 when the server says that its word was said; while it is gone, what the model here says."""
        if self._line is None:
            self._seek()
        if self._line is not None:
            try:
                return 1.0 if self._line.hears(pcm) else 0.0
            except (OSError, EngineError):
                self._lose()
        return 0.0 if self._here is None else self._here.process(pcm)

    def reset(self) -> None:
        """Forget all sound heard; the server is told that a new stream begins."""
        if self._here is not None:
            self._here.reset()
        if self._line is not None:
            try:
                self._line.begin()
            except (OSError, EngineError):
                self._lose()

    def _seek(self) -> None:
        """On a thread of its own: a name may be looked up for seconds, and the ear must not wait."""
        if self._seeking is None and self._clock() >= self._again_s:
            self._seeking = _Seeking(self._options.address)
        if self._seeking is None or not self._seeking.ended.is_set():
            return
        found, self._seeking = self._seeking.found, None
        if found is None:
            self._lose()
            return
        try:
            self._line = _Line(found, self._options.word)
            self._line.begin()
        except (OSError, EngineError):
            self._lose()

    def _lose(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line, self._again_s = None, self._clock() + RETRY_S
        if self._here is not None:
            self._here.reset()


class _Seeking:
    """One try to connect."""

    def __init__(self, address: str) -> None:
        self.ended = threading.Event()
        self.found: socket.socket | None = None
        threading.Thread(target=self._run, args=(address,), name="wake server", daemon=True).start()

    def _run(self, address: str) -> None:
        try:
            self.found = socket.create_connection(locate(address), timeout=CONNECT_S)
        except (OSError, EngineError):
            self.found = None
        finally:
            self.ended.set()


class _Line:
    """A connection to the server. OSError, EngineError: it is of no more use."""

    def __init__(self, connected: socket.socket, word: str) -> None:
        self._word = word
        self._events = EventReader()
        self._left = bytearray()
        self._at_ms = 0
        self._socket = connected
        self._socket.setblocking(False)

    def begin(self) -> None:
        """A new stream of sound."""
        self._at_ms = 0
        self._left += encode_event(Event("detect", {"names": [self._word]}))
        self._left += encode_event(Event("audio-start", {**FORM, "timestamp": 0}))
        self._flush()

    def hears(self, pcm: bytes) -> bool:
        """Hand it over; whether the word was told of meanwhile."""
        self._left += encode_event(Event("audio-chunk", {**FORM, "timestamp": self._at_ms}, pcm))
        self._at_ms += len(pcm) * 1000 // (2 * EAR_RATE_HZ)
        self._flush()
        return self._told()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def __del__(self) -> None:
        """An ear is let go of, not closed."""
        self.close()

    def _flush(self) -> None:
        with suppress(BlockingIOError):
            del self._left[: self._socket.send(self._left)]
        if len(self._left) > BACKLOG_BYTES:
            raise EngineError("The wake word server takes nothing.")

    def _told(self) -> bool:
        found = False
        while select.select([self._socket], [], [], 0)[0]:
            data = self._socket.recv(READ_BYTES)
            if not data:
                raise EngineError("The wake word server hung up.")
            found |= any(self._is_ours(event) for event in self._events.feed(data))
            if self._events.fault is not None:
                raise EngineError(f"The wake word server talks nonsense: {self._events.fault}")
        return found

    def _is_ours(self, event: Event) -> bool:
        """Servers call a word as they were asked for it, or after their model's file: hey_jarvis_v0.1."""
        name = event.data.get("name") or self._word
        return event.type == "detection" and isinstance(name, str) and name.startswith(self._word)


def _built_in(model: str) -> WakeEngine:
    try:
        return MicroWakeWord({"model": model})
    except EngineError:
        return OpenWakeWord({"model": model})


_fits: type[WakeEngine] = WyomingWake
