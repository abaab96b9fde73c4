"""Sound → whether what comes after a voice is the room's, so that no end of a word is in it."""

import numpy as np

from assistant.hear.endpoint import WHOLE_WORD_MS
from assistant.messages import EAR_RATE_HZ

HEARD_SAMPLES = EAR_RATE_HZ * 96 // 1000
"""After the last voice, what is always read as part of the last word …"""
END_SAMPLES = EAR_RATE_HZ * WHOLE_WORD_MS // 1000
"""… and what may hold its voiceless end."""
_QUIET_DB = 6.0
"""What is no louder than this above the quietest of the sound, its high tones raised, is no end of a word."""
_LEVEL_SAMPLES = EAR_RATE_HZ * 32 // 1000


def quiet_after(pcm: bytes | bytearray, voice_end: int) -> bool:
    """Whether all after HEARD_SAMPLES behind the sample `voice_end` is quiet; not where there is nothing."""
    sound = np.frombuffer(bytes(pcm), "<i2").astype(np.float32)
    whole = len(sound) // _LEVEL_SAMPLES * _LEVEL_SAMPLES
    highs = np.diff(sound, prepend=sound[:1])[:whole].reshape(-1, _LEVEL_SAMPLES)
    levels = 10 * np.log10(np.mean(highs**2, axis=1) + 1)
    after = levels[(voice_end + HEARD_SAMPLES) // _LEVEL_SAMPLES :]
    return bool(len(after)) and bool(after.max() <= levels.min() + _QUIET_DB)
