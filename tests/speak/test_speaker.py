"""The room's speaker: order, ducking, pausing, stopping without a click, and the count of what was played."""

import asyncio
import math
import threading
from collections.abc import Callable

import numpy as np

from assistant.messages import Sound
from assistant.ports import Samples
from assistant.speak.speaker import Playback, Priority, Speaker

RATE = 16_000
BLOCK = 320
LOUD = 8_000


class Pulled:
    """A sound out that plays when the test says so."""

    def __init__(self, rate_hz: int = RATE, latency_s: float = 0.0) -> None:
        self.rate_hz = rate_hz
        self.latency_s = latency_s
        self.render: Callable[[int], Samples] = lambda n: np.zeros(n, dtype=np.int16)

    def start(self, render: Callable[[int], Samples]) -> None:
        self.render = render

    def close(self) -> None:
        self.render = lambda n: np.zeros(n, dtype=np.int16)

    def pull(self, seconds: float) -> Samples:
        blocks = [self.render(BLOCK) for _ in range(round(seconds * self.rate_hz / BLOCK))]
        return np.concatenate(blocks)


def steady(value: int, seconds: float, rate_hz: int = RATE) -> Sound:
    return Sound(np.full(round(seconds * rate_hz), value, dtype=np.int16).tobytes(), rate_hz)


def tone(hz: float, seconds: float, rate_hz: int = RATE) -> Sound:
    x = LOUD * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)
    return Sound(x.astype(np.int16).tobytes(), rate_hz)


def counting(seconds: float) -> Sound:
    """Every sample its own number, so that a lost or repeated one shows."""
    return Sound(np.arange(100, 100 + round(seconds * RATE), dtype=np.int16).tobytes(), RATE)


def opened(out: Pulled) -> Speaker:
    speaker = Speaker(out)
    speaker.open()
    return speaker


async def begun(speaker: Speaker, priority: Priority, sound: Sound, *, end: bool = True) -> Playback:
    playback = speaker.begin(priority)
    await playback.feed(sound)
    if end:
        playback.end()
    return playback


def roughest(x: Samples) -> int:
    """The largest step between two samples: a click is a step."""
    return int(np.abs(np.diff(x.astype(np.int32))).max())


async def test_every_sample_is_played_once_and_counted() -> None:
    out = Pulled()
    playback = await begun(opened(out), Priority.REPLY, counting(0.5))
    x = out.pull(0.6)
    assert x[:8000].tolist() == list(range(100, 8100))
    assert not x[8160:].any()
    assert await playback.played() == 0.5


async def test_a_ring_goes_before_a_reply_which_goes_on_at_its_place() -> None:
    out = Pulled()
    speaker = opened(out)
    reply = await begun(speaker, Priority.REPLY, counting(0.5))
    first = out.pull(0.1)
    ring = await begun(speaker, Priority.RING, steady(LOUD, 0.2))
    between = out.pull(0.2)
    rest = out.pull(0.6)
    assert first[-1] == 100 + 1599
    assert (between[200:] == LOUD).all()
    assert rest[200:6400].tolist() == list(range(1900, 8100))
    assert await ring.played() == 0.2
    assert await reply.played() == 0.5


async def test_the_order_is_ring_announcement_reply() -> None:
    out = Pulled()
    speaker = opened(out)
    for priority, value in ((Priority.REPLY, 1000), (Priority.RING, 3000), (Priority.ANNOUNCEMENT, 2000)):
        await begun(speaker, priority, steady(value, 0.1))
    assert [int(out.pull(0.1)[800]) for _ in range(3)] == [3000, 2000, 1000]


async def test_a_gap_in_an_announcement_does_not_let_the_reply_in() -> None:
    out = Pulled()
    speaker = opened(out)
    await begun(speaker, Priority.REPLY, steady(1000, 0.5))
    announcement = await begun(speaker, Priority.ANNOUNCEMENT, steady(2000, 0.1), end=False)
    out.pull(0.1)
    assert not out.pull(0.2)[BLOCK:].any()
    announcement.end()
    assert out.pull(0.1)[800] == 1000


async def test_a_chime_mixes_in() -> None:
    out = Pulled()
    speaker = opened(out)
    await begun(speaker, Priority.REPLY, steady(1000, 0.2))
    await begun(speaker, Priority.CHIME, steady(500, 0.1))
    x = out.pull(0.2)
    assert x[800] == 1500
    assert x[2400] == 1000


async def test_ducking_is_a_ramp_within_a_block_and_comes_back() -> None:
    out = Pulled()
    speaker = opened(out)
    await begun(speaker, Priority.REPLY, steady(LOUD, 1.0))
    loud = out.pull(0.1)
    speaker.duck()
    ducking = out.render(BLOCK)
    soft = out.pull(0.1)
    speaker.unduck()
    back = out.pull(0.1)
    assert ducking[-1] == soft[0] == LOUD // 10
    assert back[BLOCK] == LOUD
    assert roughest(np.concatenate([loud, ducking, soft, back])) <= LOUD / 100


async def test_pause_holds_a_reply_without_losing_a_sample() -> None:
    out = Pulled()
    speaker = opened(out)
    playback = await begun(speaker, Priority.REPLY, counting(0.5))
    out.pull(0.1)
    speaker.pause()
    at = playback.position_s
    held = out.pull(0.3)
    assert playback.position_s == at == 0.1
    assert not held[BLOCK:].any()
    speaker.resume()
    rest = out.pull(0.5)
    assert rest[200:6400].tolist() == list(range(1900, 8100))
    assert await playback.played() == 0.5


async def test_pause_leaves_rings_and_later_replies_alone() -> None:
    out = Pulled()
    speaker = opened(out)
    await begun(speaker, Priority.REPLY, steady(1000, 0.2))
    speaker.pause()
    ring = await begun(speaker, Priority.RING, steady(3000, 0.1))
    assert out.pull(0.1)[800] == 3000
    assert await ring.played() == 0.1
    await begun(speaker, Priority.REPLY, steady(2000, 0.1))
    assert out.pull(0.1)[800] == 2000


async def test_abort_is_silent_within_a_block_and_does_not_click() -> None:
    out = Pulled()
    speaker = opened(out)
    playback = await begun(speaker, Priority.REPLY, steady(LOUD, 2.0))
    before = out.pull(0.2)
    speaker.abort()
    after = out.pull(0.1)
    assert not after[BLOCK:].any()
    assert roughest(np.concatenate([before, after])) <= LOUD / 100
    assert playback.aborted
    assert await playback.played() == 0.2
    await playback.feed(steady(LOUD, 1.0))
    assert not out.pull(0.1).any()


async def test_abort_of_one_priority_leaves_the_others() -> None:
    out = Pulled()
    speaker = opened(out)
    await begun(speaker, Priority.RING, steady(3000, 1.0))
    await begun(speaker, Priority.REPLY, steady(1000, 1.0))
    out.pull(0.1)
    speaker.abort(Priority.RING)
    assert out.pull(0.1)[800] == 1000


async def test_a_reply_whose_next_sentence_is_late_fades_and_does_not_click() -> None:
    out = Pulled()
    playback = await begun(opened(out), Priority.REPLY, steady(LOUD, 0.105), end=False)
    late = out.pull(0.2)
    await playback.feed(steady(LOUD, 0.2))
    x = np.concatenate([late, out.pull(0.1)])
    assert roughest(x) <= LOUD / 100
    assert not x[2000:3200].any()
    assert playback.position_s == 0.205


async def test_feed_waits_while_more_than_three_seconds_are_queued() -> None:
    out = Pulled()
    playback = opened(out).begin(Priority.REPLY)
    feeding = asyncio.ensure_future(playback.feed(steady(LOUD, 10.0)))
    await asyncio.sleep(0)
    assert not feeding.done()
    assert 3.0 < playback.track.queued / RATE <= 3.5
    while not feeding.done():
        out.pull(0.5)
        await asyncio.sleep(0)
        assert playback.track.queued / RATE <= 3.5
    playback.end()
    out.pull(3.5)
    assert await playback.played() == 10.0


async def test_an_aborted_feed_returns() -> None:
    speaker = opened(Pulled())
    playback = speaker.begin(Priority.REPLY)
    feeding = asyncio.ensure_future(playback.feed(steady(LOUD, 10.0)))
    await asyncio.sleep(0)
    speaker.abort()
    await feeding
    assert await playback.started() == math.inf


async def test_started_and_played_count_the_devices_latency() -> None:
    loop = asyncio.get_running_loop()
    out = Pulled(latency_s=0.04)
    playback = await begun(opened(out), Priority.REPLY, steady(LOUD, 0.1))
    t = loop.time()
    out.pull(0.2)
    assert t + 0.04 <= await playback.started() <= loop.time() + 0.04
    await playback.played()
    assert loop.time() >= t + 0.04


async def test_a_playback_without_sound_ends() -> None:
    playback = opened(Pulled()).begin(Priority.REPLY)
    playback.end()
    assert await playback.played() == 0.0
    assert await playback.started() == math.inf


async def test_rates_are_changed_as_a_stream_without_seams() -> None:
    out = Pulled(rate_hz=48_000)
    speaker = opened(out)
    playback = speaker.begin(Priority.REPLY)
    whole = np.frombuffer(tone(200, 1.0, 22_050).pcm, dtype=np.int16)
    for at in range(0, len(whole), 1111):
        await playback.feed(Sound(whole[at : at + 1111].tobytes(), 22_050))
    playback.end()
    x = out.pull(1.2)
    assert abs(await playback.played() - 1.0) < 0.001
    assert roughest(x[500:47_000]) <= 1.05 * LOUD * 2 * math.pi * 200 / 48_000


async def test_half_volume_is_twelve_decibels_down_and_rings_stay_audible() -> None:
    out = Pulled()
    speaker = opened(out)
    speaker.volume_percent = 50
    await begun(speaker, Priority.REPLY, steady(LOUD, 0.1))
    assert out.pull(0.1)[800] == LOUD // 4
    speaker.volume_percent = 0
    await begun(speaker, Priority.RING, steady(LOUD, 0.1))
    assert out.pull(0.1)[800] == round(0.09 * LOUD)


async def test_too_loud_a_mix_is_clipped_not_wrapped() -> None:
    out = Pulled()
    speaker = opened(out)
    await begun(speaker, Priority.REPLY, steady(30_000, 0.1))
    await begun(speaker, Priority.CHIME, steady(30_000, 0.1))
    assert out.pull(0.1)[800] == 32_767


async def test_the_reference_keeps_what_was_played_at_the_ears_rate() -> None:
    out = Pulled(rate_hz=48_000)
    speaker = opened(out)
    await begun(speaker, Priority.REPLY, tone(440, 1.0, 48_000))
    out.pull(0.5)
    assert speaker.playing
    position = speaker.reference.since(0)[1]
    assert position == speaker.reference.written
    assert abs(position - 8000) < 320
    spectrum = np.abs(np.fft.rfft(speaker.reference.last(4000)))
    assert int(spectrum.argmax()) == 110
    out.pull(6.0)
    assert len(speaker.reference.since(0)[0]) == 64_000


async def test_it_is_playing_only_while_something_is_audible() -> None:
    out = Pulled()
    speaker = opened(out)
    states = [speaker.playing]
    await begun(speaker, Priority.REPLY, steady(10, 1.0))
    out.pull(1.0)
    states.append(speaker.playing)
    await begun(speaker, Priority.REPLY, steady(LOUD, 1.0))
    out.pull(0.1)
    states.append(speaker.playing)
    assert states == [False, False, True]


async def test_it_may_be_stopped_from_any_thread_while_the_device_pulls() -> None:
    """The device pulls on a thread of its own while the loop feeds, ducks, pauses and aborts."""
    out = Pulled()
    speaker = opened(out)
    enough = threading.Event()

    def pull() -> None:
        while not enough.is_set():
            out.pull(0.2)

    device = threading.Thread(target=pull)
    device.start()
    for turn in range(20):
        playback = await begun(speaker, Priority.REPLY, steady(LOUD, 0.4))
        speaker.duck()
        speaker.pause()
        speaker.resume()
        if turn % 2:
            await playback.played()
        else:
            speaker.abort()
    enough.set()
    device.join()
    speaker.abort()
    out.pull(0.1)
    assert not speaker.render(BLOCK).any()
