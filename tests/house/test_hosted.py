"""Hosted engines: answers, cancelling, deadlines, configuration, waiting, hanging up."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from assistant import scripted
from assistant.errors import EngineError, EngineGone, ModelMissing, SettingsError
from assistant.house.hosted import HostedLlm, HostedStt, HostedTts
from assistant.house.kept import EngineState
from assistant.house.wire import PCM_CAP
from assistant.messages import ChatMessage, Prompt, Sound, SpeechChunk, TextDelta, Transcript
from assistant.ports import Cancelled, Llm, Stt, Tts
from tests.house.hosting import LAUNCHERS, everything, heard, hosted, replied, said, speech, until

HERE = __name__


class OddTts:
    """A voice that does what no voice should."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options

    def load(self) -> None:
        if self._options.get("absent"):
            raise ModelMissing("the model is not here", spoken="I have no voice.")

    def configure(self, changes: Mapping[str, Any]) -> None:
        raise EngineError("it can't be configured")

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[Any]:
        if text == "long":
            yield Sound(bytes(2 * PCM_CAP + 10), 22_050)
        elif text == "forever":
            while True:
                yield Sound(b"\0\0", 22_050)
        elif text == "words":
            yield TextDelta("words")
        else:
            yield object()


class HastyStt:
    """An ear that ends before its utterance does, or never says its last word."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._final = bool(options.get("final"))

    def load(self) -> None: ...

    def transcribe(self, speech: Iterator[SpeechChunk], cancelled: Cancelled) -> Iterator[Transcript]:
        next(speech)
        yield Transcript("enough", final=self._final)


@pytest.mark.parametrize("launcher", LAUNCHERS)
async def test_each_kind_answers_and_answers_again(launcher: str) -> None:
    async with (
        hosted(HostedStt, launcher=launcher) as stt,
        hosted(HostedTts, launcher=launcher) as tts,
        hosted(HostedLlm, {"default": ["So it is."]}, launcher=launcher) as llm,
    ):
        for text in ("turn on the light", "what's the time"):
            assert await heard(stt, text) == text
            assert await said(tts, text) == text
            assert await replied(llm, text) == "So it is."


async def test_ports_fit() -> None:
    ports: tuple[Stt, Llm, Tts] = (
        HostedStt("a", "x:Y", {}),
        HostedLlm("b", "x:Y", {}),
        HostedTts("c", "x:Y", {}),
    )
    assert [port.name for port in ports] == ["a", "b", "c"]


async def test_partials_come_while_the_speaker_speaks() -> None:
    go_on = asyncio.Event()

    async def slowly() -> AsyncIterator[SpeechChunk]:
        async for chunk in speech("turn on"):
            yield chunk
        await go_on.wait()
        async for chunk in speech("the light"):
            yield chunk

    async with hosted(HostedStt) as stt, aclosing(stt.transcribe(slowly())) as transcripts:
        texts = []
        async for transcript in transcripts:
            texts.append(transcript.text)
            if transcript.text == "turn on":
                go_on.set()
    assert texts == ["turn", "turn on", "turn on the", "turn on the light", "turn on the light"]


@pytest.mark.parametrize("launcher", LAUNCHERS)
async def test_closing_early_cancels_and_late_items_are_dropped(launcher: str) -> None:
    async with hosted(HostedTts, {"fault": {"kind": "endless", "when": "and"}}, launcher=launcher) as tts:
        before = tts.status.pid
        for _ in range(3):
            async with aclosing(tts.synthesize("one two and")) as sounds:
                async for _ in sounds:
                    break
            assert await said(tts, "three four") == "three four"
        assert (tts.status.deaths, tts.status.pid) == (0, before)


async def test_a_cancelled_task_cancels_the_call(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    async with hosted(HostedStt, {"gate": str(gate)}) as stt:
        task = asyncio.create_task(heard(stt, "stop"))
        await until(lambda: stt.status.state is EngineState.BUSY)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        open_gate(gate)
        assert await heard(stt, "help") == "help"
        assert stt.status.deaths == 0


def open_gate(gate: Path) -> None:
    fifo = os.open(gate, os.O_RDWR)
    os.write(fifo, b"xx")  # a call that is just being cancelled may take one
    # Kept open until the process ends: a FIFO forgets its bytes with its last holder.


async def test_an_error_of_the_sound_source_ends_the_call() -> None:
    async def broken() -> AsyncIterator[SpeechChunk]:
        async for chunk in speech("turn on"):
            yield chunk
        raise OSError("the microphone is gone")

    async with hosted(HostedStt) as stt:
        with pytest.raises(OSError, match="microphone"):
            await everything(stt.transcribe(broken()))
        assert await heard(stt, "stop") == "stop"
        assert stt.status.deaths == 0


async def test_an_engine_may_end_before_its_input() -> None:
    async def endless() -> AsyncIterator[SpeechChunk]:
        while True:
            yield SpeechChunk(bytes(1024), 0, voiced=False)
            await asyncio.sleep(0)

    for final in (True, False):
        async with hosted(HostedStt, {"final": final}, engine=f"{HERE}:HastyStt") as stt:
            call = everything(stt.transcribe(endless()))
            if final:
                assert await call == [Transcript("enough", final=True)]
            else:
                with pytest.raises(EngineError, match="final"):
                    await call


async def test_a_call_much_larger_than_a_header_travels() -> None:
    words = "word " * 40_000
    async with hosted(HostedLlm, {"replies": {"sum up": ["Words."]}}) as llm:
        prompt = Prompt((ChatMessage("system", words), ChatMessage("user", "sum up")))
        items = await everything(llm.converse(prompt))
    assert TextDelta("Words. ") in items


async def test_a_long_recording_goes_in_as_the_engine_takes_it() -> None:
    recording = speech(scripted.silence(100), "stop", size=65_536)
    async with hosted(HostedStt) as stt, asyncio.timeout(30):
        assert (await everything(stt.transcribe(recording)))[-1].text == "stop"


async def test_sound_longer_than_a_frame_comes_in_pieces() -> None:
    async with hosted(HostedTts, engine=f"{HERE}:OddTts") as tts:
        sounds = await everything(tts.synthesize("long"))
        assert [len(sound.pcm) for sound in sounds] == [PCM_CAP, PCM_CAP, 10]


async def test_an_engine_that_never_looks_up_is_stopped_between_items() -> None:
    async with hosted(HostedTts, engine=f"{HERE}:OddTts") as tts:
        async with aclosing(tts.synthesize("forever")) as sounds:
            await anext(sounds)
        assert len(await everything(tts.synthesize("long"))) == 3
        assert tts.status.deaths == 0


async def test_items_of_another_kind_are_an_error() -> None:
    async with hosted(HostedTts, engine=f"{HERE}:OddTts") as tts:
        with pytest.raises(EngineError, match="something else than sound"):
            await everything(tts.synthesize("words"))
        with pytest.raises(EngineError, match="object does not travel"):
            await everything(tts.synthesize("nothing"))


@pytest.mark.parametrize(
    ("engine", "options", "error", "text"),
    [
        ("assistant.no_such:Thing", {}, EngineError, "can't be imported"),
        ("assistant.scripted:NoSuch", {}, EngineError, "can't be imported"),
        ("assistant.scripted:ScriptedTts", {"rate_hz": "high"}, EngineError, "rate_hz"),
        ("assistant.scripted:ScriptedTts", {"fault": {"kind": "die", "at": "load"}}, EngineGone, "SIGSEGV"),
        (f"{HERE}:OddTts", {"absent": True}, ModelMissing, "not here"),
    ],
)
async def test_an_engine_that_cannot_start_says_why(
    engine: str, options: dict[str, Any], error: type[Exception], text: str
) -> None:
    tts = HostedTts("tts", engine, options, launcher="spawn" if error is EngineGone else "thread")
    with pytest.raises(error, match=text):
        await tts.start()
    assert tts.status.state is EngineState.FAILED
    assert text in tts.status.reason
    with pytest.raises(EngineGone, match="failed"):
        await said(tts, "hello")
    await tts.close()


def environment_of(pid: int) -> list[bytes]:
    return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")


async def test_its_environment_reaches_the_process_and_not_the_engine() -> None:
    async with hosted(HostedTts, {"environment": {"OMP_NUM_THREADS": "1"}}, launcher="spawn") as tts:
        environment = environment_of(tts.status.pid)
        assert b"OMP_NUM_THREADS=1" in environment
        assert b"PATH=" + os.environ["PATH"].encode() in environment
    with pytest.raises(SettingsError):
        HostedTts("tts", "x:Y", {"environment": "OMP_NUM_THREADS=1"})


@pytest.mark.parametrize("launcher", LAUNCHERS)
async def test_configure_changes_the_engine_between_calls(launcher: str) -> None:
    async with hosted(HostedStt, launcher=launcher) as stt:
        assert await heard(stt, "okay house stop") == "okay house stop"
        await stt.configure({"wake_phrases": ["okay house"]})
        assert await heard(stt, "okay house stop") == "stop"
        with pytest.raises(EngineError, match="colour"):
            await stt.configure({"colour": "red"})
        assert await heard(stt, "okay house stop") == "stop"


async def test_what_was_configured_before_the_start_counts() -> None:
    stt = HostedStt("stt", "assistant.scripted:ScriptedStt", {}, launcher="thread")
    await stt.configure({"wake_phrases": ["okay house"]})
    await stt.start()
    assert await heard(stt, "okay house stop") == "stop"
    await stt.close()


async def test_four_calls_may_wait_and_a_fifth_is_refused(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    async with hosted(HostedTts, {"gate": str(gate)}) as tts:
        first = [asyncio.create_task(said(tts, str(number))) for number in range(5)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(EngineError, match="too many calls"):
            await said(tts, "too late")
        for _ in first:
            open_gate(gate)
        assert await asyncio.gather(*first) == ["0", "1", "2", "3", "4"]


async def test_an_engine_far_ahead_of_its_listener_waits() -> None:
    endless = {"fault": {"kind": "endless"}}
    async with hosted(HostedTts, endless) as tts, aclosing(tts.synthesize("and")) as sounds:
        await anext(sounds)
        worker = await tts._kept.ready()
        transport = worker.wire._transport
        assert transport is not None
        await until(lambda: not transport.is_reading())
        assert worker.wire._bytes < 9 * 1024 * 1024
        for _ in range(500):
            assert scripted.read_back((await anext(sounds)).pcm)


async def test_closing_ends_a_running_call_and_the_process(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    async with hosted(HostedTts, {"gate": str(gate)}, launcher="spawn") as tts:
        pid = tts.status.pid
        call = asyncio.create_task(said(tts, "hello"))
        await until(lambda: tts.status.state is EngineState.BUSY)
        await tts.close()
        with pytest.raises(EngineGone):
            await call
    assert tts.status.state is EngineState.STOPPED
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_ctrl_c_is_not_for_engines() -> None:
    async with hosted(HostedTts, launcher="spawn") as tts:
        pid = tts.status.pid
        assert os.getsid(pid) == pid
        os.kill(pid, signal.SIGINT)
        assert await said(tts, "still here") == "still here"
        assert tts.status.pid == pid


ORPHAN = """
import asyncio, os, sys
from assistant.house.hosted import HostedTts

async def main():
    fault = {"fault": {"kind": "hang"}}
    tts = HostedTts("tts", "assistant.scripted:ScriptedTts", fault)
    await tts.start()
    print(tts.status.pid, flush=True)
    async for _ in tts.synthesize("hello"):
        pass

asyncio.run(main())
"""


def test_no_engine_outlives_the_house() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, text=True) as house:
        assert house.stdout is not None
        engine = os.pidfd_open(int(house.stdout.readline()))
        house.kill()
    try:
        ended, _, _ = select.select([engine], [], [], 20)
        assert ended
    finally:
        os.close(engine)
