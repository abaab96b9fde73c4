"""Workers that die, hang, flood and write garbage: the call fails at once, the next one works."""

import asyncio
import os
import signal
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import EngineError, EngineGone, EngineTimeout
from assistant.house.hosted import HostedLlm, HostedStt, HostedTts
from assistant.house.kept import EngineState
from assistant.house.retry import call_with_retry
from assistant.house.supervisor import Breaker, Restarts
from assistant.journal import Entry, Journal
from assistant.messages import ChatMessage, Failed, Prompt, TextDelta
from tests.house.hosting import SHORT, everything, heard, hosted, replied, said, speech, until

ENDS = {"die": EngineGone, "garbage": EngineGone, "crash": EngineGone, "hang": EngineTimeout}


def fault(kind: str, **how: Any) -> dict[str, Any]:
    return {"fault": {"kind": kind, "when": "boom", **how}}


SPAWNED_LATE = pytest.param("spawn", marks=pytest.mark.slow)


@pytest.mark.parametrize(
    ("launcher", "at"),
    [
        ("thread", "call"),
        ("thread", "item"),
        ("thread", "end"),
        ("spawn", "item"),
        pytest.param("spawn", "call", marks=pytest.mark.slow),
        pytest.param("spawn", "end", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("kind", list(ENDS))
async def test_a_fault_ends_the_call_and_not_the_house(launcher: str, kind: str, at: str) -> None:
    impatient = replace(SHORT, first_s=0.5, between_s=0.5) if kind == "hang" else SHORT
    async with hosted(HostedTts, fault(kind, at=at), launcher=launcher, deadlines=impatient) as tts:
        before = tts.status.pid
        with pytest.raises(ENDS[kind]) as raised:
            await said(tts, "boom and more")
        assert raised.value.retryable
        tts.deadlines = SHORT
        assert await said(tts, "all is well") == "all is well"
        assert tts.status.deaths == 1
        assert launcher == "thread" or tts.status.pid not in (0, before)


async def test_the_cause_is_told_to_the_caller_and_the_journal() -> None:
    journal, entries = Journal(asyncio.get_running_loop().time), list[Entry]()
    with journal.reading(entries.append):
        async with hosted(HostedTts, fault("die"), journal=journal, launcher="spawn") as tts:
            with pytest.raises(EngineGone, match=r"tts: the engine's process ended \(killed by SIGSEGV\)"):
                await said(tts, "boom")
            await said(tts, "well")
            assert "SIGSEGV" in tts.status.reason
    (entry,) = entries
    assert isinstance(entry.happening, Failed)
    assert "SIGSEGV" in entry.happening.error


async def test_a_crash_names_its_exception() -> None:
    async with hosted(HostedLlm, fault("crash")) as llm:
        with pytest.raises(EngineGone, match="RuntimeError: scripted to crash"):
            await replied(llm, "boom")
        assert await replied(llm, "well?") == "I don't know that."


async def test_an_error_of_its_own_leaves_the_worker_alone() -> None:
    async with hosted(HostedStt, fault("error", at="item"), launcher="spawn") as stt:
        before = stt.status.pid
        with pytest.raises(EngineError, match="scripted to fail") as raised:
            await heard(stt, "boom")
        assert not raised.value.retryable
        assert await heard(stt, "help") == "help"
        assert (stt.status.pid, stt.status.deaths) == (before, 0)


async def test_killed_from_outside_in_the_middle_of_a_call(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    async with hosted(HostedLlm, {"gate": str(gate)}, launcher="spawn") as llm:
        call = asyncio.create_task(replied(llm, "hello"))
        await until(lambda: llm.status.state is EngineState.BUSY)
        os.kill(llm.status.pid, signal.SIGKILL)
        with pytest.raises(EngineGone, match="SIGKILL"):
            await call
        fifo = os.open(gate, os.O_RDWR)
        os.write(fifo, b"x")
        assert await replied(llm, "hello") == "I don't know that."
        os.close(fifo)


@pytest.mark.slow
async def test_who_was_killed_from_outside_is_tried_again(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    async with hosted(HostedTts, {"gate": str(gate)}, launcher="spawn") as tts:
        for _ in range(3):
            await until(lambda: tts.status.state is EngineState.READY)
            call = asyncio.create_task(said(tts, "hello"))
            await until(lambda: tts.status.state is EngineState.BUSY)
            os.kill(tts.status.pid, signal.SIGKILL)
            with pytest.raises(EngineGone, match="SIGKILL") as raised:
                await call
            assert raised.value.retryable


async def test_killed_while_idle_it_is_back_before_the_next_call() -> None:
    async with hosted(HostedTts, launcher="spawn") as tts:
        before = tts.status.pid
        os.kill(before, signal.SIGKILL)
        await until(lambda: tts.status.pid not in (0, before))
        assert await said(tts, "back again") == "back again"
        assert tts.status.deaths == 1


@pytest.mark.slow
async def test_a_stopped_process_is_missed_within_its_sign_of_life() -> None:
    async with hosted(HostedStt, deadlines=replace(SHORT, alive_s=2.5), launcher="spawn") as stt:
        os.kill(stt.status.pid, signal.SIGSTOP)
        with pytest.raises(EngineTimeout, match="no sign of life"):
            await heard(stt, "stop")
        assert await heard(stt, "stop") == "stop"
        assert "SIGKILL" in stt.status.reason


async def test_a_frozen_ear_is_missed_while_the_speaker_still_speaks() -> None:
    async def silent() -> Any:
        async for chunk in speech("turn on"):
            yield chunk
        await asyncio.Event().wait()

    frozen = replace(SHORT, alive_s=2.5)
    async with hosted(HostedStt, deadlines=frozen, launcher="spawn") as stt:
        transcripts = stt.transcribe(silent())
        await anext(transcripts)
        os.kill(stt.status.pid, signal.SIGSTOP)
        with pytest.raises(EngineTimeout, match="no sign of life"):
            await everything(transcripts)


async def test_a_slow_call_is_left_alone_while_its_speaker_speaks() -> None:
    """Silence of the ear counts only while it owes something."""
    go_on = asyncio.Event()

    async def with_a_pause() -> Any:
        async for chunk in speech("turn on"):
            yield chunk
        await go_on.wait()
        async for chunk in speech("the light"):
            yield chunk

    impatient = replace(SHORT, first_s=0.3, between_s=0.3)
    async with hosted(HostedStt, deadlines=impatient) as stt:
        asyncio.get_running_loop().call_later(0.8, go_on.set)
        transcripts = await everything(stt.transcribe(with_a_pause()))
        assert transcripts[-1].text == "turn on the light"


@pytest.mark.slow
async def test_a_silent_engine_lives_as_long_as_its_process_says_so(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    fifo = os.open(gate, os.O_RDWR)
    async with hosted(HostedTts, {"gate": str(gate)}, deadlines=replace(SHORT, alive_s=2.5)) as tts:
        asyncio.get_running_loop().call_later(5.0, os.write, fifo, b"x")
        assert await said(tts, "at last") == "at last"
    os.close(fifo)


async def test_endless_items_end_with_their_listener() -> None:
    async with hosted(HostedLlm, fault("endless")) as llm:
        before = llm.status.pid
        prompt = Prompt((ChatMessage("user", "boom"),))
        count = 0
        async with aclosing(llm.converse(prompt)) as items:
            async for item in items:
                count += isinstance(item, TextDelta)
                if count == 2_000:
                    break
        assert await replied(llm, "and now?") == "I don't know that."
        assert (llm.status.pid, llm.status.deaths) == (before, 0)


async def test_an_engine_deaf_to_a_cancel_is_killed() -> None:
    patient = replace(SHORT, cancel_s=0.3)
    async with hosted(HostedTts, fault("hang", at="item"), deadlines=patient, launcher="spawn") as tts:
        async with aclosing(tts.synthesize("boom")) as sounds:
            await anext(sounds)
        assert await said(tts, "free again") == "free again"
        assert tts.status.deaths == 1
        assert "went on with a cancelled call" in tts.status.reason


async def test_endless_output_neither_blocks_nor_breaks() -> None:
    async with hosted(HostedTts, fault("chatter", at="item"), launcher="spawn") as tts:
        before = tts.status.pid
        async with aclosing(tts.synthesize("boom")) as sounds:
            await anext(sounds)
            chatter = (await tts._kept.ready()).process._chatter  # type: ignore[attr-defined]
            await until(lambda: chatter.drained > 2_000_000)
        assert await said(tts, "quiet now") == "quiet now"
        assert (tts.status.pid, tts.status.deaths) == (before, 0)


async def test_the_last_configuration_reaches_the_next_worker() -> None:
    async with hosted(HostedStt, fault("die", at="item")) as stt:
        await stt.configure({"wake_phrases": ["okay house"]})
        await stt.configure({"refuse": ["stop"]})
        with pytest.raises(EngineGone):
            await heard(stt, "boom")
        transcripts = await everything(stt.transcribe(speech("okay house stop")))
        assert (transcripts[-1].text, transcripts[-1].refused) == ("stop", "scripted")


async def test_a_configuration_that_kills_is_given_up() -> None:
    async with hosted(HostedStt) as stt:
        with pytest.raises(EngineGone):
            await stt.configure({"fault": {"kind": "die", "at": "configure"}})
        assert await heard(stt, "stop") == "stop"
        assert stt.status.deaths == 2


@pytest.mark.parametrize("launcher", ["thread", SPAWNED_LATE])
async def test_text_that_killed_twice_is_not_tried_again(launcher: str) -> None:
    async with hosted(HostedTts, fault("die"), launcher=launcher) as tts:
        retryable = []
        for _ in range(2):
            with pytest.raises(EngineGone) as raised:
                await said(tts, "boom")
            retryable.append(raised.value.retryable)
        assert retryable == [True, False]
        with pytest.raises(EngineError, match="twice"):
            await said(tts, "boom")
        assert tts.status.deaths == 2
        assert await said(tts, "bang") == "bang"


async def test_sound_that_killed_twice_is_not_tried_again() -> None:
    async with hosted(HostedStt, fault("die", at="item")) as stt:
        for _ in range(2):
            with pytest.raises(EngineGone):
                await heard(stt, "turn on the boom box")
        with pytest.raises(EngineError, match="twice"):
            await heard(stt, "turn on the boom box")
        assert stt.status.deaths == 2
        assert await heard(stt, "turn on the light") == "turn on the light"


@pytest.mark.parametrize("launcher", ["thread", SPAWNED_LATE])
async def test_five_deaths_a_minute_open_the_breaker(launcher: str) -> None:
    restarts = Restarts(backoff_s=0.001, rest_s=3600)
    async with hosted(HostedTts, fault("die"), launcher=launcher, restarts=restarts) as tts:
        for number in range(5):
            with pytest.raises(EngineGone):
                await said(tts, f"boom {number}")
        await until(lambda: tts.status.state is EngineState.RESTING)
        with pytest.raises(EngineGone, match="resting") as raised:
            await said(tts, "hello")
        assert not raised.value.retryable
        assert tts.status.deaths == 5


async def test_after_the_rest_one_trial_brings_it_back() -> None:
    restarts = Restarts(deaths=1, rest_s=0.01)
    async with hosted(HostedTts, fault("die"), restarts=restarts) as tts:
        with pytest.raises(EngineGone):
            await said(tts, "boom")
        await until(lambda: tts.status.state is EngineState.READY)
        assert await said(tts, "hello") == "hello"
        assert tts._kept._supervisor.breaker is Breaker.CLOSED


@pytest.mark.parametrize("launcher", ["thread", SPAWNED_LATE])
async def test_one_retry_on_a_fresh_worker(launcher: str, tmp_path: Path) -> None:
    once = fault("die", once=str(tmp_path / "died"))
    async with hosted(HostedTts, once, launcher=launcher) as tts:
        sounds = await everything(call_with_retry(lambda: tts.synthesize("boom")))
        assert len(sounds) == 1
        assert tts.status.deaths == 1


async def test_no_retry_when_it_is_too_late_or_something_was_said(tmp_path: Path) -> None:
    async with hosted(HostedTts, fault("die", once=str(tmp_path / "a"))) as tts:
        with pytest.raises(EngineGone):
            await everything(call_with_retry(lambda: tts.synthesize("boom"), lambda: False))
    late = fault("die", at="item", once=str(tmp_path / "b"))
    async with hosted(HostedTts, late) as tts:
        with pytest.raises(EngineGone):
            await everything(call_with_retry(lambda: tts.synthesize("boom")))
