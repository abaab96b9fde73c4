"""Ears and voices of other projects, each in a process of its own, on tiny models."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from assistant.errors import EngineError
from assistant.house.hosted import HostedStt, HostedTts
from assistant.house.spare import SparedStt, SparedTts, spared_ears
from assistant.journal import Entry, Journal
from assistant.messages import Failed, SpeechChunk
from assistant.pcm import level_db
from assistant.wyoming_call import describe
from tests import models, peers
from tests.voices import heard, say

pytestmark = pytest.mark.slow
UP_S = 90.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(folder: Path, package: str, *options: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """`package` as a server, once it tells what it is; skips where it does not take its tiny model."""
    python, address = peers.environment(package, package), f"127.0.0.1:{free_port()}"
    command = [str(python), "-m", package.replace("-", "_"), "--uri", f"tcp://{address}", *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        until = time.monotonic() + UP_S
        while True:
            try:
                describe(address, connect_s=1, patience_s=5)
                break
            except EngineError as error:
                if process.poll() is not None or time.monotonic() > until:
                    pytest.skip(
                        f"{package} does not run here ({error}): {(folder / 'log').read_text()[-300:]}"
                    )
                time.sleep(0.2)
        yield address, process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


async def speech(in_the_midst: Callable[[], object] = lambda: None) -> AsyncIterator[SpeechChunk]:
    """A command; something happens while it is being said."""
    pcm = heard(say("turn on the kitchen light"), before=0.3, after=0.6)
    for at in range(0, len(pcm) - 1023, 1024):
        piece = pcm[at : at + 1024]
        if at == len(pcm) // 2048 * 1024:
            await asyncio.sleep(0.5)  # the first half has arrived there
            in_the_midst()
        yield SpeechChunk(piece, at // 2, voiced=level_db(piece) > -50)


WHISPER = ("--language", "en", "--beam-size", "1", "--cpu-threads", "1", "--local-files-only")


async def test_one_of_two_servers_that_dies_in_mid_turn_costs_no_turn(tmp_path: Path) -> None:
    options = ["--model", str(models.tiny_whisper()), "--data-dir", str(tmp_path), *WHISPER]
    options += ["--stt-library", "faster-whisper"]
    entries: list[Entry] = []
    journal = Journal(lambda: 0.0)
    (tmp_path / "second").mkdir()
    with (
        journal.reading(entries.append),
        server(tmp_path, "wyoming-faster-whisper", *options) as (first, process),
        server(tmp_path / "second", "wyoming-faster-whisper", *options) as (second, _),
    ):
        ears = [
            HostedStt("wyoming", "assistant.hear.stt.wyoming:Wyoming", {"address": each}, launcher="thread")
            for each in (first, second)
        ]
        try:
            for ear in ears:
                await ear.start()
            (heard_by,) = spared_ears(ears[:1], ears[1:], journal)
            for dies in (process.kill, lambda: None):
                *_, final = [reading async for reading in heard_by.transcribe(speech(dies))]
                assert final.text == "Turn on the kitchen light."
        finally:
            for ear in ears:
                await ear.close()
    assert [first in entry.happening.error for entry in entries if isinstance(entry.happening, Failed)] == [
        True
    ]


async def test_wyoming_faster_whisper_hears_and_its_spare_when_it_is_gone(tmp_path: Path) -> None:
    options = ["--model", str(models.tiny_whisper()), "--data-dir", str(tmp_path), "--language", "en"]
    options += [
        "--beam-size",
        "1",
        "--cpu-threads",
        "1",
        "--local-files-only",
        "--stt-library",
        "faster-whisper",
    ]
    journal = Journal(lambda: 0.0)
    with server(tmp_path, "wyoming-faster-whisper", *options) as (address, process):
        far = HostedStt(
            "wyoming", "assistant.hear.stt.wyoming:Wyoming", {"address": address}, launcher="thread"
        )
        near = HostedStt(
            "faster_whisper",
            "assistant.hear.stt.faster_whisper:FasterWhisper",
            models.engine_options("stt", "faster_whisper"),
        )
        try:
            await far.start()
            await near.start()
            ear = SparedStt(far, near, journal)
            for engine in ("wyoming", "faster_whisper"):
                *_, final = [reading async for reading in ear.transcribe(speech())]
                assert (final.text, final.engine) == ("Turn on the kitchen light.", engine)
                process.kill()
                process.wait()
        finally:
            await far.close()
            await near.close()


async def test_wyoming_piper_speaks_and_its_spare_when_it_is_gone(tmp_path: Path) -> None:
    for end in ("", ".json"):
        shutil.copy(f"{models.tiny_piper()}{end}", tmp_path / f"en_US-tiny-low.onnx{end}")
    options = ["--voice", "en_US-tiny-low", "--data-dir", str(tmp_path), "--local-files-only"]
    journal = Journal(lambda: 0.0)
    with server(tmp_path, "wyoming-piper", *options) as (address, process):
        far = HostedTts(
            "wyoming", "assistant.speak.tts.wyoming:Wyoming", {"address": address}, launcher="thread"
        )
        near = HostedTts("espeak", "assistant.speak.tts.espeak:Espeak", {"voice": "en-us"})
        try:
            await far.start()
            await near.start()
            voice = SparedTts(far, near, journal)
            lengths_s, spoken = [], []
            for _ in range(2):
                sounds = [sound async for sound in voice.synthesize("The kitchen light is on.")]
                spoken.append(b"".join(sound.pcm for sound in sounds))
                lengths_s.append(len(spoken[-1]) / 2 / sounds[0].rate_hz)
                process.kill()
                process.wait()
            assert min(lengths_s) > 0.3
            assert spoken[0] != spoken[1]  # two voices
        finally:
            await far.close()
            await near.close()
