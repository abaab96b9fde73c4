"""Lines typed → the command; its lines → whoever called. Any of the three streams may be missing."""

import asyncio
import getpass
import os
import re
import shutil
import signal
import sys
import textwrap
import threading
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from assistant.errors import AssistantError

LONGEST_TEXT = 2_000
"""Characters of one typed text; a house command has a hundred."""
_AHEAD = 16
"""Typed lines read before they are answered; full: they stay in the pipe."""
_PIECE = 4096
NARROWEST, WIDEST = 40, 100
"""Columns of text that is read."""
_BEGIN = re.compile(r"[ *]*\d+\. |[ ✓✗·…]* ?")


class OutputLost(AssistantError):
    """What the command prints can't be written."""


def open_missing_streams() -> None:
    """Put the null device where standard input, output or error was closed, before a file takes its place."""
    while (null := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(null, True)
    os.close(null)
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115 - a stream of the whole process
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]


class Output:
    """Standard output, line by line. When it can't be written any more, the command ends as with Ctrl-C."""

    def __init__(self) -> None:
        self.lost: OSError | None = None
        """Why nothing is written any more."""

    def __call__(self, line: str) -> None:
        """Write a line now."""
        if self.lost is not None:
            return
        try:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        except OSError as error:
            self.lost = error
            forget_output()
            signal.raise_signal(signal.SIGINT)

    def check(self) -> None:
        """OutputLost when lines were lost; a reader who simply left (a broken pipe) is no mistake."""
        if self.lost is not None and not isinstance(self.lost, BrokenPipeError):
            raise OutputLost(f"the output cannot be written: {self.lost.strerror}; mend that and run again")


def forget_output() -> None:
    """Send what is still buffered nowhere, so that the end of the process has nothing to complain about."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)


def wrapped(out: Callable[[str], None]) -> Callable[[str], None]:
    """The same on a terminal, with lines broken between words, and set in below a number's text.

    Where nobody reads it there, lines stay whole.
    """
    if not sys.stdout.isatty():
        return out
    width = max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))

    def tell(line: str) -> None:
        begin = _BEGIN.match(line)
        room = " " * (len(begin[0]) if begin else 0)
        for piece in _pieces(line, width, room):
            out(piece)

    return tell


def _pieces(line: str, width: int, room: str) -> list[str]:
    kept = textwrap.TextWrapper(
        width, subsequent_indent=room, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return kept.wrap(line) or [line]


def note(line: str) -> None:
    """A remark beside the output proper."""
    sys.stderr.write(f"assistant: {line}\n")


def fitting(text: str) -> str:
    """The text without its ends' blanks. AssistantError when nothing is left, or too much."""
    text = text.strip()
    if not text:
        raise AssistantError('the text is empty; give words, such as "what time is it"')
    if len(text) > LONGEST_TEXT:
        raise AssistantError(f"the text has {len(text):,} characters; shorten it to {LONGEST_TEXT:,}")
    return text


def writable(file: Path) -> Path:
    """The same file, when it can be written. AssistantError before any work is done for it."""
    folder = file.parent
    if file.is_dir():
        raise AssistantError(f"{file} is a folder; name a file to write")
    if not folder.is_dir():
        raise AssistantError(f"{file} cannot be written: there is no folder {folder}; make it first")
    if not os.access(file if file.exists() else folder, os.W_OK):
        raise AssistantError(f"{file} cannot be written here; choose a place that is yours")
    return file


def passphrase(file: Path | None, *, twice: bool) -> str:
    """A passphrase from a file's first line, else from the terminal without showing it."""
    if file is not None:
        try:
            return file.read_text().partition("\n")[0]
        except OSError as error:
            raise AssistantError(f"{file}: cannot be read ({error.strerror})") from error
    if not sys.stdin.isatty():
        raise AssistantError("nobody can be asked for the passphrase here; name a file: --passphrase-file")
    words = getpass.getpass("passphrase: ")
    if twice and getpass.getpass("again: ") != words:
        raise AssistantError("the two differ; try again")
    return words


def typed_line(prompt: str) -> str:
    """What is typed after the prompt, in a row of its own. AssistantError where the input has ended."""
    sys.stdout.write(prompt)
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise AssistantError("nobody answers here; run it where somebody can type")
    return line


async def typed_lines() -> AsyncGenerator[str, None]:
    """Lines of standard input that hold something, each as it is typed, until the input ends.

    They are read on a thread of their own: a terminal or a plain file can't be watched by the loop without
    changing it for other programs, and a thread that waits must not hold up Ctrl-C.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes | None] = asyncio.Queue(_AHEAD)

    def put(line: bytes | None) -> None:
        asyncio.run_coroutine_threadsafe(lines.put(line), loop).result()

    def read() -> None:
        rest = b""
        try:
            while piece := _read_piece():
                *whole, rest = (rest + piece).split(b"\n")
                for line in whole:
                    put(line)
            put(rest)
            put(None)
        except RuntimeError:
            return  # the loop is closed: the command is over

    threading.Thread(target=read, name="typed lines", daemon=True).start()
    while (line := await lines.get()) is not None:
        if text := line.decode(errors="replace").strip():
            yield text


def _read_piece() -> bytes:
    try:
        return os.read(0, _PIECE)
    except OSError:
        return b""  # a standard input that can't be read has nothing to say
