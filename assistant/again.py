"""Doing again, with growing waits, what should hold for ever and does not."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

STEADY_S = 10.0
"""What held for so long starts the waits anew; what fails at once never does."""


async def for_ever(
    once: Callable[[], Awaitable[str]], lost: Callable[[str], None], waits_s: Sequence[float]
) -> None:
    """Do `once` again and again, until cancelled; `lost` is told each time why it ended.

    The waits between are those of `waits_s`, each times 0.5 to 1: many that lost one peer must not all come
    back at once.
    """
    loop = asyncio.get_running_loop()
    failures = 0
    while True:
        began_s = loop.time()
        why = await once()
        failures = 0 if loop.time() - began_s > STEADY_S else failures + 1
        lost(why)
        wait_s = waits_s[min(failures, len(waits_s) - 1)]
        await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))
