"""What native libraries print: drained, so that it never blocks them, and forgotten but for the end."""

import asyncio
import contextlib
import os

_TAIL_BYTES = 2_000
_CHATTER_BYTES = 64 * 1024
_CHATTER_PAUSE_S = 0.02


class Chatter:
    """Standard output and error of one process: 3 MB/s at most are read, the last words kept in memory."""

    def __init__(self, fd: int) -> None:
        self.drained = 0
        """Bytes so far."""
        self._fd = fd
        self._tail = b""
        self._loop = asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None
        os.set_blocking(fd, False)
        self._loop.add_reader(fd, self._drain)

    def _drain(self) -> None:
        try:
            data = os.read(self._fd, _CHATTER_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._fd)
            return
        self.drained += len(data)
        self._tail = (self._tail + data)[-_TAIL_BYTES:]
        self._loop.remove_reader(self._fd)
        self._pause = self._loop.call_later(_CHATTER_PAUSE_S, self._resume)

    def _resume(self) -> None:
        self._pause = None
        self._loop.add_reader(self._fd, self._drain)

    def close(self) -> str:
        """Stop; return the last line said."""
        if self._pause:
            self._pause.cancel()
        self._loop.remove_reader(self._fd)
        with contextlib.suppress(OSError):
            self._tail = (self._tail + os.read(self._fd, _CHATTER_BYTES))[-_TAIL_BYTES:]
        os.close(self._fd)
        lines = self._tail.decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:200] if lines else ""
