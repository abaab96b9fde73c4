"""The booth: microphone and speaker on one sample clock."""

import numpy as np

from assistant.devices.booth import CHUNK, OUT_RATE_HZ, TAIL_S, Booth
from assistant.messages import EAR_RATE_HZ


async def test_the_recording_comes_whole_and_then_silence() -> None:
    pcm = np.arange(1, 1000, dtype="<i2").tobytes()
    chunks = [chunk async for chunk in Booth(pcm).chunks()]
    heard = b"".join(chunk.pcm for chunk in chunks)
    assert heard.startswith(pcm)
    assert not any(heard[len(pcm) :])
    assert len(heard) / 2 / EAR_RATE_HZ >= TAIL_S
    assert [chunk.at_sample for chunk in chunks] == list(range(0, len(chunks) * CHUNK, CHUNK))


async def test_what_is_played_lies_where_it_was_heard() -> None:
    booth = Booth(bytes(2 * 10 * CHUNK))
    block = CHUNK * OUT_RATE_HZ // EAR_RATE_HZ
    loud = np.full(block, 1000, dtype=np.int16)
    booth.start(lambda n: loud[:n] if booth.at_sample == 3 * CHUNK else np.zeros(n, dtype=np.int16))
    async for _ in booth.chunks():
        pass
    played = np.frombuffer(booth.played(), dtype="<i2")
    assert np.flatnonzero(played).tolist() == list(range(2 * block, 3 * block))


async def test_the_input_stands_still_while_the_house_thinks() -> None:
    booth = Booth(bytes(2 * 4 * CHUNK))
    looked: list[int] = []

    def thinking() -> bool:
        looked.append(booth.at_sample)
        return len(looked) % 3 != 0

    booth.thinking = thinking
    async for _ in booth.chunks():
        pass
    assert all(looked[i] == looked[i + 1] == looked[i + 2] for i in range(0, len(looked) - 2, 3))


async def test_the_silence_lasts_until_the_room_is_done() -> None:
    booth = Booth(b"")
    booth.busy = lambda: booth.position_s < 5.0
    async for _ in booth.chunks():
        pass
    assert 5.0 <= booth.position_s < 5.1
