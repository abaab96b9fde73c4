"""A hub that moved is suggested by multicast DNS."""

import asyncio

from assistant.satellites.own_announce import announce, suggested


async def test_what_a_hub_announces_is_suggested_to_its_satellites() -> None:
    telling = asyncio.create_task(announce("ab12", ["127.0.0.1"], 4711))
    try:
        found: tuple[tuple[str, int], ...] = ()
        for _ in range(5):  # multicast may lose one
            found = await suggested(["127.0.0.1"])
            if found:
                break
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
    assert ("127.0.0.1", 4711) in found
