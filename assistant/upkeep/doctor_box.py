"""The box itself: disk, memory, temperature, clock, and who may read what is kept."""

import shutil
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from assistant.catalogue import load_catalogue
from assistant.settings import Settings
from assistant.upkeep.findings import Finding
from assistant.upkeep.models import named_in
from assistant.upkeep.on_disk import nearest_folder

SPARE_BYTES: Final = 1_000_000_000
HOT_C: Final = 80.0
"""A Raspberry Pi slows down at 80 °C, and so do most mini-PCs a little later."""
HOUSE_MB: Final = 450
"""The starter in memory: measured as PSS of hub and engines."""
BUILT_S: Final = 1_790_000_000.0
"""A clock before this (September 2026) is wrong: this program is younger."""
PROC: Final = Path("/proc")
THERMAL: Final = Path("/sys/class/thermal")


def disk(settings: Settings) -> Finding:
    """Room for what the house keeps."""
    place = nearest_folder(settings.data_folder)
    free = shutil.disk_usage(place).free
    told = f"{free / 1e9:.1f} GB free at {place}"
    return Finding("disk", free >= SPARE_BYTES, told, f"free at least {SPARE_BYTES // 10**9} GB there")


def writable(settings: Settings) -> Finding:
    """What is kept can be kept, and nobody else reads it."""
    folder = settings.data_folder
    if not folder.exists():
        return Finding("data folder", True, f"{folder} will be made at the first start")
    try:
        probe = folder / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        fix = f"sudo chown -R $USER {folder}"
        return Finding("data folder", False, f"{folder} cannot be written ({error.strerror})", fix)
    database = folder / "hearth.db"
    if database.exists() and (mode := stat.S_IMODE(database.stat().st_mode)) & 0o077:

        def close() -> Finding:
            database.chmod(0o600)
            return Finding("data folder", True, f"{database} is yours alone now")

        told = f"others may read {database} (mode {mode:o})"
        return Finding("data folder", False, told, f"chmod 600 {database}", close)
    return Finding("data folder", True, f"{folder} can be written")


def secrets(settings: Settings) -> Finding:
    """Files with keys are their owner's alone."""
    for file in _secret_files(settings):
        if not file.exists():
            return Finding("secrets", False, f"{file} is not there", f"write the key into {file}")
        if stat.S_IMODE(file.stat().st_mode) & 0o077:

            def close(file: Path = file) -> Finding:
                file.chmod(0o600)
                return Finding("secrets", True, f"{file} is yours alone now")

            return Finding("secrets", False, f"others may read {file}", f"chmod 600 {file}", close)
    return Finding("secrets", True, "no key can be read by others")


def _secret_files(settings: Settings) -> Iterator[Path]:
    for mind in (settings.mind.llm, settings.mind.fallback):
        if mind is not None and mind.key_file is not None:
            yield mind.key_file
    if settings.home.home_assistant is not None:
        yield settings.home.home_assistant.token_file


def memory(settings: Settings) -> Finding:
    """Room for the engines the settings ask for, by the catalogue's estimates."""
    catalogue = load_catalogue()
    needs_mb = HOUSE_MB + sum(model.ram_mb for model in named_in(settings, catalogue))
    total_mb = _total_mb((PROC / "meminfo").read_text())
    told = f"about {needs_mb:,} MB needed of {total_mb:,} MB"
    return Finding("memory", needs_mb < 0.85 * total_mb, told, "choose smaller models: assistant models list")


def _total_mb(meminfo: str) -> int:
    line = next(line for line in meminfo.splitlines() if line.startswith("MemTotal:"))
    return int(line.split()[1]) // 1000


def temperature(settings: Settings) -> Finding:
    """How hot the processor is, and on a Raspberry Pi whether it slowed down."""
    degrees = [float(file.read_text()) / 1000 for file in THERMAL.glob("thermal_zone*/temp")]
    throttled = _said("vcgencmd", "get_throttled")
    if throttled.startswith("throttled=") and int(throttled.removeprefix("throttled="), 16) & 0xF000F:
        told = f"the box slowed down or lacked power ({throttled})"
        return Finding("temperature", False, told, "use the power supply made for this Pi, and a cooler")
    if not degrees:
        return Finding("temperature", None, "this box does not tell it")
    told = f"{max(degrees):.0f} °C"
    return Finding("temperature", max(degrees) < HOT_C, told, "give the box air, or a cooler")


def clock(settings: Settings) -> Finding:
    """Alarms ring by it."""
    if time.time() < BUILT_S:
        return Finding("clock", False, f"says {time.ctime()}", "sudo timedatectl set-ntp true")
    synchronised = _said("timedatectl", "show", "--property=NTPSynchronized", "--value")
    if synchronised == "no":
        told = f"says {time.ctime()}, but nothing keeps it right"
        return Finding("clock", False, told, "sudo timedatectl set-ntp true")
    return Finding("clock", True, f"says {time.ctime()}, zone {time.tzname[0]}")


def _said(*command: str) -> str:
    """What a small program prints; empty where it is absent or fails."""
    if shutil.which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


CHECKS: Final[tuple[Callable[[Settings], Finding], ...]] = (
    disk,
    writable,
    secrets,
    memory,
    temperature,
    clock,
)
