"""The real microphone and loudspeaker path, end to end through a PulseAudio of our own."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest

from assistant.devices.portaudio import PORTAUDIO
from assistant.devices.pulse import sound_server
from assistant.devices.sound_card import SoundCardMic, SoundCardOut
from assistant.errors import AudioError
from assistant.messages import AudioChunk, Sound
from assistant.ports import Samples
from assistant.speak.speaker import Priority, Speaker
from tests.devices.pulse import Pulse, private_pulse

RATE = 16_000
LOUD = 8_000
PATIENCE_S = 60.0
TRIES = 5
LIKE = 0.9


@pytest.fixture(scope="module")
def server() -> Iterator[Pulse]:
    with private_pulse() as pulse:
        yield pulse


@pytest.fixture
def pulse(server: Pulse) -> Pulse:
    """The running server; started again where a test killed it."""
    if server.process is None:
        server.start()
    PORTAUDIO.mark_stale()
    return server


def sweep(seconds: float, from_hz: float = 300, to_hz: float = 3000) -> Samples:
    """A rising tone: every moment of it is unlike every other, so its place can be found."""
    t = np.arange(round(seconds * RATE)) / RATE
    x = LOUD * np.sin(2 * np.pi * (from_hz * t + (to_hz - from_hz) / (2 * seconds) * t * t))
    return x.astype(np.int16)


def likeness(found: Samples, wanted: Samples) -> float:
    """How much of `wanted` is in `found` unchanged, 0 to 1: the median over pieces of 50 ms, each sought for
    itself, because a busy machine loses a block here and there."""
    pieces = np.split(wanted, len(wanted) // (RATE // 20))
    return float(np.median([_best_match(found, piece) for piece in pieces]))


def _best_match(found: Samples, piece: Samples) -> float:
    """The highest normalised correlation of `piece` within `found`, where that is loud enough to be it."""
    n = 1 << (len(found) + len(piece)).bit_length()
    x, y = found.astype(float), piece.astype(float)
    match = np.fft.irfft(np.fft.rfft(x, n) * np.conj(np.fft.rfft(y, n)), n)[: len(found) - len(piece)]
    energy = np.cumsum(np.concatenate([[0.0], x * x]))
    here = (energy[len(y) :] - energy[: -len(y)])[: len(match)]
    return float((match / np.sqrt(np.maximum(here, 0.25 * (y * y).sum()) * (y * y).sum())).max())


async def hear(mic: AsyncGenerator[AudioChunk, None], seconds: float) -> list[AudioChunk]:
    """The next `seconds` of sound by the samples' own count."""
    chunks: list[AudioChunk] = []
    while sum(len(chunk.pcm) for chunk in chunks) < 2 * seconds * RATE:
        chunks.append(await asyncio.wait_for(anext(mic), PATIENCE_S))
    return chunks


async def likest(once: Callable[[], Awaitable[float]]) -> float:
    """How much of what was played came over, at best: a busy machine's sound server drops sound."""
    found = 0.0
    for _ in range(TRIES):
        found = max(found, await once())
        if found > LIKE:
            break
    return found


async def played_well(pulse: Pulse, speaker: Speaker, said: Samples) -> bool:
    """Whether what the speaker says comes out of the loudspeaker."""

    async def once() -> float:
        return likeness((await overheard(pulse, speaker, said))[0], said)

    return await likest(once) > LIKE


async def heard_well(pulse: Pulse, mic: AsyncGenerator[AudioChunk, None], said: Samples) -> bool:
    """Whether what is said into the microphone is heard."""

    async def once() -> float:
        with pulse.said_into_microphone(said.tobytes()):
            return likeness(joined(await hear(mic, 4.5)), said)

    return await likest(once) > LIKE


async def overheard(pulse: Pulse, speaker: Speaker, said: Samples) -> tuple[Samples, float]:
    """Two seconds of what comes out of the loudspeaker while it says this, and the seconds it counted."""
    with pulse.recorder("speaker.monitor") as recorder:
        playback = speaker.begin(Priority.REPLY)
        await playback.feed(Sound(said.tobytes(), RATE))
        playback.end()
        heard = await asyncio.to_thread(recorder.read, 2.0)
        return heard, await playback.played()


def joined(chunks: list[AudioChunk]) -> Samples:
    return np.frombuffer(b"".join(chunk.pcm for chunk in chunks), dtype="<i2")


async def until_none(pulse: Pulse, kind: str) -> None:
    """The sound server has no such stream; it learns of a device's end on its own time."""
    async with asyncio.timeout(PATIENCE_S):
        while await asyncio.to_thread(pulse.streams, kind):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.05)


class Reports:
    """What the device told."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[AudioError | None] = asyncio.Queue()

    def __call__(self, error: AudioError | None) -> None:
        self.told.put_nowait(error)

    async def next(self) -> AudioError | None:
        return await asyncio.wait_for(self.told.get(), PATIENCE_S)


async def test_the_microphone_hears_what_is_played_into_the_air(pulse: Pulse) -> None:
    said = sweep(1.0)
    mic = SoundCardMic("pulse").chunks()
    await hear(mic, 0.2)
    gapless = False

    async def once() -> float:
        nonlocal gapless
        start = time.monotonic()
        with pulse.said_into_microphone(said.tobytes()):
            chunks = await hear(mic, 2.0)
        ratio = 2.0 / (time.monotonic() - start)
        logging.getLogger(__name__).info("%.3f of 16,000 samples a second delivered", ratio)
        gapless = [b.at_sample - a.at_sample for a, b in pairwise(chunks)] == [320] * 99
        return likeness(joined(chunks), said) if gapless else 0.0

    assert await likest(once) > LIKE
    assert gapless
    await mic.aclose()


async def test_closing_the_generator_closes_the_device(pulse: Pulse) -> None:
    mic = SoundCardMic("pulse").chunks()
    await hear(mic, 0.1)
    assert pulse.streams("source-outputs")
    await mic.aclose()
    await until_none(pulse, "source-outputs")
    assert not [thread for thread in threading.enumerate() if thread.name == "microphone"]


async def test_the_loudspeaker_plays_what_the_speaker_renders(pulse: Pulse) -> None:
    said = sweep(1.0)
    speaker = Speaker(SoundCardOut("pulse"))
    speaker.open()
    assert await played_well(pulse, speaker, said)
    _, played_s = await overheard(pulse, speaker, said)
    speaker.close()
    assert abs(played_s - 1.0) < 0.001
    await until_none(pulse, "sink-inputs")


async def test_a_device_of_another_name_is_refused_with_the_list(pulse: Pulse) -> None:
    with pytest.raises(AudioError, match=r"'Jabra'.*Found for input: .*pulse"):
        await anext(SoundCardMic("Jabra").chunks())
    with pytest.raises(AudioError, match=r"'Jabra'.*Found for output: .*pulse"):
        SoundCardOut("Jabra").start(lambda n: np.zeros(n, dtype=np.int16))


@pytest.mark.slow
async def test_a_suspended_source_is_noticed_and_recovered(pulse: Pulse) -> None:
    reports = Reports()
    mic = SoundCardMic("pulse", report=reports).chunks()
    before = (await hear(mic, 0.5))[-1]
    reading = asyncio.ensure_future(hear(mic, 1.0))
    pulse.control("suspend-source", "mic", "1")
    error = await reports.next()
    assert isinstance(error, AudioError)
    assert "stopped" in str(error)
    pulse.control("suspend-source", "mic", "0")
    assert await reports.next() is None
    chunks = await reading
    assert max(b.at_sample - a.at_sample for a, b in pairwise([before, *chunks])) > 4_000
    await mic.aclose()


@pytest.mark.slow
async def test_a_killed_server_is_noticed_and_recovered_for_both_ways(pulse: Pulse) -> None:
    hearing, playing = Reports(), Reports()
    mic = SoundCardMic("pulse", report=hearing).chunks()
    speaker = Speaker(SoundCardOut("pulse", report=playing))
    speaker.open()
    await hear(mic, 0.5)
    reading = asyncio.ensure_future(hear(mic, 1.0))
    pulse.kill()
    assert isinstance(await hearing.next(), AudioError)
    assert isinstance(await playing.next(), AudioError)
    pulse.start()
    assert await hearing.next() is None
    assert await playing.next() is None
    await reading
    said = sweep(1.0)
    assert await played_well(pulse, speaker, said)
    assert await heard_well(pulse, mic, said)
    speaker.close()
    await mic.aclose()


FORM = ("rate=48000", "channels=1", "format=s16le")


def plug_in(pulse: Pulse) -> None:
    """A headset: loudspeaker and microphone at once."""
    pulse.control("load-module", "module-null-sink", "sink_name=speaker", "norewinds=1", *FORM)
    pulse.control("load-module", "module-null-sink", "sink_name=air", "norewinds=1", *FORM)
    pulse.control("load-module", "module-remap-source", "source_name=mic", "master=air.monitor")
    pulse.control("set-default-sink", "speaker")
    pulse.control("set-default-source", "mic")


@pytest.mark.slow
async def test_devices_that_are_pulled_out_and_put_back_work_again(pulse: Pulse) -> None:
    hearing, playing = Reports(), Reports()
    mic = SoundCardMic("pulse", report=hearing).chunks()
    speaker = Speaker(SoundCardOut("pulse", report=playing))
    speaker.open()
    await hear(mic, 0.5)
    reading = asyncio.ensure_future(hear(mic, 1.0))
    pulse.control("unload-module", "module-remap-source")
    pulse.control("unload-module", "module-null-sink")
    assert isinstance(await hearing.next(), AudioError)
    assert isinstance(await playing.next(), AudioError)
    assert hearing.told.empty()  # told once, however often it is tried again
    plug_in(pulse)
    assert await hearing.next() is None
    assert await playing.next() is None
    await reading
    said = sweep(1.0)
    assert await played_well(pulse, speaker, said)
    assert await heard_well(pulse, mic, said)
    speaker.close()
    await mic.aclose()


@pytest.mark.slow
async def test_devices_that_are_not_there_at_the_start_are_waited_for(pulse: Pulse) -> None:
    pulse.control("unload-module", "module-remap-source")
    pulse.control("unload-module", "module-null-sink")
    hearing, playing = Reports(), Reports()
    mic = SoundCardMic("pulse", report=hearing, waits=True).chunks()
    speaker = Speaker(SoundCardOut("pulse", report=playing, waits=True))
    speaker.open()
    reading = asyncio.ensure_future(hear(mic, 0.5))
    assert isinstance(await hearing.next(), AudioError)
    assert isinstance(await playing.next(), AudioError)
    plug_in(pulse)
    assert await hearing.next() is None
    assert await playing.next() is None
    await reading
    speaker.close()
    await mic.aclose()


@pytest.mark.slow
async def test_a_loudspeaker_that_stalls_keeps_the_ring_for_later(pulse: Pulse) -> None:
    reports = Reports()
    speaker = Speaker(SoundCardOut("pulse", report=reports))
    speaker.open()
    ring = speaker.begin(Priority.RING)
    await ring.feed(Sound(sweep(3.0).tobytes(), RATE))
    ring.end()
    await ring.started()
    pulse.control("suspend-sink", "speaker", "1")
    assert isinstance(await reports.next(), AudioError)
    assert ring.position_s < 3.0
    pulse.control("suspend-sink", "speaker", "0")
    assert await reports.next() is None
    assert abs(await asyncio.wait_for(ring.played(), PATIENCE_S) - 3.0) < 0.01
    speaker.close()


@pytest.mark.slow
async def test_an_unread_microphone_drops_the_oldest_and_counts_it(pulse: Pulse) -> None:
    microphone = SoundCardMic("pulse")
    mic = microphone.chunks()
    first = (await hear(mic, 0.1))[-1]
    await asyncio.to_thread(time.sleep, 3.0)
    chunks = await hear(mic, 2.2)
    await mic.aclose()
    gap = max(b.at_sample - a.at_sample for a, b in pairwise([first, *chunks]))
    assert microphone.dropped > 0.5 * RATE
    assert abs(gap - 320 - microphone.dropped) <= 640


@pytest.mark.slow
async def test_the_sound_servers_echo_canceller_is_preferred_and_works(
    pulse: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULSE_SOURCE", raising=False)
    monkeypatch.delenv("PULSE_SINK", raising=False)
    plain = sound_server()
    assert plain is not None
    assert plain.echo_cancelled_source is None
    module = pulse.control(
        "load-module",
        "module-echo-cancel",
        "aec_method=webrtc",
        "source_name=echo-cancel-source",
        "sink_name=echo-cancel-sink",
        "source_master=mic",
        "sink_master=speaker",
    ).strip()
    found = sound_server()
    assert found is not None
    assert (found.echo_cancelled_source, found.echo_cancelled_sink) == (
        "echo-cancel-source",
        "echo-cancel-sink",
    )
    microphone = SoundCardMic(None)
    mic = microphone.chunks()
    await hear(mic, 0.5)
    streams = pulse.control("list", "source-outputs")
    await mic.aclose()
    pulse.control("unload-module", module)
    assert microphone.echo_cancelled
    assert "PortAudio" in streams or "ALSA plug-in" in streams
    again = sound_server()
    assert again is not None
    assert again.echo_cancelled_source is None
