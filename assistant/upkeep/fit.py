"""This box → which models suit it, and how fast it will answer; told in words of a family."""

import os
import platform
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from assistant.catalogue import Catalogue
from assistant.house.threads import cores
from assistant.upkeep.on_disk import nearest_folder

REFERENCE_GB_S: Final = 15.0
REFERENCE_GFLOPS: Final = 300.0
"""The box on which the engines' figures below were taken: 2 cores, x86-64 with AVX-512."""
DECODE_S_PER_GB: Final = 0.043
"""A token of an LLM per GB of weights on the reference box (1.1 GB: 21 tokens a second)."""
READ_S_PER_GB: Final = 0.41
"""Reading 30 new words of a prompt, per GB of weights (1.1 GB: 0.45 s)."""
HEAR_S: Final[Mapping[str, float]] = {"tiny": 0.5, "base": 1.1, "small": 3.0}
"""Whisper over a full window of 30 s, by size."""
WAIT_S: Final = 0.7
"""The silence that ends a sentence."""
FIRST_WORDS: Final = 8
"""Words of a reply before the voice can begin."""
PATIENCE_S: Final = 5.0
"""Nobody likes to wait longer for the first word."""


@dataclass(frozen=True, slots=True)
class Box:
    """What was measured of this machine."""

    cores: int
    memory_mb: int
    disk_free_mb: int
    machine: str
    """x86_64, aarch64, …"""
    vectors: str
    """The best vector instructions for int8: avx512, avx2, neon, sse or none."""
    accelerator: str
    """A GPU's name; empty: none found."""
    copies_gb_s: float
    computes_gflops: float


@dataclass(frozen=True, slots=True)
class Level:
    """What to install: models by kind, and what to expect."""

    name: str
    told: str
    memory_mb: int
    """A box with less is too small for it."""
    cores: int
    models: Mapping[str, str]
    """stt, tts and llm by id; none: what is built in."""


LEVELS: Final = (
    Level(
        "starter",
        "house commands in English, in a quiet room; nothing to download",
        0,
        1,
        {},
    ),
    Level(
        "listener",
        "understands free speech and has a natural voice; house commands only (as a Raspberry Pi 4)",
        1_800,
        2,
        {"stt": "tiny", "tts": "voice"},
    ),
    Level(
        "talker",
        "free speech, a natural voice and a small language model (as a Raspberry Pi 5 with 8 GB)",
        5_500,
        2,
        {"stt": "base", "tts": "voice", "llm": "qwen3-0.6b"},
    ),
    Level(
        "companion",
        "free speech, a natural voice and a language model that converses (as a mini-PC with 16 GB)",
        11_000,
        2,
        {"stt": "base", "tts": "voice", "llm": "qwen3-1.7b"},
    ),
    Level(
        "study",
        "the best ears and the largest language model for a strong PC",
        15_000,
        6,
        {"stt": "small", "tts": "voice", "llm": "qwen3-4b-2507"},
    ),
)


def measure(folder: Path) -> Box:
    """Look at the box and calibrate it: about two seconds of work. `folder`: where models would lie."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Box(
        cores=cores(),
        memory_mb=pages // 1_000_000,
        disk_free_mb=shutil.disk_usage(nearest_folder(folder)).free // 1_000_000,
        machine=platform.machine(),
        vectors=_vectors(Path("/proc/cpuinfo").read_text()),
        accelerator=_accelerator(),
        copies_gb_s=_copies(),
        computes_gflops=_computes(),
    )


def _vectors(cpuinfo: str) -> str:
    words = set(cpuinfo.split())
    for name, flag in (("avx512", "avx512f"), ("avx2", "avx2"), ("neon", "asimd"), ("sse", "sse4_2")):
        if flag in words:
            return name
    return "none"


def _accelerator() -> str:
    for place in Path("/proc/driver/nvidia/gpus").glob("*/information"):
        for line in place.read_text().splitlines():
            if line.startswith("Model:"):
                return line.removeprefix("Model:").strip()
    return ""


def _copies() -> float:
    """GB a second through memory: what limits an LLM's speech."""
    source = np.ones(24_000_000, dtype=np.float32)
    target = np.empty_like(source)
    return max(2 * source.nbytes / _seconds(lambda: np.copyto(target, source)) / 1e9 for _ in range(6))


def _computes() -> float:
    """Billions of operations a second: what limits reading a prompt and hearing."""
    matrix = np.ones((768, 768), dtype=np.float32)
    return max(2 * 768**3 / _seconds(lambda: matrix @ matrix) / 1e9 for _ in range(12))


def _seconds(work: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    work()
    return time.perf_counter() - started_s


class Fit:
    """Levels for one box, language and catalogue."""

    def __init__(self, box: Box, catalogue: Catalogue, language: str) -> None:
        self.box = box
        self._catalogue = catalogue
        self.language = language

    def fits(self, level: Level) -> str:
        """Why a level is too much for this box; empty: it fits."""
        if self.box.memory_mb < level.memory_mb:
            return (
                f"wants {level.memory_mb / 1000:.0f} GB of memory, here are {self.box.memory_mb / 1000:.1f}"
            )
        if self.box.cores < level.cores:
            return f"wants {level.cores} processor cores, here are {self.box.cores}"
        if self.box.disk_free_mb < 1.2 * self.download_mb(level):
            return f"wants {1.2 * self.download_mb(level) / 1000:.1f} GB of disk"
        return ""

    def proposed(self) -> Level:
        """The most that fits and still answers in good time."""

        def quick(level: Level) -> bool:
            return (self.reply_s(level) or self.command_s(level)) <= PATIENCE_S

        return [level for level in LEVELS if level is LEVELS[0] or (not self.fits(level) and quick(level))][
            -1
        ]

    def models(self, level: Level, voice_model: str = "") -> dict[str, str]:
        """Model ids by kind: for English an English Whisper, else the one of all languages."""
        found = dict(level.models)
        if "stt" in found:
            found["stt"] = f"whisper-{found['stt']}" + (".en" if self.language == "en" else "")
        if "tts" in found:
            found["tts"] = voice_model
            if not voice_model:
                del found["tts"]
        return {kind: name for kind, name in found.items() if name in self._catalogue.models}

    def download_mb(self, level: Level, voice_model: str = "piper-en_US-ljspeech-medium") -> int:
        """What its models weigh."""
        sizes = [self._catalogue.models[name].size_bytes for name in self.models(level, voice_model).values()]
        return round(sum(sizes) / 1e6)

    def command_s(self, level: Level) -> float:
        """From the end of a house command to the first word, estimated."""
        size = level.models.get("stt")
        return WAIT_S + 0.3 + (HEAR_S[size] * self._computing() if size else 0.0)

    def reply_s(self, level: Level) -> float | None:
        """From the end of a question to the first word of the LLM's answer, estimated; None: it has none."""
        name = level.models.get("llm")
        if name is None:
            return None
        gigabytes = self._catalogue.models[name].size_bytes / 1e9
        reading = READ_S_PER_GB * gigabytes * self._computing()
        speaking = FIRST_WORDS * DECODE_S_PER_GB * gigabytes * REFERENCE_GB_S / self.box.copies_gb_s
        return self.command_s(level) + reading + speaking

    def _computing(self) -> float:
        return REFERENCE_GFLOPS / self.box.computes_gflops
