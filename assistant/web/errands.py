"""One-shot processes of the page: they fetch models or try a voice, hear nothing, and end by themselves."""

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from assistant.errors import AssistantError, WireError
from assistant.tasks import ended

ASSISTANT: Final = (sys.executable, "-m", "assistant")
KEPT_LINES: Final = 12
LONGEST_LINE: Final = 2_000
PATIENCE_S: Final = 5.0
"""How long a process may take to end once it was asked to."""
Then = Callable[[], Awaitable[None]]


class State(StrEnum):
    """How an errand is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Errand:
    """One command and what it told."""

    words: tuple[str, ...]
    """`models pull ID`."""
    state: State = State.RUNNING
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))


class Errands:
    """One at a time. `command`: how the assistant's own command is called."""

    def __init__(self, command: Sequence[str] = ASSISTANT) -> None:
        self.command = tuple(command)
        self.last: Errand | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether one is under way."""
        return self._running is not None and not self._running.done()

    async def start(self, *words: str, then: Then | None = None) -> Errand:
        """Begin one; `then` follows if it goes well. WireError while another is under way."""
        if self.busy:
            raise WireError("something is being fetched or checked just now; wait for that, or cancel it")
        errand = Errand(words)
        self.last = errand
        self._running = asyncio.create_task(self._run(errand, then), name=f"errand {' '.join(words)}")
        return errand

    async def ended(self) -> None:
        """Wait for what is under way."""
        if self._running is not None:
            await asyncio.wait([self._running])

    async def cancel(self) -> None:
        """End what is under way; a download keeps its part and goes on there next time."""
        running = self._running
        if running is None or running.done():
            return
        await ended(running)

    async def _run(self, errand: Errand, then: Then | None) -> None:
        try:
            errand.state = State.DONE if await self._ends_well(errand) else State.FAILED
            if then is not None and errand.state is State.DONE:
                await then()
        except asyncio.CancelledError:
            errand.state = State.CANCELLED
            raise
        except (AssistantError, OSError) as error:
            errand.state = State.FAILED
            errand.lines.append(str(error))

    async def _ends_well(self, errand: Errand) -> bool:
        process = await asyncio.create_subprocess_exec(
            *self.command,
            *errand.words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            assert process.stdout is not None
            async for piece in _lines(process.stdout):
                errand.lines.append(piece)
            return await process.wait() == 0
        finally:
            await _ended(process)


async def _lines(stream: asyncio.StreamReader) -> AsyncGenerator[str, None]:
    """Line by line, each cut at `LONGEST_LINE`."""
    rest = b""
    while piece := await stream.read(4096):
        *lines, rest = (rest + piece).split(b"\n")
        rest = rest[:LONGEST_LINE]
        for line in lines:
            if text := line[:LONGEST_LINE].decode("utf-8", "replace").strip():
                yield text
    if text := rest.decode("utf-8", "replace").strip():
        yield text


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Gone when this returns: asked first, as Ctrl-C would, then killed."""
    for number in (signal.SIGINT, signal.SIGKILL):
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), PATIENCE_S)
