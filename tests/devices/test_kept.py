"""A device that is kept open: lost and back again."""

import asyncio
import threading

from assistant.devices.kept import Kept
from assistant.errors import AudioError


async def test_a_device_is_lost_from_its_failure_until_sound_goes_through() -> None:
    told: asyncio.Queue[AudioError | None] = asyncio.Queue()
    plugged = threading.Event()

    def use() -> None:
        if not plugged.is_set():
            raise AudioError("there is none")
        kept.works()
        kept.stopped.wait()

    kept = Kept("loudspeaker", use, told.put_nowait)
    seen = [kept.lost]
    kept.start()
    try:
        assert isinstance(await told.get(), AudioError)
        seen.append(kept.lost)
        plugged.set()
        assert await told.get() is None
        seen.append(kept.lost)
    finally:
        kept.stop(5.0)
    assert seen == [False, True, False]
