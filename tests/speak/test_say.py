"""Sentences on their way to the speaker: one ahead, after the commit, and an honest count of what played."""

import asyncio
from collections.abc import AsyncGenerator, Callable

import numpy as np
import pytest

from assistant.errors import EngineError
from assistant.messages import Reply, Sentence, Sound, Spoken
from assistant.ports import Samples
from assistant.speak import say as say_module
from assistant.speak.clauses import clauses
from assistant.speak.say import say
from assistant.speak.speaker import Playback, Priority, Speaker

RATE = 16_000
BLOCK = 320


class Pulled:
    """A sound out that plays when the test says so."""

    def __init__(self) -> None:
        self.rate_hz = RATE
        self.latency_s = 0.0
        self.render: Callable[[int], Samples] = lambda n: np.zeros(n, dtype=np.int16)

    def start(self, render: Callable[[int], Samples]) -> None:
        self.render = render

    def close(self) -> None:
        self.render = lambda n: np.zeros(n, dtype=np.int16)

    def pull(self, seconds: float) -> Samples:
        return np.concatenate([self.render(BLOCK) for _ in range(round(seconds * RATE / BLOCK))])


class Humming:
    """A voice that hums a second of sound for each word, in halves; "broken" fails, "endless" never ends."""

    name = "humming"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.open = 0

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        self.asked.append(text)
        self.open += 1
        try:
            for word in text.split():
                if word.startswith("broken"):
                    raise EngineError("the voice broke")
                for _ in range(10**6 if word.startswith("endless") else 2):
                    yield Sound(np.full(RATE // 2, 5000, dtype=np.int16).tobytes(), RATE)
                    await asyncio.sleep(0)
        finally:
            self.open -= 1


class Stage:
    """A room's speaker, a voice, and one reply."""

    def __init__(self) -> None:
        self.out = Pulled()
        self.speaker = Speaker(self.out)
        self.speaker.open()
        self.voice = Humming()
        self.playback: Playback = self.speaker.begin(Priority.REPLY)
        self.committed = asyncio.Event()
        self.committed.set()
        self.replies: list[Reply] = []
        self.told: list[Spoken] = []
        self.closed = False

    async def sentences(
        self, *texts: str, fails: bool = False, endless: bool = False
    ) -> AsyncGenerator[Sentence, None]:
        try:
            for text in texts:
                yield Sentence(text, asks=text.endswith("?"))
            if fails:
                raise EngineError("the mind broke")
            if endless:
                await asyncio.Event().wait()
        finally:
            self.closed = True

    def start(self, sentences: AsyncGenerator[Sentence, None]) -> "asyncio.Task[Spoken]":
        return asyncio.create_task(
            say(
                sentences,
                self.voice,
                lambda: self.playback,
                committed=self.committed,
                on_reply=self.replies.append,
                on_spoken=self.told.append,
            )
        )

    async def play_out(self, task: "asyncio.Task[Spoken]") -> float:
        """Play until the reply is over; the seconds that were audible."""
        audible = 0
        for _ in range(200):
            await settle()
            if task.done():
                return audible / RATE
            audible += int(np.count_nonzero(np.abs(self.out.pull(0.5)) > 100))
        raise AssertionError("the reply does not end")


async def settle() -> None:
    for _ in range(60):
        await asyncio.sleep(0)


async def test_all_sentences_are_said() -> None:
    stage = Stage()
    task = stage.start(stage.sentences("One two.", "Three.", "Four five six."))
    assert await stage.play_out(task) == pytest.approx(6.0, abs=0.1)
    assert await task == Spoken(("One two.", "Three.", "Four five six."), finished=True)
    assert [reply.text for reply in stage.replies] == ["One two.", "Three.", "Four five six."]
    assert stage.told == [task.result()]
    assert stage.closed


class Begun(Stage):
    """A sentence whose end is known only once somebody says so."""

    def __init__(self) -> None:
        super().__init__()
        self.known = asyncio.Event()

    async def parts(self, begins: str, whole: str) -> AsyncGenerator[Sentence, None]:
        yield Sentence(begins, begins=True)
        await self.known.wait()
        yield Sentence(whole, led=begins)


async def test_a_sentence_begins_to_sound_before_its_end_is_known_and_is_told_once() -> None:
    stage = Begun()
    task = stage.start(stage.parts("The lamp", "The lamp is on."))
    await settle()
    assert stage.voice.asked == ["The lamp,"]
    assert np.any(stage.out.pull(2.5))  # all of it, and then silence
    await settle()
    assert not np.any(stage.out.pull(0.5))
    assert stage.replies == []
    stage.known.set()
    await settle()
    assert stage.voice.asked == ["The lamp,", "is on."]
    assert await stage.play_out(task) == pytest.approx(2.0, abs=0.1)
    assert [reply.text for reply in stage.replies] == ["The lamp is on."]
    assert await task == Spoken(("The lamp is on.",), finished=True)


async def test_another_end_than_was_likely_follows_the_beginning() -> None:
    stage = Begun()
    stage.known.set()
    task = stage.start(stage.parts("Your list", "Your list: Sorry, it is gone."))
    await stage.play_out(task)
    assert stage.voice.asked[-2:] == ["Your list,", "Sorry, it is gone."]


async def test_a_beginning_that_nothing_followed_counts_as_not_said() -> None:
    stage = Begun()
    task = stage.start(stage.parts("The lamp", "The lamp is on."))
    await settle()
    stage.out.pull(1.0)
    stage.playback.abort()
    stage.out.pull(0.1)
    await settle()
    assert await task == Spoken((), finished=False)


async def test_no_sentences_are_no_sound() -> None:
    stage = Stage()
    assert await stage.start(stage.sentences()) == Spoken((), finished=True)


async def test_nothing_sounds_before_the_commit_but_the_first_sentence_is_made() -> None:
    stage = Stage()
    stage.committed.clear()
    task = stage.start(stage.sentences("One.", "Two.", "Three."))
    await settle()
    assert stage.voice.asked == ["One."]
    assert not np.any(stage.out.pull(1.0))
    assert stage.replies == []
    stage.committed.set()
    assert await stage.play_out(task) == pytest.approx(3.0, abs=0.1)


async def test_one_sentence_is_made_ahead_of_the_one_playing() -> None:
    stage = Stage()
    task = stage.start(stage.sentences(*("one two three four five six",) * 4))
    await settle()
    assert len(stage.voice.asked) == 2
    stage.out.pull(4.0)
    await settle()
    assert len(stage.voice.asked) == 3
    await stage.play_out(task)


async def test_aborting_returns_at_once_with_what_was_played() -> None:
    stage = Stage()
    task = stage.start(stage.sentences("One.", "Two three.", "Four.", endless=True))
    await settle()
    stage.out.pull(1.5)
    stage.speaker.abort()
    await settle()
    assert task.done()
    assert await task == Spoken(("One.",), finished=False)
    assert stage.closed
    assert stage.voice.open == 0


async def test_aborting_closes_a_mind_that_is_waited_on_by_nobody() -> None:
    stage = Stage()
    sentences = stage.sentences(*("one two three four five six",) * 4)
    task = stage.start(sentences)
    await settle()
    assert not stage.closed
    stage.speaker.abort()
    await settle()
    assert task.done()
    assert stage.closed


async def test_aborting_while_the_mind_thinks() -> None:
    stage = Stage()
    task = stage.start(stage.sentences("One.", endless=True))
    await settle()
    stage.out.pull(3.0)
    await settle()
    assert not task.done()
    stage.speaker.abort()
    await settle()
    assert await task == Spoken(("One.",), finished=False)


async def test_what_is_discarded_before_the_commit_is_told_to_nobody() -> None:
    stage = Stage()
    stage.committed.clear()
    task = stage.start(stage.sentences("One.", endless=True))
    await settle()
    assert stage.voice.asked == ["One."]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stage.told == []
    assert stage.closed
    assert stage.voice.open == 0


async def test_cancelling_tells_what_was_played() -> None:
    stage = Stage()
    task = stage.start(stage.sentences("One.", "Two three four.", endless=True))
    await settle()
    stage.out.pull(2.0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stage.told == [Spoken(("One.",), finished=False)]
    assert stage.closed
    assert stage.voice.open == 0


async def test_a_voice_that_fails_is_an_error_after_what_was_made_has_played() -> None:
    stage = Stage()
    task = stage.start(stage.sentences("One two.", "Three broken four.", "Five."))
    assert await stage.play_out(task) == pytest.approx(3.0, abs=0.1)
    with pytest.raises(EngineError, match="the voice broke"):
        await task
    assert stage.told == [Spoken(("One two.",), finished=False)]


async def test_a_mind_that_fails_is_an_error_after_what_it_said_has_played() -> None:
    stage = Stage()
    task = stage.start(stage.sentences("One two.", fails=True))
    assert await stage.play_out(task) == pytest.approx(2.0, abs=0.1)
    with pytest.raises(EngineError, match="the mind broke"):
        await task
    assert stage.told == [Spoken(("One two.",), finished=False)]


async def test_a_voice_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(say_module, "LONGEST_S", 5.0)
    stage = Stage()
    task = stage.start(stage.sentences("endless"))
    await stage.play_out(task)
    with pytest.raises(EngineError, match="humming speaks without end"):
        await task
    assert stage.voice.open == 0


async def test_a_question_reopens_the_ear_only_when_it_was_heard() -> None:
    stage = Stage()
    task = stage.start(stage.sentences("One.", "Which one?"))
    await stage.play_out(task)
    assert (await task).asks
    for texts in (("One.", "Which?"), ("Which?", "Two.")):
        cut = Stage()
        task = cut.start(cut.sentences(*texts))
        await settle()
        cut.out.pull(1.2)
        cut.speaker.abort()
        await settle()
        assert await task == Spoken(texts[:1], finished=False, asks=False)


async def test_what_cannot_be_spoken_is_silent() -> None:
    stage = Stage()
    task = stage.start(stage.sentences("👍", "One."))
    assert await stage.play_out(task) == pytest.approx(1.0, abs=0.1)
    assert (await task).sentences == ("One.",)


async def test_words_are_made_of_numbers() -> None:
    stage = Stage()
    task = stage.start(stage.sentences("It is 21 °C."))
    await stage.play_out(task)
    assert stage.voice.asked == ["It is twenty-one degrees Celsius."]
    assert stage.replies[0].text == "It is 21 °C."


LONG = "The washing machine has finished its programme, and the dryer needs another twenty minutes or so."


async def test_only_the_first_sentence_is_cut() -> None:
    stage = Stage()
    task = stage.start(stage.sentences(LONG, LONG))
    await stage.play_out(task)
    assert stage.voice.asked == [LONG[:47], LONG[48:], LONG]
    assert (await task).sentences == (LONG, LONG)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Yes, of course.", 1),
        ("Well, " + "a" * 70, 1),
        ("a" * 70 + ", ok", 1),
        ("a" * 90, 1),
        (LONG, 2),
        ("The lights are: " + "kitchen, " * 8, 3),
    ],
)
def test_where_sentences_are_cut(text: str, parts: int) -> None:
    cut = clauses(text)
    assert len(cut) == parts
    assert " ".join(cut).split() == text.split()


class Unhurried(Humming):
    """A voice whose sound takes a third of its own length to make, as the speaker's clock counts."""

    def __init__(self) -> None:
        super().__init__()
        self.clock_s = 0.0

    async def synthesize(self, text: str) -> AsyncGenerator[Sound, None]:
        sound_s = 0.06 * len(text)
        ready_s = self.clock_s + sound_s / 3
        while self.clock_s < ready_s:  # noqa: ASYNC110 - samples, not time, are waited for
            await asyncio.sleep(0)
        yield Sound(np.full(round(sound_s * RATE), 5000, dtype=np.int16).tobytes(), RATE)


@pytest.mark.parametrize("texts", [(LONG,), (LONG, "One.", LONG), ("The lights are: " + "kitchen, " * 8,)])
async def test_no_sample_is_silent_between_the_pieces(texts: tuple[str, ...]) -> None:
    stage = Stage()
    stage.voice = voice = Unhurried()
    task = stage.start(stage.sentences(*texts))
    blocks = []
    while not task.done():
        blocks.append(stage.out.pull(BLOCK / RATE))
        voice.clock_s += BLOCK / RATE
        await settle()
    heard = np.flatnonzero(np.abs(np.concatenate(blocks)) > 100)
    assert np.max(np.diff(heard)) <= RATE // 1000
    assert heard[0] / RATE < 0.06 * len(clauses(texts[0])[0]) / 3 + 0.1
