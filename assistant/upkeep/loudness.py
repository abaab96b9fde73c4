"""How loud sound is, and whether a voice in it stands clear of the room's own noise."""

from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.upkeep.findings import Finding

CLEAR_DB, FAINT_DB = 18.0, 8.0
"""How far a voice must lie above the room's own noise: to be heard well, and at all."""
FRAME: Final = 320
WORD_FRAMES: Final = 10
"""0.2 s: what of a single "hello" is loud."""
SOFTEST_DB, LOUDEST_DB = -65.0, -10.0
"""Ends of a meter, dBFS."""
QUIETEST_DB: Final = -70.0
"""Nothing is quieter than a microphone's own noise."""
Pcm = npt.NDArray[np.int16]


def level_db(pcm: Pcm) -> float:
    """Of one stretch, dBFS."""
    mean = float(np.sqrt((pcm.astype(np.float64) ** 2).mean())) if len(pcm) else 0.0
    return 20 * float(np.log10(max(mean, 1e-3) / 32768))


def floor_db(sound: Pcm) -> float:
    """The room's own noise: what the quieter fifth of it stays below."""
    levels = _levels(sound)
    return max(QUIETEST_DB, float(np.percentile(levels, 20))) if levels else QUIETEST_DB


def of_hello(room: str, sound: Pcm, floor: float) -> Finding:
    """Whether somebody spoke who is heard well: a short word's length, against the room's noise."""
    levels = sorted(_levels(sound))
    above_db = levels[-min(WORD_FRAMES, len(levels))] - floor if levels else 0.0
    check = f"{room}: voice"
    if above_db >= CLEAR_DB:
        return Finding(check, True, f"I hear you well ({above_db:.0f} dB above the room's noise)")
    if above_db >= FAINT_DB:
        fix = "put the microphone nearer, or turn it up"
        return Finding(check, False, f"I hear you faintly ({above_db:.0f} dB)", fix)
    fix = "unmute the microphone, put it nearer, or choose another one"
    return Finding(check, False, "I heard nobody", fix)


def _levels(sound: Pcm) -> list[float]:
    whole = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    return [level_db(each) for each in whole]
