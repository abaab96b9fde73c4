"""Make voices/sounds/*.wav: three short tones from sines, and the apology spoken by espeak-ng.

Run again only to change them: `python scripts/make_sounds.py`. Needs espeak-ng for the apology.
"""

import io
import math
import subprocess
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE_HZ = 22_050
LEVEL_DB = -20.0
"""RMS of every sound, below full scale."""
PEAK_DB = -3.0
FOLDER = Path(__file__).resolve().parent.parent / "voices" / "sounds"

Wave = npt.NDArray[np.float64]


def note(hz: float, seconds: float, *, decay_s: float) -> Wave:
    """A soft bell: a sine with a quiet octave, eased in over 8 ms, dying away and eased out over 20 ms."""
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    tone = np.sin(2 * math.pi * hz * t) + 0.2 * np.sin(4 * math.pi * hz * t)
    ease_in = np.minimum(1.0, t / 0.008)
    ease_out = np.minimum(1.0, (seconds - t) / 0.020)
    return np.asarray(tone * np.exp(-t / decay_s) * ease_in * ease_out)


def after(*parts: tuple[float, Wave]) -> Wave:
    """Sounds laid over one another, each from its second on."""
    length = max(int(at * RATE_HZ) + len(part) for at, part in parts)
    out = np.zeros(length)
    for at, part in parts:
        start = int(at * RATE_HZ)
        out[start : start + len(part)] += part
    return out


def ring() -> Wave:
    """Two rising pairs and a rest: played over and over until it is stopped."""
    pair = ((0.0, 784.0), (0.16, 988.0), (0.5, 784.0), (0.66, 988.0))
    notes = [(at, note(hz, 0.3, decay_s=0.12)) for at, hz in pair]
    return after(*notes, (1.98, np.zeros(int(0.02 * RATE_HZ))))


def apology() -> Wave:
    """The sentence for when no voice works, spoken once and for all."""
    words = [
        "espeak-ng",
        "-v",
        "en-us+f3",
        "-s",
        "160",
        "-p",
        "45",
        "--stdout",
        "Sorry, something went wrong.",
    ]
    spoken = subprocess.run(words, check=True, capture_output=True).stdout
    # espeak-ng cannot know the length when it writes the header to a pipe, so the size fields lie.
    samples = np.frombuffer(spoken[44 : len(spoken) - len(spoken) % 2], dtype="<i2").astype(np.float64)
    loud = np.flatnonzero(np.abs(samples) > 100)
    cut = samples[max(0, loud[0] - 200) : loud[-1] + 800]
    ends = np.minimum(1.0, np.minimum(np.arange(len(cut)), np.arange(len(cut))[::-1]) / 200)
    return np.asarray(cut * ends)


def write(name: str, sound: Wave, level_db: float = LEVEL_DB) -> None:
    """Save at the level, never above the peak, the first and last sample silent."""
    active = sound[np.abs(sound) > 0.02 * np.max(np.abs(sound))]
    scale = 32768 * 10 ** (level_db / 20) / math.sqrt(float(np.mean(active**2)))
    scale = min(scale, 32768 * 10 ** (PEAK_DB / 20) / float(np.max(np.abs(sound))))
    pcm = np.round(sound * scale).astype("<i2")
    pcm[0] = pcm[-1] = 0
    content = io.BytesIO()
    with wave.open(content, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(pcm.tobytes())
    (FOLDER / name).write_bytes(content.getvalue())
    print(f"{name}: {len(pcm) / RATE_HZ:.2f} s")


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    rising = after((0.0, note(659.3, 0.18, decay_s=0.07)), (0.09, note(987.8, 0.26, decay_s=0.09)))
    falling = after((0.0, note(523.3, 0.18, decay_s=0.07)), (0.10, note(392.0, 0.28, decay_s=0.09)))
    write("listening.wav", rising)
    write("dismissed.wav", falling, LEVEL_DB - 4)
    write("ring.wav", ring())
    write("sorry.wav", apology())


if __name__ == "__main__":
    main()
