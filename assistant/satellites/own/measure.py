"""`assistant satellite --measure`: what the program costs on this board."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from assistant.messages import EAR_RATE_HZ

SECONDS: Final = 30
ZERO_2_FACTOR: Final = 8.0
"""How much longer a core of a Pi Zero 2 W takes: openWakeWord is reported to fill 70 to 100 % of one there
(rhasspy/wyoming-openwakeword, issue 47) and filled 9 to 13 % of the server core this was written on.
An estimate, not a measurement: on another box than that server it means little."""
MOST_MB: Final = 80


def tell(words: tuple[str, ...], out: Callable[[str], None]) -> int:
    """Load all that a running satellite loads, listen to noise and to silence, and print the cost."""
    import numpy as np

    from assistant.satellites.own import start
    from assistant.satellites.own.listening import Listening
    from assistant.satellites.own.wake import cascade_of

    listening = Listening(cascade_of(words, "normal"))
    noise = np.random.default_rng(7).normal(0, 300, SECONDS * EAR_RATE_HZ).astype("<i2").tobytes()
    began_s = time.process_time()
    for at in range(0, len(noise), 640):
        listening.take(noise[at : at + 640], own_voice=False)
    share = (time.process_time() - began_s) / SECONDS
    pss_mb, rss_mb = _memory()
    out(f"memory: {pss_mb:.1f} MB PSS, {rss_mb:.1f} MB RSS (at most {MOST_MB} MB PSS)")
    out(f"processor: {1000 * share:.2f} ms for each second of sound")
    out(f"a Pi Zero 2 W, estimated at {ZERO_2_FACTOR:g} times that: {1000 * share * ZERO_2_FACTOR:.1f} ms")
    assert start.run is not None  # loaded, as in a satellite that runs
    return 0 if pss_mb <= MOST_MB else 1


def _memory() -> tuple[float, float]:
    """PSS and RSS of this process in MB."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    found = {line.partition(":")[0]: line.partition(":")[2] for line in lines}
    return tuple(int(found[key].split()[0]) / 1000 for key in ("Pss", "Rss"))  # type: ignore[return-value]
