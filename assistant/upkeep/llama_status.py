"""Whether llama.cpp is asked for, how far it is, and who builds it."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from assistant.settings import Settings
from assistant.think.llm import llama_site
from assistant.upkeep.build_state import BuildState, is_building, read_state
from assistant.upkeep.llama_build import build, recipe_here

Out = Callable[[str], None]
UNIT: Final = Path("/etc/systemd/system/assistant-build.path")
"""Where it is, systemd begins the build as soon as the settings change."""


def wanted(settings: Settings) -> bool:
    """Whether the settings ask for llama.cpp and it is not here yet."""
    minds = (settings.mind.llm, settings.mind.fallback)
    return not llama_site.importable() and any(mind and mind.engine == "llama_cpp" for mind in minds)


def start_in_background() -> bool:
    """Build in a process of its own that outlives this one; False where one is at it, or systemd does it."""
    if is_building(llama_site.build_folder()) or UNIT.exists():
        return False
    subprocess.Popen(
        [sys.executable, "-P", "-m", "assistant", "engines", "build"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return True


def status() -> BuildState:
    """Of this box: ready, too, where the package is installed."""
    if llama_site.importable():
        return BuildState("ready")
    state = read_state(llama_site.build_folder())
    if state.stage == "ready":
        return BuildState()  # somebody took the folder away
    if state.stage in ("none", "failed") or is_building(llama_site.build_folder()):
        return state
    return BuildState("waiting", state.done, state.of, "interrupted; go on with: assistant engines build")


def resumed() -> BuildState:
    """The state, after a build that a restart interrupted was begun again."""
    folder = llama_site.build_folder()
    if read_state(folder).stage in ("waiting", "fetching", "compiling", "installing"):
        start_in_background()
        return read_state(folder)
    state = status()
    if state.stage != "none":
        return state
    return BuildState("none", told="not built on this box yet; build it: assistant engines build")


def tell(out: Out, *, as_json: bool) -> None:
    """The state, for a person or a program."""
    state = status()
    out(json.dumps(asdict(state)) if as_json else state.line)


def build_here(out: Out) -> None:
    """Build until it is done, telling how far it is. BuildFailed, AlreadyBuilding."""
    told = ""

    def show(state: BuildState) -> None:
        nonlocal told
        line = state.line
        if line != told:
            out(line)
        told = line

    if llama_site.importable():
        show(status())
        return
    build(recipe_here(), show)
