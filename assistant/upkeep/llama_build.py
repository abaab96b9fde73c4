"""llama.cpp compiled on this box: beside everything else, in pieces that a restart does not lose.

Fetched by digest, compiled at the lowest priority with as many jobs as free memory allows, and unpacked into
a folder that the engine imports from. The compiler's own folder stays until it is done, so it goes on there.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import IO, Final

import uv

from assistant.errors import AssistantError
from assistant.think.llm import llama_site
from assistant.upkeep.build_state import BuildState, Stage, only_builder, write_state
from assistant.upkeep.lowly import JOB_MB, SPARE_MB, available_mb, end, jobs_for, started

LOW_MB: Final = 200
"""With less than that the compilers give way at once."""
LOOK_S: Final = 1.0
WAIT_S: Final = 30.0
RETREATS: Final = 20


class BuildFailed(AssistantError):
    """It cannot be built; the message names the fix."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is built where."""

    lists: Path
    """Holds tools.txt, package.txt and beside.txt: what is needed to build, the package, what it imports."""
    folder: Path
    module: str = llama_site.MODULE
    cmake: Sequence[str] = ()
    needs: Sequence[str] = ("g++", "make")
    """Programs that are not Python's to fetch."""
    environment: Mapping[str, str] = field(default_factory=dict)


def recipe_here() -> Recipe:
    """llama.cpp for this box."""
    with resources.as_file(resources.files("assistant.upkeep") / "llama") as lists:
        return Recipe(lists, llama_site.build_folder(), cmake=("-DGGML_NATIVE=OFF", *llama_site.here()[1]))


def build(
    recipe: Recipe, tell: Callable[[BuildState], None], free_mb: Callable[[], int] = available_mb
) -> None:
    """From wherever the last one stopped to the end. BuildFailed, AlreadyBuilding; the state tells too."""
    with only_builder(recipe.folder):
        work = _Build(recipe, tell, free_mb)
        try:
            work.run()
        except AssistantError as error:
            work.at("failed", str(error))
            raise
        except OSError as error:
            reason = f"{error.filename or recipe.folder}: {error.strerror}; free some disk, then build again"
            work.at("failed", reason)
            raise BuildFailed(reason) from error


class _Build:
    """The steps; each leaves alone what an earlier run finished."""

    def __init__(
        self, recipe: Recipe, tell: Callable[[BuildState], None], free_mb: Callable[[], int]
    ) -> None:
        self._recipe = recipe
        self._tell = tell
        self._free_mb = free_mb
        self._folder = recipe.folder
        self._python = self._folder / "tools" / "bin" / "python"

    def at(self, stage: Stage, told: str = "", done: int = 0, of: int = 0) -> None:
        """This is how far it is."""
        self._tell(write_state(self._folder, stage, told, done, of))

    def run(self) -> None:
        if (self._folder / "site" / self._recipe.module).is_dir():
            self.at("ready")
            return
        missing = [name for name in self._recipe.needs if shutil.which(name) is None]
        if missing:
            fix = f"sudo apt-get install {' '.join(missing)}"
            raise BuildFailed(f"{' and '.join(missing)} are needed to compile; {fix}")
        wheel = self._wheel() or self._fetched()
        if wheel.suffix != ".whl":
            wheel = self._compiled(wheel)
        self._install(wheel)
        for name in ("compile", "unpacked", "tools", "cache", "source"):
            shutil.rmtree(self._folder / name, ignore_errors=True)
        self.at("ready")

    def _wheel(self) -> Path | None:
        return next((self._folder / "wheels").glob("*.whl"), None)

    def _fetched(self) -> Path:
        """The package as the registry has it: a wheel where the list knows its digest, else the sources."""
        source = self._folder / "source"
        if (kept := next(source.glob("*-*.*"), None)) is not None:
            return kept
        self.at("fetching")
        uv_program, lists = uv.find_uv_bin(), self._recipe.lists
        self._do(
            [uv_program, "venv", "-q", "--clear", "--python", sys.executable, str(self._folder / "tools")]
        )
        python = str(self._python)
        self._do([uv_program, "pip", "install", "-q", "--python", python, *_hashed(lists / "tools.txt")])
        arriving = self._folder / "arriving"
        shutil.rmtree(arriving, ignore_errors=True)
        self._do(
            [
                *(python, "-m", "pip", "download", "-q", "--no-deps", "--no-build-isolation"),
                *("-d", str(arriving)),
                *_hashed(lists / "package.txt"),
            ]
        )
        arriving.replace(source)
        return next(source.glob("*-*.*"))

    def _compiled(self, archive: Path) -> Path:
        unpacked = self._unpacked(archive)
        cores, retreats = os.cpu_count() or 1, 0
        while True:
            jobs = self._room(cores)
            if self._compile(unpacked, jobs):
                break
            retreats += 1
            cores = max(1, jobs // 2)
            if retreats > RETREATS:
                raise BuildFailed("memory ran out again and again; add swap, or stop what takes the memory")
        wheel = self._wheel()
        if wheel is None:
            raise BuildFailed("the compiler gave no wheel; take the build folder away and build again")
        return wheel

    def _unpacked(self, archive: Path) -> Path:
        unpacked = self._folder / "unpacked"
        if not unpacked.is_dir():
            staged = self._folder / "unpacking"
            shutil.rmtree(staged, ignore_errors=True)
            with tarfile.open(archive) as packed:
                packed.extractall(staged, filter="data")
            staged.replace(unpacked)
        return next(each for each in unpacked.iterdir() if each.is_dir())

    def _room(self, cores: int) -> int:
        """Compilers at once; waits until there is memory for one."""
        while (jobs := jobs_for(cores, self._free_mb())) == 0:
            self.at("waiting", f"less than {JOB_MB + SPARE_MB} MB of memory are free", *self._progress())
            time.sleep(WAIT_S)
        return jobs

    def _compile(self, unpacked: Path, jobs: int) -> bool:
        """Whether it came to its end; False: it gave way for want of memory."""
        command = [uv.find_uv_bin(), "build", "--wheel", "-v", "--python", str(self._python)]
        command += ["--no-build-isolation", "-C", f"build-dir={self._folder / 'compile'}"]
        command += ["--out-dir", str(self._folder / "wheels"), str(unpacked)]
        with (self._folder / "log.txt").open("wb") as log, self._started(command, log, jobs) as process:
            try:
                while True:
                    try:
                        status = process.wait(LOOK_S)
                        break
                    except subprocess.TimeoutExpired:
                        self.at("compiling", f"{jobs} at a time", *self._progress())
                        if self._free_mb() < LOW_MB:
                            return False
            finally:
                end(process)
        if status != 0:
            raise BuildFailed(f"it does not compile; {self._folder / 'log.txt'} says why")
        return True

    def _progress(self) -> tuple[int, int]:
        """Object files that are there, of those that will be."""
        compile_folder = self._folder / "compile"
        plan = compile_folder / "build.ninja"
        if not plan.is_file():
            return 0, 0
        of = sum(line.startswith("build ") and ".o:" in line for line in plan.read_text().splitlines())
        return min(of, sum(1 for _ in compile_folder.rglob("*.o"))), of

    def _install(self, wheel: Path) -> None:
        self.at("installing")
        staged = self._folder / "site.new"
        shutil.rmtree(staged, ignore_errors=True)
        base = [uv.find_uv_bin(), "pip", "install", "-q", "--python", sys.executable, "--target", str(staged)]
        self._do([*base, "--no-deps", str(wheel)])
        self._do([*base, "--no-deps", *_hashed(self._recipe.lists / "beside.txt")])
        staged.replace(self._folder / "site")

    def _do(self, command: Sequence[str]) -> None:
        with (self._folder / "log.txt").open("wb") as log, self._started(command, log, 1) as process:
            try:
                status = process.wait()
            finally:
                end(process)
        if status != 0:
            told = _fault((self._folder / "log.txt").read_text(errors="replace"))
            raise BuildFailed(f"{Path(command[0]).name}: {told or status}; is the package registry there?")

    def _started(self, command: Sequence[str], log: IO[bytes], jobs: int) -> "subprocess.Popen[bytes]":
        """In a group of its own, at the lowest priority."""
        environment = os.environ | {
            "UV_CACHE_DIR": str(self._folder / "cache"),
            "PATH": f"{self._python.parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "CMAKE_ARGS": " ".join((*self._recipe.cmake, os.environ.get("CMAKE_ARGS", ""))).strip(),
            "CMAKE_BUILD_PARALLEL_LEVEL": str(jobs),
            **self._recipe.environment,
        }
        return started([*command], log, environment)


def _hashed(requirements: Path) -> list[str]:
    """Nothing whose digest is not in the list."""
    return ["--require-hashes", "-r", str(requirements)]


def _fault(log: str) -> str:
    """The line of a log that says what was wrong."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return next((line for line in lines if line.lower().startswith("error")), lines[-1] if lines else "")[
        :300
    ]
