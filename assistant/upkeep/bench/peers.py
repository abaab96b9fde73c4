"""Others on the same models: their own programs in an environment of their own, in turns with ours."""

import asyncio
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from importlib import resources
from pathlib import Path

from assistant.errors import AssistantError, EngineError
from assistant.upkeep.bench import figures, scripted_grade
from assistant.upkeep.bench.findings import Findings
from assistant.upkeep.bench.pipecat_chain import Engines, PipecatChain, command
from assistant.upkeep.bench.profiles import Profile, load_profile
from assistant.upkeep.bench.random_models import RandomModels, cache_folder
from assistant.upkeep.bench.real_grade import GAP_S, REHEARSES_S, bed_of, of_chance
from assistant.upkeep.bench.road import opened
from assistant.upkeep.bench.said import COMMANDS, QUESTIONS, Said
from assistant.upkeep.bench.scripted_grade import WARM_UP
from assistant.upkeep.bench.techniques import Techniques
from assistant.upkeep.bench.wyoming_chain import Chain

Tell = Callable[[str], None]
INSTALL_S, READY_S = 900.0, 120.0
COSTED = (*COMMANDS[:3], COMMANDS[12], *QUESTIONS[1:4])
OURS = "ours"
WYOMING, PIPECAT, SURE = "Wyoming chain", "Pipecat, Smart Turn as it is", "Pipecat"
SETTINGS = (
    "Wyoming chain: faster-whisper base int8, beam 1, 30 s window, 0.7 s of silence, Piper, a thread each",
    "Pipecat: our wide ear, language model and voice; its Silero VAD, 0.2 s of silence, then Smart Turn v3 "
    "as if it always knew that the turn is over; “as it is”: 3 s of silence where it thinks otherwise",
    "both: no wake word, house commands cost nothing, a short prompt without the house, kept",
)


def compare(
    models: RandomModels,
    profiles: Sequence[str],
    script: Sequence[Said],
    findings: Findings,
    tell: Tell,
    *,
    quick: bool = False,
    rows: frozenset[str] = frozenset({"profiles", "wyoming", "pipecat"}),
) -> None:
    """Every peer against ours, the same utterances in turns; what can't be had is told as not measured.

    On models of true size, and, for Pipecat, on engines that cost what the profiles say, in real time.
    `quick`: no peer that no goal is about. `rows`: which of it.
    """
    try:
        python = environment(tell)
    except (AssistantError, OSError, subprocess.TimeoutExpired) as error:
        for peer in (WYOMING, PIPECAT, SURE):
            findings.miss(f"random: {peer} / ours", f"{type(error).__name__}: {error}")
        return
    findings.notes += SETTINGS
    for name in profiles if "profiles" in rows else ():
        profile = load_profile(name)
        among = {SURE: _costed_pipecat(python, profile), OURS: _costed_ours(profile)}
        _compare(f"{profile.name}, real time", among, COSTED, findings, tell)
    real: dict[str, Started] = {}
    if "wyoming" in rows:
        real[WYOMING] = _wyoming(python, models)
    if "pipecat" in rows:
        real[SURE] = _pipecat(python, models, "sure")
        if quick:
            findings.miss(f"random: {PIPECAT} / ours", "not part of a quick run")
        else:
            real[PIPECAT] = _pipecat(python, models, "smart")
    if real:
        _compare("random", {**real, OURS: _ours(models)}, script, findings, tell)


def _compare(
    where: str, among: Mapping[str, "Started"], script: Sequence[Said], findings: Findings, tell: Tell
) -> None:
    found = asyncio.run(_compared(where, among, script, findings, tell))
    for peer in [name for name in among if name != OURS]:
        for kind in (*figures.KINDS, ""):
            told = [ms for said, ms in zip(script, found, strict=True) if kind in (said.kind, "")]
            pairs = [(ms[peer], ms[OURS]) for ms in told if peer in ms and OURS in ms]
            if pairs or not kind:
                name = f"{where}: {peer} / ours" + (f", {kind}" if kind else "")
                figures.add_ratio(findings, name, pairs, "in turns, forth and back")


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


Say = Callable[[Said], Awaitable[float | None]]
Started = AbstractAsyncContextManager[Say]


async def _compared(
    where: str, among: Mapping[str, Started], script: Sequence[Said], findings: Findings, tell: Tell
) -> list[dict[str, float]]:
    """Milliseconds to the first sound by who answers, utterance by utterance."""
    found: list[dict[str, float]] = [{} for _ in script]
    async with AsyncExitStack() as stack:
        saying: dict[str, Say] = {}
        for name, started in among.items():
            tell(f"{where}: {name}: starting …")
            try:
                saying[name] = await stack.enter_async_context(started)
                await saying[name](WARM_UP)
            except (AssistantError, OSError, TimeoutError) as error:
                findings.miss(f"{where}: {name} / ours", f"{type(error).__name__}: {error}")
                saying.pop(name, None)
        for at, said in enumerate(script):
            for name in list(saying)[:: 1 if at % 2 == 0 else -1]:
                ms = await saying[name](said)
                tell(f"{where}: “{said.words}”, {name}: {'no answer' if ms is None else f'{ms:.0f} ms'}")
                if ms is not None:
                    found[at][name] = ms
    return found


@asynccontextmanager
async def _costed_pipecat(python: Path, profile: Profile) -> AsyncGenerator[Say, None]:
    engines = Engines.costed(profile)
    async with PipecatChain.started(command(python, "sure", engines.rate_hz), engines) as chain:
        yield chain.say


@asynccontextmanager
async def _costed_ours(profile: Profile) -> AsyncGenerator[Say, None]:
    bed = replace(scripted_grade.bed_of(profile, Techniques()), gap_s=GAP_S, rehearses_s=REHEARSES_S)
    async with opened(bed) as runner:

        async def say(said: Said) -> float | None:
            return (await runner.say(said)).first_sound_ms

        yield say


@asynccontextmanager
async def _wyoming(python: Path, models: RandomModels) -> AsyncGenerator[Say, None]:
    async with _servers(python, models) as (stt, tts), Chain.started(models, stt, tts) as chain:
        yield chain.say


@asynccontextmanager
async def _pipecat(python: Path, models: RandomModels, ends: str) -> AsyncGenerator[Say, None]:
    async with (
        Engines.started(of_chance(models)) as engines,
        PipecatChain.started(command(python, ends, engines.rate_hz), engines) as chain,
    ):
        yield chain.say


@asynccontextmanager
async def _ours(models: RandomModels) -> AsyncGenerator[Say, None]:
    async with opened(bed_of(of_chance(models), Techniques())) as runner:

        async def say(said: Said) -> float | None:
            return (await runner.say(said)).first_sound_ms

        yield say


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
