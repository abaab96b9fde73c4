"""How far a build is: what it writes, and what everybody else reads."""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from assistant.errors import AssistantError
from assistant.upkeep.on_disk import write_whole

Stage = Literal["none", "waiting", "fetching", "compiling", "installing", "ready", "failed"]
STATE: Final = "state.json"


class AlreadyBuilding(AssistantError):
    """Another process is at it."""


@dataclass(frozen=True, slots=True)
class BuildState:
    """One look at a build."""

    stage: Stage = "none"
    done: int = 0
    of: int = 0
    """Files compiled, and files in all; 0 where it is not known."""
    told: str = ""
    """Why it waits or failed, with the fix."""
    at_s: float = 0.0
    """Since 1970: when this was written."""

    @property
    def line(self) -> str:
        """For a person."""
        share = f" {100 * self.done // self.of} % ({self.done} of {self.of} files)" if self.of else ""
        return f"llama.cpp: {self.stage}{share}{': ' if self.told else ''}{self.told}"


def read_state(folder: Path) -> BuildState:
    """As it was last written; none where there is nothing that can be read."""
    try:
        kept = json.loads((folder / STATE).read_text())
        state = BuildState(**kept)
    except (OSError, ValueError, TypeError):
        return BuildState()
    return state if state.stage in get_args(Stage) else BuildState()


def write_state(folder: Path, stage: Stage, told: str = "", done: int = 0, of: int = 0) -> BuildState:
    """Keep it for whoever looks. A disk that refuses is told by the next step of the build."""
    state = BuildState(stage, done, of, told, time.time())
    try:
        write_whole(folder / STATE, json.dumps(asdict(state)).encode())
    except OSError:
        return state
    return state


@contextmanager
def only_builder(folder: Path) -> Iterator[None]:
    """Hold the build's lock; AlreadyBuilding when another process has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyBuilding("llama.cpp is being built already: assistant engines status") from None
        yield


def is_building(folder: Path) -> bool:
    """Whether a process is at it just now."""
    try:
        with only_builder(folder):
            return False
    except AlreadyBuilding:
        return True
