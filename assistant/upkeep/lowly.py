"""Long work beside a house: at the lowest priority, with the memory that is left, ended whole."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

JOB_MB: Final = 1200
"""Set aside for one compiler; a careful guess, and `LOW_MB` catches what exceeds it."""
SPARE_MB: Final = 300
"""Left to the house beside the compilers."""
MEMINFO: Final = Path("/proc/meminfo")


def available_mb() -> int:
    """Memory that could be used without pushing anything out."""
    for line in MEMINFO.read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return 0


def jobs_for(cores: int, free_mb: int) -> int:
    """Compilers at once; 0: there is no room for one."""
    return max(0, min(cores, (free_mb - SPARE_MB) // JOB_MB))


def started(
    command: Sequence[str], log: IO[bytes], environment: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """A command and its children, in a group of their own that yields to everything else."""
    low = ["nice", "-n", "19", *(["ionice", "-c", "3"] if shutil.which("ionice") else [])]
    return subprocess.Popen(
        [*low, *command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=dict(environment),
        start_new_session=True,
    )


def end(process: "subprocess.Popen[bytes]") -> None:
    """The compilers too."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
