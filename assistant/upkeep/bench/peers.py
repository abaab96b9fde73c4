"""Others on the same models: their own programs in an environment of their own, in turns with ours."""

import asyncio
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path

from assistant.errors import AssistantError, EngineError
from assistant.upkeep.bench import figures
from assistant.upkeep.bench.findings import Findings
from assistant.upkeep.bench.random_models import RandomModels, cache_folder
from assistant.upkeep.bench.real_grade import bed_of, of_chance
from assistant.upkeep.bench.road import Runner, opened
from assistant.upkeep.bench.said import Said
from assistant.upkeep.bench.scripted_grade import WARM_UP
from assistant.upkeep.bench.statistics import abba
from assistant.upkeep.bench.techniques import Techniques
from assistant.upkeep.bench.wyoming_chain import Chain

Tell = Callable[[str], None]
WYOMING, PIPECAT = "random: Wyoming chain / ours", "random: Pipecat / ours"
INSTALL_S, READY_S = 900.0, 120.0


def compare(models: RandomModels, script: Sequence[Said], findings: Findings, tell: Tell) -> None:
    """The Wyoming chain against ours; what can't be had is told as not measured."""
    findings.miss(PIPECAT, "no pipeline around the same engines has been built")
    try:
        python = environment(tell)
        pairs = asyncio.run(_against_wyoming(python, models, script, tell))
    except (AssistantError, OSError, EOFError, TimeoutError) as error:
        findings.miss(WYOMING, f"{type(error).__name__}: {error}")
        return
    figures.add_ratio(findings, WYOMING, pairs, "ABBA")


def environment(tell: Tell) -> Path:
    """The Python of the peers' environment, made where it is not there yet. EngineError: it can't be."""
    folder = cache_folder() / "peers"
    python, whole = folder / "bin" / "python", folder / "whole"
    with resources.as_file(resources.files("assistant.upkeep.bench") / "peers.txt") as pinned:
        wanted = pinned.read_text(encoding="utf-8")
        if whole.is_file() and whole.read_text(encoding="utf-8") == wanted:
            return python
        uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.prefix) / "bin"))
        if uv is None:
            raise EngineError("uv, which makes the peers' environment, is not installed")
        tell(f"installing Wyoming servers and Pipecat in {folder} …")
        for command in (
            [uv, "venv", "-q", "--clear", "-p", sys.executable, str(folder)],
            [uv, "pip", "install", "-q", "-p", str(python), "-r", str(pinned)],
        ):
            done = subprocess.run(command, check=False, capture_output=True, timeout=INSTALL_S)
            if done.returncode:
                last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
                raise EngineError(f"the peers could not be installed: {last}")
    whole.write_text(wanted, encoding="utf-8")
    return python


async def _against_wyoming(
    python: Path, models: RandomModels, script: Sequence[Said], tell: Tell
) -> list[tuple[float, float]]:
    """(chain, ours), utterance by utterance."""
    pairs: dict[int, dict[int, float]] = {}
    tell("Wyoming chain: starting its servers …")
    async with (
        _servers(python, models) as (stt, tts),
        opened(bed_of(of_chance(models), Techniques())) as runner,
        Chain.started(models, stt, tts) as chain,
    ):
        await chain.say(WARM_UP)
        await runner.say(WARM_UP)
        for condition, at in abba(len(script)):
            ms = await _say(condition, chain, runner, script[at])
            name = ("Wyoming chain", "ours")[condition]
            tell(f"“{script[at].words}”, {name}: {'no answer' if ms is None else f'{ms:.0f} ms'}")
            if ms is not None:
                pairs.setdefault(at, {})[condition] = ms
    return [(pair[0], pair[1]) for pair in pairs.values() if len(pair) == 2]


async def _say(condition: int, chain: Chain, runner: Runner, said: Said) -> float | None:
    return await chain.say(said) if condition == 0 else (await runner.say(said)).first_sound_ms


@asynccontextmanager
async def _servers(python: Path, models: RandomModels) -> AsyncGenerator[tuple[int, int], None]:
    """Ports of both servers, each on one thread as our engines are. TimeoutError: one does not answer."""
    stt, tts = _free_port(), _free_port()
    data = str(cache_folder() / "peers-data")
    whisper = [
        "--model",
        str(models.whisper),
        "--language",
        "en",
        "--compute-type",
        "int8",
        "--beam-size",
        "1",
    ]
    threads = ["--cpu-threads", "1", "--stt-library", "faster-whisper"]
    commands = (
        [*_words("wyoming_faster_whisper", stt, data), *whisper, *threads],
        [*_words("wyoming_piper", tts, str(models.folder)), "--voice", models.voice.stem],
    )
    running = [
        await asyncio.create_subprocess_exec(
            str(python), *command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for command in commands
    ]
    try:
        async with asyncio.timeout(READY_S):
            for port in (stt, tts):
                await _answers(port)
        yield stt, tts
    finally:
        for process in running:
            if process.returncode is None:
                process.terminate()
        await asyncio.gather(*(process.wait() for process in running))


def _words(module: str, port: int, data: str) -> list[str]:
    return ["-m", module, "--uri", f"tcp://127.0.0.1:{port}", "--data-dir", data, "--local-files-only"]


async def _answers(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.3)
        else:
            writer.close()
            await writer.wait_closed()
            return


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
