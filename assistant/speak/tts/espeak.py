"""Text → Sound by espeak-ng, the voice that needs no download.

The program runs once a sentence, about 20 ms to its first sound: cancelling is killing, and a crash costs
only that sentence.
"""

import os
import select
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import IO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import EngineError
from assistant.messages import JsonValue, Sound
from assistant.ports import Cancelled, TtsEngine
from assistant.speak.tts.sayable import sayable

PROGRAM = "espeak-ng"
NORMAL_WPM = 175
"""espeak-ng's own pace, in words per minute."""
LONGEST_S = 600
"""No sentence takes longer; more is a runaway."""
HEADER_BYTES = 44
PIECE_S = 0.2
LOOK_S = 0.05
"""Between two looks at `cancelled`."""


class EspeakOptions(BaseModel):
    """What the owner's voice says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    voice: str = Field(default="en-us", pattern=r"^[a-zA-Z][a-zA-Z0-9+_-]{0,40}$")
    """A voice of espeak-ng, with its variant: en-us+f3."""
    speed: float = Field(default=1.0, ge=0.5, le=2.0)
    pitch: int = Field(default=50, ge=0, le=99)


class Espeak:
    """espeak-ng in a process of its own for every sentence."""

    def __init__(self, options: Mapping[str, JsonValue]) -> None:
        self._options = _checked(options)

    @staticmethod
    def missing() -> str | None:
        """The command that installs it, where the program is absent."""
        if shutil.which(PROGRAM) is None:
            return "the program espeak-ng is missing: apt-get install espeak-ng"
        return None

    def load(self) -> None:
        """Make sure that the program is here and knows the voice."""
        if (why := self.missing()) is not None:
            raise EngineError(why)
        try:
            done = subprocess.run(
                [PROGRAM, "-q", "-v", self._options.voice, "a"], capture_output=True, check=False, timeout=20
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"espeak-ng does not run: {error}") from error
        if done.returncode != 0:
            raise EngineError(f"espeak-ng has no voice {self._options.voice}; see espeak-ng --voices")

    def configure(self, changes: Mapping[str, JsonValue]) -> None:
        """Another voice, speed or pitch from the next sentence on."""
        self._options = _checked({**self._options.model_dump(), **changes})

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[Sound]:
        """Speech in pieces of up to 0.2 s, as espeak-ng makes it."""
        words = sayable(text)
        if not words:
            return
        try:
            process = subprocess.Popen(
                self._command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        except OSError as error:
            raise EngineError(f"espeak-ng does not run: {error}") from error
        with process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                with suppress(BrokenPipeError), process.stdin as typed:
                    typed.write(words.encode(errors="replace"))
                yield from _sounds(process.stdout, cancelled)
                if not cancelled() and process.wait(timeout=5) != 0:
                    raise EngineError(f"espeak-ng ended with status {process.returncode}")
            except subprocess.TimeoutExpired as error:
                raise EngineError("espeak-ng does not end") from error
            finally:
                process.kill()

    def _command(self) -> list[str]:
        options = self._options
        wpm = round(NORMAL_WPM * options.speed)
        return [
            *(PROGRAM, "-v", options.voice, "-s", str(wpm), "-p", str(options.pitch)),
            *("-b", "1", "--stdin", "--stdout"),
        ]


def _checked(options: Mapping[str, JsonValue]) -> EspeakOptions:
    try:
        return EspeakOptions.model_validate(options)
    except ValidationError as error:
        raise EngineError(
            f"espeak options: {error.errors()[0]['msg']}: {error.errors()[0]['loc']}"
        ) from error


def _sounds(out: IO[bytes], cancelled: Cancelled) -> Iterator[Sound]:
    """A WAV as it is written → pieces. Its header cannot know the length: the end is the end of the pipe."""
    waiting, rate_hz, made = b"", 0, 0
    while not cancelled():
        if not select.select([out], [], [], LOOK_S)[0]:
            continue
        fresh = os.read(out.fileno(), 65_536)
        waiting += fresh
        if rate_hz == 0 and len(waiting) >= HEADER_BYTES:
            rate_hz, waiting = int.from_bytes(waiting[24:28], "little"), waiting[HEADER_BYTES:]
        size = 2 * round(PIECE_S * rate_hz) if fresh else max(2, len(waiting))
        while rate_hz and len(waiting) >= size and not cancelled():
            piece, waiting = waiting[:size], waiting[size:]
            made += len(piece) // 2
            yield Sound(piece[: len(piece) // 2 * 2], rate_hz)
        if not fresh:
            return
        if rate_hz and made > LONGEST_S * rate_hz:
            raise EngineError("espeak-ng speaks without end")


_fits: type[TtsEngine] = Espeak
