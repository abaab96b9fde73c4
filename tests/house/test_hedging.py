"""The first of several that answers is heard; the others are let go."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

import pytest

from assistant.errors import EngineError
from assistant.house.spare import (
    FIRST_SOUND_S,
    FIRST_WORD_S,
    REST_S,
    TRANSCRIPT_S,
    SparedLlm,
    SparedStt,
    SparedTts,
    spared,
    spared_ears,
)
from assistant.journal import Entry, Journal
from assistant.messages import LlmItem, LlmUsage, Prompt, Sound, SpeechChunk, TextDelta, Transcript
from tests.think.virtual import run

DOWN = EngineError("connection refused")
Step = float | str | Exception


class Engine:
    """Waits, answers and fails as told, in any of the three trades; notes when it was let go."""

    def __init__(self, name: str, *script: Step) -> None:
        self.name = name
        self.script = script
        self.asked: list[float] = []
        self.let_go: list[float] = []
        self.heard = 0

    async def steps(self) -> AsyncGenerator[str, None]:
        loop = asyncio.get_running_loop()
        self.asked.append(loop.time())
        whole = False
        try:
            for step in self.script:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, str):
                    yield step
                else:
                    await asyncio.sleep(step)
            whole = True
        finally:
            if not whole:
                self.let_go.append(loop.time())

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        async for text in self.steps():
            yield TextDelta(text)
        yield LlmUsage(0, 0, 0)

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        async for piece in self.steps():
            yield Sound(piece.encode(), 16_000)

    async def transcribe(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[Transcript, None]:
        self.asked.append(asyncio.get_running_loop().time())
        if self.script[:1] == (DOWN,):
            raise DOWN
        async for chunk in speech:
            self.heard += 1
            if chunk.paused:
                yield Transcript(self.name, False, at_pause=1)
        async for text in self.steps():
            yield Transcript(text, True)


def answers(first: Engine, second: Engine, *waits_s: float) -> list[str]:
    async def ask() -> list[str]:
        llm, said = SparedLlm(first, second, Journal(lambda: 0.0)), []
        for wait_s in waits_s:
            await asyncio.sleep(wait_s)
            items = [item async for item in llm.converse(Prompt(()))]
            said.append("".join(item.text for item in items if isinstance(item, TextDelta)))
        return said

    return run(ask())


def test_a_slow_first_that_is_still_quicker_is_heard_and_the_second_let_go() -> None:
    first, second = Engine("server", FIRST_WORD_S + 1, "server"), Engine("local", 30.0, "local")
    assert answers(first, second, 0, 0) == ["server", "server"]
    assert second.asked == [FIRST_WORD_S, 2 * FIRST_WORD_S + 1]
    assert second.let_go == [FIRST_WORD_S + 1, 2 * FIRST_WORD_S + 2]


def test_a_first_that_loses_is_let_go_and_left_alone_for_a_while() -> None:
    first, second = Engine("server", 100.0, "server"), Engine("local", 1.0, "local")
    assert answers(first, second, 0, 1, REST_S) == ["local"] * 3
    assert first.let_go[0] == FIRST_WORD_S + 1
    assert len(first.asked) == 2


def test_the_second_is_asked_at_once_where_the_first_fails() -> None:
    first, second = Engine("server", 0.5, DOWN), Engine("local", "local")
    assert answers(first, second, 0) == ["local"]
    assert second.asked == [0.5]


def chained(*engines: Engine, waits_s: Sequence[float]) -> list[str]:
    async def ask() -> list[str]:
        llm, said = spared(engines, Journal(lambda: 0.0)), []
        assert llm is not None
        for wait_s in waits_s:
            await asyncio.sleep(wait_s)
            items = [item async for item in llm.converse(Prompt(()))]
            said.append("".join(item.text for item in items if isinstance(item, TextDelta)))
        return said

    return run(ask())


def test_behind_a_spare_there_may_be_another_which_is_asked_where_both_are_slow() -> None:
    first, second = Engine("server", 100.0, "server"), Engine("other", 100.0, "other")
    third = Engine("local", 1.0, "local")
    assert chained(first, second, third, waits_s=(0, 1)) == ["local", "local"]
    assert (second.asked, third.asked[0]) == ([FIRST_WORD_S], 2 * FIRST_WORD_S)
    assert len(first.asked) == len(second.asked) == 1, "both are left alone for a while"
    assert third.asked[1] == 2 * FIRST_WORD_S + 2, "and then nobody waits for them"


def test_servers_that_are_gone_are_passed_over_at_once() -> None:
    gone = [Engine(str(number), DOWN) for number in range(3)]
    last = Engine("local", "local")
    assert chained(*gone, last, waits_s=(0,)) == ["local"]
    assert last.asked == [0.0]


def test_a_spare_of_a_spare_hears_the_whole_utterance() -> None:
    async def ask() -> tuple[list[str], int]:
        ears = Engine("server", DOWN), Engine("other", DOWN), Engine("local", "heard")

        async def speech() -> AsyncGenerator[SpeechChunk, None]:
            for at in range(5):
                yield SpeechChunk(bytes(1024), at, True)

        (whole,) = spared_ears(ears[:1], ears[1:], Journal(lambda: 0.0))
        return [each.text async for each in whole.transcribe(speech()) if each.final], ears[-1].heard

    assert run(ask()) == (["heard"], 5)


def test_when_both_fail_the_first_failure_is_told() -> None:
    with pytest.raises(EngineError, match="refused"):
        answers(Engine("server", DOWN), Engine("local", EngineError("no model")), 0)


def test_whoever_no_longer_wants_the_answer_lets_both_go() -> None:
    first, second = Engine("server", 100.0, "server"), Engine("local", 100.0, "local")

    async def ask() -> None:
        items = SparedLlm(first, second, Journal(lambda: 0.0)).converse(Prompt(()))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(FIRST_WORD_S + 2):
                await anext(items)
        await items.aclose()

    run(ask())
    assert first.let_go == second.let_go == [FIRST_WORD_S + 2]


def test_a_voice_that_is_slow_is_taken_over_and_never_mixed_with_the_other() -> None:
    entries: list[Entry] = []

    async def say(first: Engine, second: Engine) -> bytes:
        journal = Journal(lambda: 0.0)
        voice = SparedTts(first, second, journal)
        with journal.reading(entries.append):
            return b"".join([sound.pcm async for sound in voice.synthesize("Dinner is ready.")])

    slow = Engine("server", FIRST_SOUND_S + 0.1, "aa", "aa")
    assert run(say(slow, Engine("local", "bb", 5.0, "bb"))) == b"bbbb"
    assert len(entries) == 1
    assert run(say(Engine("server", 1.0, "aa", 9.0, "aa"), Engine("local", "bb"))) == b"aaaa"
    assert run(say(Engine("server"), Engine("local", "bb"))) == b""
    with pytest.raises(EngineError):
        run(say(Engine("server", "aa", DOWN), Engine("local", "bb")))


def heard(first: Engine, second: Engine, speech: Sequence[SpeechChunk]) -> list[Transcript]:
    async def sound() -> AsyncIterator[SpeechChunk]:
        for chunk in speech:
            await asyncio.sleep(0.032)
            yield chunk

    async def ask() -> list[Transcript]:
        ear = SparedStt(first, second, Journal(lambda: 0.0))
        return [reading async for reading in ear.transcribe(sound())]

    return run(ask())


SPEECH = [SpeechChunk(bytes(1024), at * 512, voiced=at < 90, paused=at == 95) for at in range(100)]
END_S = 100 * 0.032


def test_an_ear_that_is_down_is_replaced_while_the_words_are_still_being_said() -> None:
    second = Engine("local", 0.3, "words")
    got = heard(Engine("server", DOWN), second, SPEECH)
    assert [(reading.text, reading.final) for reading in got] == [("local", False), ("words", True)]
    assert (second.asked[0], second.heard) == (0.0, 100)


def test_a_slow_ear_is_waited_for_from_the_end_of_speech_and_the_first_transcript_counts() -> None:
    second = Engine("local", 1.0, "local words")
    (*_, last) = heard(Engine("server", TRANSCRIPT_S + 5, "late words"), second, SPEECH)
    assert last.text == "local words"
    assert second.asked[0] == pytest.approx(END_S + TRANSCRIPT_S)
    assert second.heard == 100
    idle = Engine("local", "local words")
    assert heard(Engine("server", TRANSCRIPT_S - 0.1, "words"), idle, SPEECH)[-1].text == "words"
    assert idle.asked == []
