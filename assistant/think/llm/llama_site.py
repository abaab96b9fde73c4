"""Where llama.cpp's binding is: among the installed packages, or built on this box into a folder of its own.

A build fits one version, one Python and one kind of processor; its folder is called so and outlives updates.
"""

import importlib.util
import platform
import sys
from pathlib import Path
from typing import Final

from assistant import paths
from assistant.messages import JsonValue

VERSION: Final = "0.3.36"
MODULE: Final = "llama_cpp"
CPUINFO: Final = Path("/proc/cpuinfo")
_V3: Final = frozenset({"avx2", "fma", "f16c", "bmi2"})
_PLAIN_X86: Final = tuple(f"-DGGML_{name}=OFF" for name in ("AVX", "AVX2", "FMA", "F16C", "BMI2"))


def processor(machine: str, cpuinfo: str) -> tuple[str, tuple[str, ...]]:
    """The kind of processor, and what CMake is told for it: nothing another box of the kind lacks."""
    flags = {
        word
        for line in cpuinfo.splitlines()
        if line.startswith(("flags", "Features"))
        for word in line.partition(":")[2].split()
    }
    if machine == "x86_64":
        return ("x86-64-v3", ()) if flags >= _V3 else ("x86-64-v2", _PLAIN_X86)
    if machine != "aarch64":
        return machine, ()
    if "asimddp" not in flags:
        return "armv8", ("-DGGML_CPU_ARM_ARCH=armv8-a",)
    half = "+fp16" if "asimdhp" in flags else ""
    return f"armv8.2{half}", (f"-DGGML_CPU_ARM_ARCH=armv8.2-a+dotprod{half}",)


def here() -> tuple[str, tuple[str, ...]]:
    """The same, of this box."""
    try:
        told = CPUINFO.read_text(errors="replace")
    except OSError:
        told = ""
    return processor(platform.machine(), told)


def build_folder() -> Path:
    """Where a build for this box and this Python is made and kept."""
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return paths.data_folder() / "engines" / f"llama-cpp-{VERSION}-{python}-{here()[0]}"


def built_site() -> Path | None:
    """The folder to import from, once the build is whole."""
    site = build_folder() / "site"
    return site if (site / MODULE).is_dir() else None


def importable() -> bool:
    """Whether llama.cpp is on this box, one way or the other."""
    return importlib.util.find_spec(MODULE) is not None or built_site() is not None


def site_option() -> dict[str, JsonValue]:
    """What the engine must be told to find it; nothing where it is among the installed packages."""
    site = None if importlib.util.find_spec(MODULE) is not None else built_site()
    return {} if site is None else {"site": str(site)}


def make_importable(site: Path | None) -> None:
    """Let this process import what was built; what is installed goes first."""
    if site is not None and str(site) not in sys.path:
        sys.path.append(str(site))
