"""Another's pipeline around the bench's engines: what it asks is served, and its first sound is timed."""

import sys
from pathlib import Path

import pytest

from assistant.errors import EngineError
from assistant.upkeep.bench.pipecat_chain import Engines, PipecatChain
from assistant.upkeep.bench.profiles import free, load_profile
from assistant.upkeep.bench.said import COMMANDS, QUESTIONS

PROGRAM = """
import base64, json, sys, time
def tell(**fields): print(json.dumps(fields), flush=True)
def ask(number, call, **fields):
    tell(call=call, id=number, **fields)
    parts = []
    while True:
        told = json.loads(sys.stdin.readline())
        if told.get("id") != number: continue
        if told.get("end"): return parts
        parts.append(told)
tell(ready=True)
quiet, spoken, heard = 0, False, b""
for line in sys.stdin:
    told = json.loads(line)
    if "mic" not in told: continue
    pcm = base64.b64decode(told["mic"])
    heard += pcm
    loud = max(abs(x) for x in memoryview(pcm).cast("h")) > 300
    spoken, quiet = spoken or loud, 0 if loud else quiet + 1
    if spoken and (quiet >= 10 or "early" in sys.argv and len(heard) > 16000):
        words = ask(1, "transcribe", pcm=base64.b64encode(heard).decode())
        reply = "".join(part["text"] for part in ask(2, "converse", words=words[0]["text"]))
        sound = ask(3, "synthesize", text=reply)
        tell(sound=base64.b64encode(bytes(4000)).decode())
        for part in sound: tell(sound=part["pcm"])
        print(words[0]["text"], "->", reply, file=open(sys.argv[1], "a"))
        quiet, spoken, heard = -1000, False, b""
        if "dies" in sys.argv: break
"""


def command(note: Path, *how: str) -> list[str]:
    return [sys.executable, "-c", PROGRAM, str(note), *how]


@pytest.fixture
def engines() -> Engines:
    return Engines.costed(free(load_profile("pi5")))


@pytest.mark.slow
async def test_what_it_asks_is_answered_by_the_script_and_its_first_sound_is_timed(
    tmp_path: Path, engines: Engines
) -> None:
    note = tmp_path / "note"
    async with PipecatChain.started(command(note), engines) as chain:
        ms = await chain.say(COMMANDS[0])
    assert ms is not None
    assert ms > 0
    assert note.read_text() == f"{COMMANDS[0].words} -> The kitchen light is on.\n"


@pytest.mark.slow
async def test_a_question_is_answered_by_the_language_model(tmp_path: Path, engines: Engines) -> None:
    note = tmp_path / "note"
    async with PipecatChain.started(command(note), engines) as chain:
        assert await chain.say(QUESTIONS[3]) is not None
    assert note.read_text() == f"{QUESTIONS[3].words} -> {QUESTIONS[3].reply}\n"


@pytest.mark.slow
async def test_an_answer_before_all_was_said_is_none(tmp_path: Path, engines: Engines) -> None:
    async with PipecatChain.started(command(tmp_path / "note", "early"), engines) as chain:
        assert await chain.say(COMMANDS[3]) is None


async def test_a_program_that_does_not_run_is_an_error(engines: Engines) -> None:
    with pytest.raises(EngineError, match="ended"):
        async with PipecatChain.started([sys.executable, "-c", "import no_such_module"], engines):
            pass
