"""What every registered engine must do, real ones on tiny models: start, first result, streaming, cancel, bad
input, restart."""

import asyncio
import json
import os
import signal
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from assistant import scripted
from assistant.errors import EngineError
from assistant.house import engines
from assistant.house.engines import Registered
from assistant.house.host import engine_class
from assistant.house.hosted import HostedEngine, HostedLlm, HostedStt, HostedTts
from assistant.house.kept import EngineState
from assistant.house.running import Deadlines
from assistant.messages import (
    ChatMessage,
    JsonValue,
    LlmUsage,
    Prompt,
    Sound,
    SpeechChunk,
    TextDelta,
    Transcript,
)
from tests import models, voices
from tests.house.hosting import everything, until
from tests.wyoming_server import Server, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

GRAMMAR = "#JSGF V1.0;\ngrammar house;\npublic <utterance> = turn (on | off) the kitchen light;\n"
COMMAND = "turn on the kitchen light"
PATIENT = Deadlines(load_s=120, first_s=60, between_s=60, alive_s=60, cancel_s=20, ready_s=120)
"""This suite is about what engines do, not how fast: the machine may be busy."""


class _Server(BaseHTTPRequestHandler):
    """A chat-completions server that streams as long as it is listened to where asked to."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["messages"][-1]["content"]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for _ in range(10_000 if asked == "[endless]" else 3):
                event = {"choices": [{"index": 0, "delta": {"content": "word "}}]}
                self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            return  # hung up, as they may

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as serving:
        serving.daemon_threads = True
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}/v1"
        serving.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def peer() -> Iterator[Server]:
    with serving() as made:
        yield made


@dataclass
class Subject:
    """An engine under test."""

    entry: Registered
    options: dict[str, JsonValue]
    hosted: Any

    @property
    def scripted(self) -> bool:
        return self.entry.name == "scripted"


def options_of(entry: Registered, server: str, peer: Server) -> dict[str, JsonValue]:
    if (entry.kind, entry.name) == ("stt", "pocketsphinx"):
        return {"grammar": GRAMMAR, "pronunciations": {}}
    if (entry.kind, entry.name) == ("llm", "openai"):
        return {"base_url": server, "model": "tiny"}
    if entry.name == "wyoming":
        return {"address": peer.address}
    if (entry.kind, entry.name) == ("llm", "scripted"):
        return {"default": ["one two three"], "fault": {"kind": "endless", "when": "[endless]"}}
    return models.engine_options(entry.kind, entry.name)


def skip_unless_usable(entry: Registered) -> None:
    if (reason := engines.usable(entry.kind, entry.name)) is not None:
        pytest.skip(reason)
    if entry.name == "openwakeword_onnx":
        pytest.skip("no package ships an .onnx wake word; owners bring their own")
    if (entry.kind, entry.name) == ("wake", "wyoming"):
        pytest.skip("its server hears in its own time: tests/hear/test_wake_wyoming.py")


def entries(*kinds: str) -> list[Any]:
    return [
        pytest.param(entry, id=f"{entry.kind}-{entry.name}")
        for entry in engines.registered()
        if entry.kind in kinds
    ]


KINDS: dict[str, type[HostedEngine]] = {"stt": HostedStt, "llm": HostedLlm, "tts": HostedTts}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=entries("stt", "llm", "tts"))
async def subject(request: pytest.FixtureRequest, server: str, peer: Server) -> AsyncGenerator[Subject, None]:
    """Each hosted engine, in a process of its own, started once for all its tests."""
    entry: Registered = request.param
    skip_unless_usable(entry)
    options = options_of(entry, server, peer)
    made = KINDS[entry.kind](entry.name, entry.engine, options, launcher="spawn", deadlines=PATIENT)
    await made.start()
    yield Subject(entry, options, made)
    await made.close()


def command(subject: Subject) -> bytes:
    if subject.scripted:
        return scripted.silence(0.3) + scripted.words(COMMAND) + scripted.silence(0.5)
    return voices.heard(voices.say(COMMAND), before=0.3, after=0.6)


async def chunks(pcm: bytes) -> AsyncIterator[SpeechChunk]:
    for at in range(0, len(pcm) - 1023, 1024):
        piece = pcm[at : at + 1024]
        loud = bool(np.abs(np.frombuffer(piece, dtype="<i2").astype(np.int32)).max() > 300)
        yield SpeechChunk(piece, at // 2, voiced=loud)


def ask(text: str, max_tokens: int = 40) -> Prompt:
    return Prompt(
        (ChatMessage("system", "You are a house."), ChatMessage("user", text)), max_tokens=max_tokens
    )


def items(subject: Subject) -> AsyncGenerator[Any, None]:
    """A plain call."""
    match subject.entry.kind:
        case "stt":
            return subject.hosted.transcribe(chunks(command(subject)))  # type: ignore[no-any-return]
        case "llm":
            return subject.hosted.converse(ask("hello"))  # type: ignore[no-any-return]
        case _:
            return subject.hosted.synthesize("The kitchen light is on.")  # type: ignore[no-any-return]


def check(subject: Subject, got: list[Any]) -> None:
    """A plain call was answered as the port says."""
    match subject.entry.kind:
        case "stt":
            assert [item.final for item in got] == [False] * (len(got) - 1) + [True]
            assert got[-1].text.lower().rstrip(".") == COMMAND
            assert got[-1].refused is None
        case "llm":
            assert any(isinstance(item, TextDelta) and item.text for item in got)
            assert [isinstance(item, LlmUsage) for item in got] == [False] * (len(got) - 1) + [True]
            assert got[-1].generated_tokens > 0
        case _:
            assert all(isinstance(item, Sound) and item.pcm and len(item.pcm) % 2 == 0 for item in got)
            (rate_hz,) = {item.rate_hz for item in got}
            assert 0.2 < sum(len(item.pcm) for item in got) / 2 / rate_hz < 10


async def test_it_starts(subject: Subject) -> None:
    assert subject.hosted.status.state is EngineState.READY
    assert subject.hosted.status.deaths == 0


async def test_it_answers_and_answers_again(subject: Subject) -> None:
    for _ in range(2):
        check(subject, await everything(items(subject)))


async def test_it_streams(subject: Subject) -> None:
    """Items come while the call runs: sound before its text is all said, text before the answer is whole."""
    match subject.entry.kind:
        case "stt":
            got = [item async for item in items(subject)]
            assert all(isinstance(item, Transcript) for item in got)
            return
        case "llm":
            call = subject.hosted.converse(ask("[endless]", max_tokens=400))
        case _:
            call = subject.hosted.synthesize("The kitchen light is on. " * 20)
    async with aclosing(call) as running:
        first = await anext(running)
        assert subject.hosted.status.state is EngineState.BUSY
        assert not isinstance(first, LlmUsage)


async def test_a_cancelled_call_leaves_it_well(subject: Subject) -> None:
    before = subject.hosted.status.pid
    if subject.entry.kind == "stt":
        go_on = asyncio.Event()

        async def unfinished() -> AsyncIterator[SpeechChunk]:
            async for chunk in chunks(command(subject)):
                yield chunk
            go_on.set()
            await asyncio.Event().wait()

        call = asyncio.create_task(everything(subject.hosted.transcribe(unfinished())))
        await go_on.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    else:
        endless = (
            subject.hosted.converse(ask("[endless]", max_tokens=2_000))
            if subject.entry.kind == "llm"
            else subject.hosted.synthesize("And so on. " * 80)
        )
        async with aclosing(endless) as running:
            await anext(running)
    check(subject, await everything(items(subject)))
    assert (subject.hosted.status.pid, subject.hosted.status.deaths) == (before, 0)


BAD_SPEECH = {
    "nothing": b"",
    "one sample": b"\1\0",
    "digital silence": bytes(32_000),
    "full scale": np.resize(np.array([32767, -32768], dtype="<i2"), 16_000).tobytes(),
    "a hum": (8_000 * np.sin(np.arange(32_000) * 0.1)).astype("<i2").tobytes(),
    "noise": np.random.default_rng(5).integers(-32768, 32767, 24_000).astype("<i2").tobytes(),
}
BAD_PROMPTS = {
    "nothing": Prompt(()),
    "no user": Prompt((ChatMessage("system", "You are a house."),)),
    "empty": ask(""),
    "too long": ask("word " * 30_000),
    "odd": ask("\0\u202e\ufffd<|im_end|>[INST]{{ '' }}{% for %}</s>"),
    "no tokens": ask("hello", max_tokens=0),
}
BAD_TEXTS = {
    "nothing": "",
    "blank": " \n\t ",
    "punctuation": "?!… —",
    "odd": "\0\a\u202e\ufffd<speak>&amp;\x7f",
    "foreign": "日本語 العربية 🙂",
    "one long word": "a" * 2_000,
}


BAD: dict[str, dict[str, Any]] = {"stt": BAD_SPEECH, "llm": BAD_PROMPTS, "tts": BAD_TEXTS}


@pytest.mark.parametrize(
    "number", [0, 1, 2, *(pytest.param(number, marks=pytest.mark.slow) for number in (3, 4, 5))]
)
async def test_bad_input_costs_no_worker(subject: Subject, number: int) -> None:
    """It is answered, or refused with an EngineError; the same worker answers the next call."""
    value = list(BAD[subject.entry.kind].values())[number]
    try:
        match subject.entry.kind:
            case "stt":
                got = await everything(subject.hosted.transcribe(one_chunk(value)))
                assert (
                    got[-1].refused or subject.entry.name == "faster_whisper"
                )  # whose tiny model hears one thing
            case "llm":
                got = await everything(subject.hosted.converse(value))
                assert isinstance(got[-1], LlmUsage)
            case _:
                got = await everything(subject.hosted.synthesize(value))
                assert value.strip() or not got
    except EngineError:
        pass  # a refusal; a death would be counted
    assert subject.hosted.status.deaths == 0, subject.hosted.status.reason
    check(subject, await everything(items(subject)))


async def one_chunk(pcm: bytes) -> AsyncIterator[SpeechChunk]:
    if pcm:
        yield SpeechChunk(pcm, 0, voiced=True)


async def test_bad_options_are_an_engine_error(subject: Subject) -> None:
    with pytest.raises(EngineError, match="no_such_option"):
        engine_class(subject.entry.engine)({**subject.options, "no_such_option": 1})


async def test_killed_it_comes_back(subject: Subject) -> None:
    before = subject.hosted.status.pid
    os.kill(before, signal.SIGKILL)
    await until(lambda: subject.hosted.status.pid not in (0, before))
    check(subject, await everything(items(subject)))
    assert subject.hosted.status.deaths == 1


# ── on the ear's thread ──────────────────────────────────────────────────────────────────────────


def ear_options(entry: Registered) -> dict[str, JsonValue]:
    if entry.kind == "vad" or entry.name == "scripted":
        return {}
    return {"model": "hey_jarvis"}


def ear_command(entry: Registered) -> bytes:
    if entry.name == "scripted":
        return scripted.silence(1) + scripted.words("hey jarvis") + scripted.silence(1)
    return voices.heard(voices.say("hey jarvis"), before=2.5)


def cut(pcm: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(pcm), size):
        yield pcm[at : at + size]


@pytest.mark.parametrize("entry", entries("wake"))
async def test_a_wake_engine_hears_its_word_in_any_cutting(entry: Registered) -> None:
    skip_unless_usable(entry)
    pcm = ear_command(entry)
    wake = engines.wake_engine(entry.name, ear_options(entry))
    peaks = []
    for size in (640, 1024, 6666):
        scores = [wake.process(piece) for piece in cut(pcm, size)]
        assert all(0.0 <= score <= 1.0 for score in scores)
        peaks.append(max(scores))
        wake.reset()
        assert max(wake.process(piece) for piece in cut(voices.silence(2.0), size)) < 0.3
        wake.reset()
    assert min(peaks) > 0.5


@pytest.mark.parametrize("entry", entries("vad"))
async def test_a_vad_engine_tells_voice_frame_by_frame(entry: Registered) -> None:
    skip_unless_usable(entry)
    pcm = ear_command(entry)
    vad = engines.vad_engine(entry.name, {})
    found = []
    for size in (640, 1024, 6666):
        probabilities = [p for piece in cut(pcm, size) for p in vad.process(piece)]
        assert len(probabilities) == len(pcm) // 1024
        assert all(0.0 <= p <= 1.0 for p in probabilities)
        found.append(sum(p > 0.5 for p in probabilities))
        vad.reset()
    assert found[0] == found[1] == found[2] > 5
    assert max(p for piece in cut(voices.silence(2.0), 1024) for p in vad.process(piece)) < 0.5


@pytest.mark.parametrize("entry", entries("wake"))
async def test_bad_options_of_a_wake_engine_are_an_engine_error(entry: Registered) -> None:
    skip_unless_usable(entry)
    with pytest.raises(EngineError, match=r"no_such_option|[Ee]xtra"):
        engines.wake_engine(entry.name, {**ear_options(entry), "no_such_option": 1})
