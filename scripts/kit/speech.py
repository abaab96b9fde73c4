"""Sentences → shards of speech: flite, festival and espeak-ng variants, at varied tempo and pitch.

Room, noise and level are varied while training, so that no clip is heard twice the same. A shard that is
there is not made again: making goes on where it was interrupted.
"""

import itertools
import json
import os
import random
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.pcm import resample, samples
from kit.sentences import Sentences

RATE_HZ = 16_000
LONGEST_S = 6.5
"""What fits the ear's window with its margin; longer clips are left out."""
CLIPS = 400
"""In one shard."""
SOFT = 200
"""A sample louder than this belongs to the speech; silence around it is cut to a tenth of a second."""
FLITE = ("slt", "rms", "awb", "kal", "kal16")
HTS = "hts"
ESPEAK = tuple(
    f"{accent}+{variant}"
    for accent in ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp")
    for variant in ("m1", "m3", "m7", "f1", "f3", "f5", "croak", "Andy", "Annie", "steph")
)
HELD_OUT = ("rms", "en-us+f2")
"""Voices that no clip for training is made with: the ear's figure on an unseen voice is taken from them."""
Speech = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Clip:
    """One sentence, said. `speech`: int16, mono, 16 kHz."""

    text: str
    voice: str
    speech: Speech


def _wav(path: Path) -> Speech:
    with wave.open(str(path)) as sound:
        rate, pcm = sound.getframerate(), sound.readframes(sound.getnframes())
    heard = resample(samples(pcm), rate, RATE_HZ)
    loud = np.flatnonzero(np.abs(heard.astype(np.int32)) > SOFT)
    if not len(loud):
        return heard[:0]
    edge = RATE_HZ // 10
    return heard[max(0, loud[0] - edge) : loud[-1] + edge]


def _flite(text: str, voice: str, chance: random.Random, out: Path) -> None:
    stretch, pitch = chance.uniform(0.8, 1.3), chance.uniform(0.8, 1.25)
    base = {"slt": 180, "rms": 95, "awb": 125, "kal": 95, "kal16": 95}[voice]
    command = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.2f}"]
    subprocess.run(
        [*command, "--setf", f"int_f0_target_mean={base * pitch:.0f}", "-t", text, "-o", str(out)],
        check=True,
        capture_output=True,
    )


def _espeak(text: str, voice: str, chance: random.Random, out: Path) -> None:
    speed, pitch = chance.randint(130, 210), chance.randint(25, 75)
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "-w", str(out), "--", text]
    subprocess.run(command, check=True, capture_output=True)


def _festival(texts: Sequence[str], places: Sequence[Path], chance: random.Random, home: Path) -> None:
    """Many sentences in one process: loading the voice takes longer than a sentence."""
    script = ["(voice_cmu_us_slt_arctic_hts)"]
    for text, place in zip(texts, places, strict=True):
        script.append(f"(Parameter.set 'Duration_Stretch {chance.uniform(0.85, 1.25):.2f})")
        script.append(f'(utt.save.wave (utt.synth (Utterance Text "{text}")) "{place}" \'riff)')
    file = home / "say.scm"
    file.write_text("\n".join(script), encoding="utf-8")
    subprocess.run(
        ["festival", "--batch", str(file)],
        check=True,
        capture_output=True,
        env={**os.environ, "HOME": str(home)},
    )


def say(texts: Sequence[str], voices: Sequence[str], seed: int) -> Iterator[Clip]:
    """Each text in one of the voices, drawn by `seed`; silent and overlong clips are left out."""
    chance = random.Random(seed)
    chosen = [chance.choice(voices) for _ in texts]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        places = [home / f"{at}.wav" for at in range(len(texts))]
        slow = [at for at, voice in enumerate(chosen) if voice == HTS]
        if slow:
            _festival([texts[at] for at in slow], [places[at] for at in slow], chance, home)
        for text, voice, place in zip(texts, chosen, places, strict=True):
            if voice in FLITE:
                _flite(text, voice, chance, place)
            elif voice != HTS:
                _espeak(text, voice, chance, place)
            speech = _wav(place)
            if 0 < len(speech) <= LONGEST_S * RATE_HZ:
                yield Clip(text, voice, speech)


def trained_voices() -> list[str]:
    """Half the clips are flite's and festival's: they are the voices the house is tested with."""
    natural = [voice for voice in (*FLITE, HTS) if voice not in HELD_OUT]
    each = max(1, len(ESPEAK) // len(natural))
    return [*(natural * each), *(voice for voice in ESPEAK if voice not in HELD_OUT)]


def write_shard(place: Path, clips: Sequence[Clip]) -> None:
    """One .npz: all speech in a row, where each clip ends, and texts and voices as JSON."""
    words = json.dumps([[clip.text, clip.voice] for clip in clips]).encode()
    ends = np.cumsum([len(clip.speech) for clip in clips])
    begun = place.with_suffix(".part.npz")
    with begun.open("wb") as file:
        np.savez(
            file,
            speech=np.concatenate([clip.speech for clip in clips]),
            ends=ends,
            words=np.frombuffer(words, np.uint8),
        )
    begun.rename(place)


def read_shard(place: Path) -> list[Clip]:
    """What `write_shard` wrote."""
    with np.load(place, allow_pickle=False) as found:
        speech, ends, words = found["speech"], found["ends"], json.loads(found["words"].tobytes())
    starts = [0, *ends[:-1]]
    return [Clip(t, v, speech[a:b]) for (t, v), a, b in zip(words, starts, ends, strict=True)]


def _make(place: Path, number: int, voices: Sequence[str], clips: int) -> Path:
    texts = list(itertools.islice(iter(Sentences(number)), clips))
    write_shard(place, list(say(texts, voices, number)))
    return place


def make_shards(folder: Path, count: int, told: Callable[[str], None], *, clips: int = CLIPS) -> None:
    """`count` shards to train with, and to judge with one of trained voices and one of each held-out voice.

    Raises FileNotFoundError naming the package when a synthesiser is missing.
    """
    for program in ("flite", "festival", "espeak-ng"):
        if shutil.which(program) is None:
            raise FileNotFoundError(
                f"{program} is missing. Fix: apt-get install flite festival festvox-us-slt-hts espeak-ng"
            )
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {folder / f"judge-{voice}.npz": (9_000 + at, [voice]) for at, voice in enumerate(HELD_OUT)}
    wanted[folder / "judge-trained.npz"] = (9_100, trained_voices())
    wanted |= {folder / f"train-{n:04d}.npz": (n, trained_voices()) for n in range(count)}
    lacking = {place: how for place, how in wanted.items() if not place.exists()}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        made = [
            pool.submit(_make, place, number, voices, clips) for place, (number, voices) in lacking.items()
        ]
        for at, each in enumerate(made):
            told(f"{each.result().name}  ({at + 1} of {len(made)})")
