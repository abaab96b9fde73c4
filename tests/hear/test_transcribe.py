"""Which ear is believed, and what is left when ears fail."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence

import numpy as np
import pytest

from assistant.errors import EngineError, EngineGone
from assistant.hear.heard import Utterance
from assistant.hear.transcribe import Transcribe
from assistant.messages import SpeechChunk, Transcript
from assistant.ports import Stt

CHUNK = SpeechChunk(bytes(1024), 0, True)


class Says:
    """An ear with one answer a call; it reads the utterance to its end first."""

    def __init__(self, *answers: Transcript | EngineError, for_ever: bool = False) -> None:
        self.name = "scripted"
        self.read = 0
        """Chunks, over all calls."""
        self.closed = 0
        self._answers = list(answers)
        self._for_ever = for_ever

    async def transcribe(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[Transcript, None]:
        try:
            async for _ in speech:
                self.read += 1
            if self._for_ever:
                await asyncio.Event().wait()
            answer = self._answers.pop(0)
            if isinstance(answer, EngineError):
                raise answer
            yield answer
        finally:
            self.closed += 1


def heard(text: str, refused: str | None = None, *, ask: bool = False) -> Transcript:
    return Transcript(text, final=True, refused=refused, ask=ask)


def gone(*, retryable: bool) -> EngineGone:
    error = EngineGone("scripted")
    error.retryable = retryable
    return error


async def transcript(ears: Sequence[Says], told: list[Transcript] | None = None) -> Transcript:
    utterance = Utterance()
    reading = asyncio.create_task(Transcribe(ears)(utterance, ([] if told is None else told).append))
    for _ in range(3):
        utterance.add(CHUNK)
        await asyncio.sleep(0)
    utterance.end()
    return await reading


async def test_what_the_narrow_ear_accepts_waits_for_nobody() -> None:
    wide = Says(for_ever=True)
    told: list[Transcript] = []
    assert (await transcript([Says(heard("stop")), wide], told)).text == "stop"
    assert [each.text for each in told] == ["stop"]
    assert wide.closed == 1


async def test_what_the_narrow_ear_refuses_the_wide_ear_hears() -> None:
    told: list[Transcript] = []
    ears = [Says(heard("", "no house command")), Says(heard("who wrote it"))]
    assert (await transcript(ears, told)).text == "who wrote it"
    assert [each.text for each in told] == ["", "who wrote it"]


async def test_a_doubt_is_worth_more_than_a_refusal() -> None:
    ears = [Says(heard("turn it on", "unsure", ask=True)), Says(heard("noise", "noise"))]
    assert (await transcript(ears)).text == "turn it on"
    assert (await transcript([Says(heard("a", "no")), Says(heard("b", "unsure", ask=True))])).text == "b"


async def test_an_ear_that_died_reads_the_whole_utterance_once_more() -> None:
    ear = Says(gone(retryable=True), heard("stop"))
    assert (await transcript([ear])).text == "stop"
    assert ear.read == 6


async def test_a_failure_that_is_no_fault_of_the_worker_is_not_tried_again() -> None:
    ear = Says(gone(retryable=False), heard("stop"))
    with pytest.raises(EngineGone):
        await transcript([ear])


async def test_a_dead_wide_ear_leaves_the_refusal_and_a_dead_narrow_one_the_wide() -> None:
    dead = gone(retryable=False)
    assert (await transcript([Says(heard("a", "refused")), Says(dead)])).refused == "refused"
    assert (await transcript([Says(dead), Says(heard("b"))])).text == "b"


async def test_without_any_ear_left_the_first_failure_is_told() -> None:
    with pytest.raises(EngineGone, match="scripted"):
        await transcript([Says(gone(retryable=False)), Says(EngineError("another"))])


async def test_an_engine_without_a_final_word_has_failed() -> None:
    with pytest.raises(EngineError, match="without a final"):
        await transcript([Says(Transcript("sto", final=False))])


async def test_the_ears_read_along_while_the_utterance_grows() -> None:
    ear, utterance = Says(heard("stop")), Utterance()
    reading = asyncio.create_task(Transcribe([ear])(utterance, lambda _: None))
    for count in range(1, 4):
        utterance.add(CHUNK)
        for _ in range(5):
            await asyncio.sleep(0)
        assert ear.read == count
    utterance.end()
    assert (await reading).text == "stop"


async def test_nobody_wants_it_any_more() -> None:
    ear, utterance = Says(heard("stop")), Utterance()
    reading = asyncio.create_task(Transcribe([ear])(utterance, lambda _: None))
    utterance.add(CHUNK)
    for _ in range(5):
        await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert ear.closed == 1


class Reads:
    """An ear that reads at every pause, some words late."""

    def __init__(self, *texts: str | None, late: int = 0) -> None:
        self.name = "scripted"
        self._texts = texts
        self._late = late

    async def transcribe(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[Transcript, None]:
        pauses, waiting = 0, -1
        async for chunk in speech:
            if chunk.paused:
                pauses, waiting = pauses + 1, self._late
            waiting -= 1
            if waiting == -1:
                yield self._transcript(pauses)
        yield self._transcript(0)

    def _transcript(self, pause: int) -> Transcript:
        text = self._texts[pause - 1]
        return Transcript(
            text or "", pause == 0, refused="not sure" if text is None else None, at_pause=pause
        )


PAUSE, SILENT = SpeechChunk(bytes(1024), 0, False, True), SpeechChunk(bytes(1024), 0, False)


async def at_pauses(ears: Sequence[Reads], *chunks: SpeechChunk) -> list[tuple[int, str]]:
    utterance, told = Utterance(), list[tuple[int, str]]()
    reading = asyncio.create_task(
        Transcribe(ears)(utterance, lambda _: None, lambda best: told.append((best.at_pause, best.text)))
    )
    for chunk in chunks:
        utterance.add(chunk)
        for _ in range(9):
            await asyncio.sleep(0)
    utterance.end()
    await reading
    return told


async def test_each_pause_is_told_once_with_the_words_up_to_it() -> None:
    chunks = (CHUNK, PAUSE, SILENT, CHUNK, PAUSE, SILENT)
    assert await at_pauses([Reads("turn on", "turn on the fan")], *chunks) == [
        (1, "turn on"),
        (2, "turn on the fan"),
    ]


async def test_a_pause_waits_for_the_wide_ear_where_the_narrow_one_refuses() -> None:
    ears = [Reads(None), Reads("who wrote it", late=2)]
    assert await at_pauses(ears, CHUNK, PAUSE, SILENT) == []
    assert await at_pauses(ears, CHUNK, PAUSE, SILENT, SILENT, SILENT) == [(1, "who wrote it")]
    assert await at_pauses([Reads(None), Reads(None)], CHUNK, PAUSE) == [(1, "")]


async def test_what_speech_has_overtaken_is_told_to_nobody() -> None:
    assert await at_pauses([Reads("turn on", late=2)], CHUNK, PAUSE, CHUNK, CHUNK, CHUNK) == []


async def test_an_ear_that_does_not_read_pauses_holds_up_nobody() -> None:
    assert await transcript([Says(heard("stop"))]) == heard("stop")
    assert await at_pauses([Reads("stop")], CHUNK, SILENT) == []


class Sure:
    """An ear that reads the first pause firmly, and never comes to the end of a silence."""

    name = "sure"

    def __init__(self, *, firm: bool = True, refused: str | None = None) -> None:
        self.closed = asyncio.Event()
        self._firm = firm
        self._refused = refused

    async def transcribe(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[Transcript, None]:
        try:
            async for chunk in speech:
                if chunk.paused:
                    yield Transcript("stop", False, 0.9, at_pause=1, refused=self._refused, firm=self._firm)
            await asyncio.Event().wait()
        finally:
            self.closed.set()


async def grows(utterance: Utterance, chunks: Iterable[SpeechChunk]) -> None:
    """Chunk by chunk; all who read it come to wait for more."""
    for chunk in chunks:
        utterance.add(chunk)
        for _ in range(10):
            await asyncio.sleep(0)


async def ends(utterance: Utterance) -> None:
    """No more sound; all who read it do what they then can."""
    utterance.end()
    for _ in range(20):
        await asyncio.sleep(0)


async def ended_after(ear: Sure, *chunks: SpeechChunk) -> tuple[list[Transcript], "asyncio.Task[Transcript]"]:
    utterance, told = Utterance(), list[Transcript]()
    task = asyncio.create_task(Transcribe([ear])(utterance, told.append))
    await grows(utterance, chunks)
    assert not task.done()
    await ends(utterance)
    return told, task


async def test_what_was_firm_at_the_pause_that_became_the_end_is_waited_for_no_longer() -> None:
    ear = Sure()
    told, task = await ended_after(ear, CHUNK, PAUSE, SILENT)
    assert task.result() == Transcript("stop", True, 0.9)
    assert told == [task.result()]
    assert ear.closed.is_set()


async def test_a_firm_no_of_the_first_ear_is_told_before_what_the_next_one_accepted() -> None:
    for firm in (True, False):
        utterance, told = Utterance(), list[Transcript]()
        ears = [Sure(firm=firm, refused="not sure"), Sure()]
        task = asyncio.create_task(Transcribe(ears)(utterance, told.append))
        await grows(utterance, (CHUNK, PAUSE, SILENT))
        await ends(utterance)
        assert task.done() is firm
        assert [each.refused for each in told] == (["not sure", None] if firm else [])
        task.cancel()


async def test_what_was_not_firm_or_not_the_end_is_read_to_its_end() -> None:
    for ear, chunks in (
        (Sure(firm=False), (CHUNK, PAUSE, SILENT)),
        (Sure(refused="not sure"), (CHUNK, PAUSE, SILENT)),
        (Sure(), (CHUNK, PAUSE, SILENT, CHUNK)),
    ):
        told, task = await ended_after(ear, *chunks)
        assert told == []
        assert not task.done()
        task.cancel()


class Weighs:
    """An ear that hears the first pause's words at once and never comes to a verdict."""

    name = "weighs"

    def __init__(self, text: str) -> None:
        self._text = text

    async def transcribe(self, speech: AsyncIterator[SpeechChunk]) -> AsyncGenerator[Transcript, None]:
        pauses = 0
        async for chunk in speech:
            pauses += chunk.paused
            if chunk.paused and pauses == 1:
                yield Transcript(self._text, False)
        await asyncio.Event().wait()


def frames(count: int, peak: int, *, voiced: bool = False, paused: bool = False) -> list[SpeechChunk]:
    """Noise, 32 ms a piece; `paused`: a pause is told with the last."""
    pieces = [RNG.integers(-peak, peak + 1, 512).astype("<i2").tobytes() for _ in range(count)]
    return [SpeechChunk(pcm, 0, voiced, paused and at == count - 1) for at, pcm in enumerate(pieces)]


RNG = np.random.default_rng(11)
SPOKEN = [*frames(5, 20), *frames(9, 6000, voiced=True), *frames(3, 20, paused=True)]


async def weighed(narrow: str, *after: SpeechChunk) -> tuple[list[str], list[Transcript]]:
    """What the pauses were told, and the last words, where the wide ear is firm about "stop"."""
    utterance, told, last = Utterance(), list[str](), list[Transcript]()
    ears: list[Stt] = [Weighs(narrow), Sure()]
    hear = Transcribe(ears)
    task = asyncio.create_task(hear(utterance, last.append, lambda best: told.append(best.text)))
    await grows(utterance, (*SPOKEN, *after))
    await ends(utterance)
    task.cancel()
    return told, last


async def test_words_that_two_ears_agree_on_wait_for_no_verdict() -> None:
    told, last = await weighed("Stop.", *frames(4, 20, paused=True))
    assert told[-1] == "Stop."
    assert last == [Transcript("Stop.", True, 0.9)]


async def test_words_that_differ_do() -> None:
    assert (await weighed("stop it", *frames(4, 20, paused=True)))[1] == []


async def test_so_do_words_whose_end_was_not_heard_or_is_not_quiet() -> None:
    assert (await weighed("stop", *frames(1, 20)))[1] == []
    assert (await weighed("stop", *frames(2, 60), *frames(2, 20, paused=True)))[1] == []
    assert (await weighed("stop", *frames(4, 20, paused=True), *frames(2, 6000, voiced=True)))[1] == []
