"""One question to a Wyoming server at home: events out, events in, on a plain blocking socket.

For engines that are clients and run on a thread of their own. Nobody is waited for without end, everything
that comes is capped, and whoever no longer wants the answer is noticed within 50 ms.
"""

import select
import socket
import time
from collections import deque
from collections.abc import Callable
from typing import Self

from wyoming.event import Event

from assistant.errors import EngineError, EngineTimeout
from assistant.lan import at_home, look_up
from assistant.wyoming_wire import FRIEND, EventReader, encode_event

LOOK_S = 0.05
"""How often it is looked whether the answer is still wanted."""
TAKEN_S = 5.0
"""What is sent is taken by then, or the server is stuck."""
READ_BYTES = 64 * 1024
MOST_PASSED_OVER = 100
"""Events of other types before the one that is waited for."""


class Unwanted(Exception):
    """The call was cancelled."""


class UnknownServer(EngineError):
    """No address is known for the server's name, at this moment."""


def host_and_port(address: str) -> tuple[str, int]:
    """`host:port` or `[v6]:port`. EngineError for anything else."""
    host, colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not (port.isascii() and port.isdecimal()) or not 0 < int(port) <= 65_535:
        raise EngineError(f"{address!r} is no address of a server. Fix: host:port, e.g. 192.168.1.20:10300")
    return host, int(port)


def locate(address: str) -> tuple[str, int]:
    """Look the server up: an address in numbers, and its port.

    EngineError: no address, or outside the home; UnknownServer: nobody knows it just now.
    """
    host, port = host_and_port(address)
    try:
        found = look_up(host, port)
    except (OSError, ValueError, UnicodeError) as error:
        raise UnknownServer(f"The server {host} cannot be found: {error}") from error
    if not found or not all(map(at_home, found)):
        raise EngineError(f"{host} is outside your network, and Wyoming knows no login. Fix: one at home.")
    return str(found[0]), port


class WyomingCall:
    """A connection for one question. Leaving the block hangs up."""

    def __init__(
        self, address: str, cancelled: Callable[[], bool], *, connect_s: float, patience_s: float
    ) -> None:
        """`patience_s`: the longest silence of a server that owes an answer."""
        self._address = address
        self._cancelled = cancelled
        self._connect_s = connect_s
        self._patience_s = patience_s
        self._events = EventReader(FRIEND)
        self._read: deque[Event] = deque()
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        """Connect. EngineError where the server is not there; Unwanted."""
        place = locate(self._address)
        try:
            self._socket = socket.create_connection(place, timeout=self._connect_s)
        except TimeoutError as error:
            raise EngineTimeout(f"The server at {self._address} does not answer.") from error
        except OSError as error:
            raise EngineError(f"The server at {self._address} is not there: {error.strerror}") from error
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()

    def send(self, event: Event) -> None:
        """Hand an event over. EngineError, EngineTimeout, Unwanted."""
        assert self._socket is not None, "a call is made in its block"
        left, until = memoryview(encode_event(event)), time.monotonic() + TAKEN_S
        while left:
            if self._cancelled():
                raise Unwanted
            if not _ready(self._socket, select.POLLOUT):
                if time.monotonic() >= until:
                    raise EngineTimeout(f"The server at {self._address} took nothing for {TAKEN_S:g} s.")
                continue
            try:
                left = left[self._socket.send(left) :]
            except OSError as error:
                raise EngineError(f"The server at {self._address} hung up: {error.strerror}") from error

    def receive(self) -> Event | None:
        """The next event; None: it hung up. EngineError for nonsense; EngineTimeout; Unwanted."""
        until = time.monotonic() + self._patience_s
        while not self._read:
            if self._cancelled():
                raise Unwanted
            if time.monotonic() >= until:
                raise EngineTimeout(f"The server at {self._address} says nothing.")
            if (data := self._bytes()) is None:
                continue
            if not data:
                return None
            self._read.extend(self._events.feed(data))
            if not self._read and self._events.fault is not None:
                raise EngineError(f"The server at {self._address} talks nonsense: {self._events.fault}")
        return self._read.popleft()

    def _bytes(self) -> bytes | None:
        """What has come; None: nothing within a moment; empty: it hung up."""
        assert self._socket is not None, "a call is made in its block"
        try:
            return self._socket.recv(READ_BYTES) if _ready(self._socket, select.POLLIN) else None
        except BlockingIOError:
            return None
        except OSError as error:
            raise EngineError(f"The server at {self._address} hung up: {error.strerror}") from error


def _ready(connection: socket.socket, for_what: int) -> bool:
    """Whether it is, within a moment; poll, as a hub may have more files open than select can name."""
    poll = select.poll()
    poll.register(connection, for_what)
    return bool(poll.poll(LOOK_S * 1000))


def describe(address: str, *, connect_s: float, patience_s: float) -> tuple[Event, float]:
    """The server's `info` event, and how many milliseconds it took from the call on. EngineError."""
    started = time.perf_counter()
    with WyomingCall(address, lambda: False, connect_s=connect_s, patience_s=patience_s) as call:
        call.send(Event("describe"))
        for _ in range(MOST_PASSED_OVER):
            event = call.receive()
            if event is None:
                break
            if event.type == "info":
                return event, (time.perf_counter() - started) * 1000
    raise EngineError(f"The server at {address} does not tell what it is; is it a Wyoming server?")
