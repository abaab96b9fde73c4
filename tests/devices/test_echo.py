"""Our own voice is taken out of the microphone, and a person talking over it stays in."""

import functools
from collections.abc import AsyncGenerator, Mapping
from itertools import pairwise

import numpy as np
import pytest

from assistant.devices.echo import BLOCK, DELAY_WINDOW, MAX_DELAY, DelayFinder, EchoMic, Floats
from assistant.hear.cascade import PRE_ROLL_SAMPLES, Cascade, Verdict
from assistant.hear.wake.micro_wake_word import MicroWakeWord
from assistant.hear.wake.models import plan
from assistant.hear.wake.open_wake_word import OpenWakeWord
from assistant.messages import AudioChunk, JsonValue
from assistant.ports import Samples, WakeEngine
from tests import voices

RATE = 16_000
TALKER = 0.1
REPLIES = (
    "The kitchen light is on.",
    "Your ten minute timer is set.",
    "It is a quarter past four in the afternoon.",
    "I added milk, eggs and bread to your shopping list.",
    "Today is Sunday, the twenty second of November.",
    "You have two timers. The pasta timer has six minutes left, and the tea timer has forty seconds left.",
    "Sorry, I only know house commands until a speech model is installed.",
    "I turned off the living room light and the bedroom lamp.",
    "The volume is now at sixty percent.",
    "Did you say set a timer for fifteen minutes?",
    "Your shopping list has apples, coffee, cheese, tomatoes and olive oil.",
    "Hey, just so you know, the garage door is still open.",
    "I stopped the timer.",
    "The heater in the bathroom is off.",
    "Here is what I can do: timers, lists, lights, the time and the date.",
    "There is nothing on your list.",
    "The coffee machine has been on for two hours and five minutes.",
    "I can set the bedroom light to forty percent and make it blue.",
    "Sorry, I did not understand that. Please say it again.",
    "Jarvis is my name, and I am here to help you with the house.",
)


def floats(pcm: bytes) -> Floats:
    return np.frombuffer(pcm, dtype="<i2") / 32768


def pcm_of(x: Floats) -> bytes:
    return np.clip(np.rint(x * 32768), -32768, 32767).astype("<i2").tobytes()


def loudness(x: Floats) -> float:
    """RMS of what is not silence."""
    voiced = x[np.abs(x) > 0.005 * np.abs(x).max()]
    return float(np.sqrt((voiced**2).mean()))


@functools.cache
def replies(*which: int) -> Floats:
    """Some replies in a row, by two voices in turn, half a second between."""
    gap = np.zeros(RATE // 2)
    said = [[floats(voices.say(REPLIES[i], ("slt", "kal16")[i % 2])), gap] for i in which]
    return np.concatenate([part for pair in said for part in pair])


def room(seed: int, delay_s: float, *, plain: bool = False) -> Floats:
    """Loudspeaker → microphone: a delay, and unless plain, reverberation of 0.35 s."""
    at = round(delay_s * RATE)
    if plain:
        return np.concatenate([np.zeros(at), [1.0]])
    n = round(0.3 * RATE)
    tail = np.random.default_rng(seed).standard_normal(n) * np.exp(-6.9 * np.arange(n) / RATE / 0.35)
    tail[0] = 2 * np.abs(tail).max()
    return np.concatenate([np.zeros(at), tail])


def echo_of(far: Floats, path: Floats, level_db: float) -> Floats:
    """What the microphone hears of it, `level_db` against a talker."""
    n = len(far) + len(path) - 1
    size = 1 << n.bit_length()
    echo = np.fft.irfft(np.fft.rfft(far, size) * np.fft.rfft(path, size), size)[:n]
    return echo * TALKER * 10 ** (level_db / 20) / loudness(echo) + tone_of_the_room(len(echo))


def tone_of_the_room(n: int) -> Floats:
    return np.random.default_rng(3).standard_normal(n) * 1e-4


class Desk:
    """A microphone and a speaker beside it that plays in blocks, now early, now late."""

    def __init__(self, near: Floats, far: Floats, *, chunk: int = BLOCK, gap_at: int | None = None) -> None:
        self._near = near
        self._far: Samples = np.frombuffer(pcm_of(np.pad(far, (0, len(near)))), dtype="<i2")
        self._chunk = chunk
        self._gap_at = gap_at
        self._rng = np.random.default_rng(1)
        self.written = 0

    def since(self, position: int) -> tuple[Samples, int]:
        return self._far[position : self.written], self.written

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        for at in range(0, len(self._near) - self._chunk + 1, self._chunk):
            late = int(self._rng.integers(-1, 2))
            self.written = max(self.written, (at + self._chunk) // BLOCK * BLOCK + late * BLOCK, 0)
            if self._gap_at is None or not self._gap_at <= at < self._gap_at + RATE:
                yield AudioChunk(pcm_of(self._near[at : at + self._chunk]), at)


async def cleared(near: Floats, far: Floats) -> Floats:
    """What is left; as long as `near` but for the last block or two."""
    desk = Desk(near, far)
    return floats(b"".join([chunk.pcm async for chunk in EchoMic(desk, desk).chunks()]))


def gain_db(before: Floats, after: Floats) -> float:
    return float(10 * np.log10((before**2).mean() / (after**2).mean()))


@pytest.mark.parametrize(("delay_s", "plain"), [(0.08, True), (0.08, False), (0.4, False)])
async def test_the_echo_is_taken_out(delay_s: float, plain: bool) -> None:
    near = echo_of(replies(3, 4, 5), room(1, delay_s, plain=plain), 0)
    left = await cleared(near, replies(3, 4, 5))
    settled = slice(3 * RATE, 7 * RATE)
    assert gain_db(near[settled], left[settled]) > 10


async def test_without_our_sound_the_microphone_is_left_alone() -> None:
    near = echo_of(replies(3), room(1, 0.08), 0)
    left = await cleared(near, np.zeros(len(near)))
    assert pcm_of(left) == pcm_of(near)[: 2 * len(left)]


async def test_a_person_talking_over_a_reply_stays_in() -> None:
    far = replies(3, 4, 5)
    near = echo_of(far, room(1, 0.08), 0)
    said = floats(voices.say("set a timer for ten minutes", "rms"))
    said = said * TALKER / loudness(said)
    during = slice(4 * RATE, 4 * RATE + len(said))
    near[during] += said
    left = await cleared(near, far)
    assert gain_db(said, left[during] - said) > 6
    assert gain_db(said, near[during] - said) < 3


@pytest.mark.parametrize("delay", [700, 4_000, 9_000])
def test_the_delay_is_found(delay: int) -> None:
    far = replies(3, 4)
    near = echo_of(far, room(2, delay / RATE), 0)
    finder = DelayFinder()
    found = None
    for end in range(2 * RATE, 4 * RATE, 12 * BLOCK):
        found = finder.find(near[end - DELAY_WINDOW : end], far[end - DELAY_WINDOW - MAX_DELAY : end])
    assert found is not None
    assert abs(found - delay) < 80


def test_no_delay_is_found_between_strangers() -> None:
    far, near = replies(3, 4), floats(voices.say("set a timer for ten minutes and turn on the light", "rms"))
    finder = DelayFinder()
    for end in range(2 * RATE, 4 * RATE, 12 * BLOCK):
        assert finder.find(np.resize(near, RATE), far[end - DELAY_WINDOW - MAX_DELAY : end]) is None


async def test_positions_gaps_and_odd_chunks_are_passed_on() -> None:
    far = replies(3)
    near = echo_of(far, room(1, 0.08), 0)[: 3 * RATE]
    desk = Desk(near, far, chunk=500, gap_at=RATE)
    chunks = [chunk async for chunk in EchoMic(desk, desk).chunks()]
    assert {len(chunk.pcm) for chunk in chunks} == {2 * BLOCK}
    steps = {b.at_sample - a.at_sample for a, b in pairwise(chunks)}
    assert BLOCK in steps
    assert len(steps) == 2
    assert 15_500 <= max(steps) <= 17_000


def wakes(cascade: Cascade, x: Floats) -> list[int]:
    """Positions of the wake words accepted, with the threshold of a quiet room: our voice is out."""
    pcm = pcm_of(x)
    cascade.reset()
    found: list[int] = []
    for at in range(0, len(pcm) - 1023, 1024):
        piece, end = pcm[at : at + 1024], at // 2 + 512
        looked = cascade.looking
        findings = cascade.look_on(piece, end, own_voice=False) if looked else cascade.listen(piece, end)
        started = cascade.looking and not looked
        if started:
            start = max(0, 2 * (end - PRE_ROLL_SAMPLES))
            findings = [*findings, *cascade.look_back(pcm[start : 2 * end], own_voice=False)]
        found += [
            finding.end_sample for finding in findings if isinstance(finding, Verdict) and finding.woken
        ]
    return found


def load_cascade() -> Cascade:
    """The real wake-word models."""

    def create(engine: str, options: Mapping[str, JsonValue]) -> WakeEngine:
        return MicroWakeWord(options) if engine == "micro_wake_word" else OpenWakeWord(options)

    return Cascade.load([plan("hey jarvis")], create)


@pytest.fixture(scope="module")
def cascade() -> Cascade:
    return load_cascade()


@pytest.mark.slow
@pytest.mark.parametrize("level_db", [-6, 0])
async def test_the_wake_word_over_a_reply_is_heard(cascade: Cascade, level_db: int) -> None:
    """Five voices, two moments each, after a reply in which the filter has learned the room: 90 %."""
    heard = 0
    for seed, voice in enumerate(voices.VOICES):
        far = replies(3, seed + 5, seed + 10)
        word = floats(voices.say("hey jarvis", voice))
        for at in (6 * RATE, 7 * RATE + 4000):
            near = echo_of(far, room(seed, 0.08, plain=True), level_db)
            near[at : at + len(word)] += word * TALKER / loudness(word)
            heard += any(
                abs(found - at - len(word)) < RATE for found in wakes(cascade, await cleared(near, far))
            )
    assert heard >= 9


@pytest.mark.slow
@pytest.mark.parametrize("level_db", [-6, 0])
async def test_no_reply_wakes_the_house_itself(cascade: Cascade, level_db: int) -> None:
    far = replies(*range(len(REPLIES)))
    near = echo_of(far, room(1, 0.08, plain=True), level_db)
    assert wakes(cascade, await cleared(near, far)) == []
