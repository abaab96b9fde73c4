"""What the house costs this machine: wake streams, memory, processor at rest, and how long a start takes."""

import asyncio
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.errors import EngineError
from assistant.hear.cascade import Cascade
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.listen import Ear
from assistant.hear.wake.models import plan
from assistant.house import engines
from assistant.messages import EAR_RATE_HZ, AudioChunk
from assistant.ports import VadEngine
from assistant.tasks import together
from assistant.upkeep.bench.findings import Figure, Findings

STREAMS = 16
STREAM_S = 12.0
SETTLED_S = 1.5
CHUNK = 320
"""20 ms, as microphones and satellites send it."""
LISTENING, SAFE_MODE = "listening in", "SAFE MODE"
START_LIMIT_S = 120.0
IDLE_S, SETTLE_LIMIT_S = 5.0, 90.0
_TICKS = os.sysconf("SC_CLK_TCK")


class _CountedVad:
    """A voice detector that counts its frames."""

    def __init__(self, vad: VadEngine) -> None:
        self._vad = vad
        self.frames = 0

    def process(self, pcm: bytes) -> list[float]:
        """As the detector says."""
        found = self._vad.process(pcm)
        self.frames += len(found)
        return found

    def reset(self) -> None:
        """Forget all sound heard."""
        self._vad.reset()


def wake_streams(findings: Findings, seconds: float = STREAM_S) -> None:
    """Processor time of 16 ears that wait for their wake word, in room tone and talk, a stream each."""
    vads = [_CountedVad(engines.vad_engine("silero", {})) for _ in range(STREAMS)]
    first, mics = plan("hey jarvis"), [_RoomTone(seconds + SETTLED_S) for _ in range(STREAMS)]
    ears = [
        Ear(mic, Cascade.load([first], engines.wake_engine), vad, EndpointSettings())
        for mic, vad in zip(mics, vads, strict=True)
    ]
    share = 100 * asyncio.run(_listened(ears, mics, seconds)) / seconds
    about = f"{STREAMS} whole ears (microWakeWord, threads, loop) for {seconds:.0f} s at the speed of life"
    findings.add(Figure("16 wake streams", share, "%", about=f"of one core; {about}"))
    findings.add(Figure("wake streams a core", 100 * STREAMS / share, "", about=about))
    late_ms = 1000 * max(mic.late_s for mic in mics)
    findings.add(Figure("sound taken late, 16 wake streams, worst", late_ms, "ms", about="after it was said"))
    idle = sum(vad.frames for vad in vads)
    findings.add(Figure("voice detector frames while waiting for the wake word", idle, ""))


class _RoomTone:
    """A microphone in a quiet room, at the speed of life."""

    def __init__(self, seconds: float) -> None:
        rng = np.random.default_rng(5)
        self._count = round(seconds * EAR_RATE_HZ / CHUNK)
        self._pieces = [rng.integers(-40, 41, CHUNK).astype("<i2").tobytes() for _ in range(50)]
        self.late_s = 0.0
        """The longest that a chunk was taken after its last sample."""

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """Each when its last sample has been heard."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        for at in range(self._count):
            due_s = began_s + (at + 1) * CHUNK / EAR_RATE_HZ
            await asyncio.sleep(due_s - loop.time())
            self.late_s = max(self.late_s, loop.time() - due_s)
            yield AudioChunk(self._pieces[at % len(self._pieces)], at * CHUNK)


async def _listened(ears: Sequence[Ear], mics: Sequence[_RoomTone], seconds: float) -> float:
    """Processor time of `seconds` once all of them listen."""

    async def listen(ear: Ear) -> None:
        async with aclosing(ear.events()) as events:
            async for _ in events:
                pass

    async with together() as group:
        for ear in ears:
            group.create_task(listen(ear))
        await asyncio.sleep(SETTLED_S)
        for mic in mics:
            mic.late_s = 0.0
        before_s = time.process_time()
        await asyncio.sleep(seconds)
        return time.process_time() - before_s


@dataclass(frozen=True, slots=True)
class Started:
    """A hub in a process of its own that listens."""

    pid: int
    seconds: float
    """From its start to listening; its files may have been in memory already."""

    @property
    def tree(self) -> list[int]:
        """It and everything it started."""
        found = [self.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in _text(task).split()]
        return found

    @property
    def pss_bytes(self) -> int:
        """Memory of all of them, shared pages counted once."""
        return sum(_pss(pid) for pid in self.tree)

    @property
    def cpu_s(self) -> float:
        """Processor time of all of them so far."""
        return sum(_cpu_s(pid) for pid in self.tree)


@contextmanager
def hub(settings: str, voice: str = "") -> Iterator[Started]:
    """A hub with these settings and the voice `bench` (YAML), in folders of its own.

    EngineError: it did not come to listen.
    """
    with tempfile.TemporaryDirectory(prefix="hearth-bench-") as folder:
        file = Path(folder) / "config" / "assistant.yaml"
        (file.parent / "voices").mkdir(parents=True)
        file.write_text(settings, encoding="utf-8")
        if voice:
            (file.parent / "voices" / "bench.yaml").write_text(voice, encoding="utf-8")
        began_s = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "run", "--settings", str(file)],
            env={**os.environ, **_folders(Path(folder))},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            _await_listening(process, began_s + START_LIMIT_S)
            yield Started(process.pid, time.monotonic() - began_s)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def start_and_rest(findings: Findings, settings: str, about: str, *, voice: str = "") -> None:
    """How long a hub takes to listen, what it then holds in memory and what it costs at rest."""
    with hub(settings, voice) as started:
        told = f"{about}; a new process, files perhaps in memory already"
        findings.add(Figure("start to listening", started.seconds, "s", about=told))
        _settle(started)
        before_s = started.cpu_s
        time.sleep(IDLE_S)
        at_rest = 100 * (started.cpu_s - before_s) / IDLE_S
        findings.add(Figure("processor at rest", at_rest, "%", about=f"of one core; {about}, nothing said"))
        name = "memory (PSS), hub and engines" if voice else "memory (PSS), starter without models"
        findings.add(Figure(name, started.pss_bytes / 1e9, "GB", about=about))


def _settle(started: Started) -> None:
    """Wait until it has read ahead what it reads at its start: models count as memory once they were read."""
    until_s = time.monotonic() + SETTLE_LIMIT_S
    before_s = started.cpu_s
    time.sleep(2.0)
    while (now_s := started.cpu_s) - before_s > 0.3 and time.monotonic() < until_s:
        before_s = now_s
        time.sleep(2.0)


def _folders(folder: Path) -> Mapping[str, str]:
    names = ("CONFIG", "DATA", "RUNTIME")
    return {f"HEARTH_{name}": str(folder / name.lower()) for name in names}


def _await_listening(process: "subprocess.Popen[bytes]", until_s: float) -> None:
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    told = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while (left_s := until_s - time.monotonic()) > 0:
            if not selector.select(left_s) or not (more := process.stdout.read()):
                break
            told += more
            if SAFE_MODE.encode() in told:
                break  # it runs, but not on what it was given
            if LISTENING.encode() in told:
                return
    said = " ".join(told.decode("utf-8", "replace").split())[-300:]
    raise EngineError(f"the hub did not come to listen: {said or 'it said nothing'}")


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""  # it has just ended


def _pss(pid: int) -> int:
    for line in _text(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _cpu_s(pid: int) -> float:
    fields = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS if len(fields) > 12 else 0.0
