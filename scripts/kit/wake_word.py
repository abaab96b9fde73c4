"""A wake word of the household's own, by openWakeWord's published method: many voices say it, and a small
classifier learns to tell what the shared speech embedding makes of it from what it makes of all else.

Nothing is recorded and nothing downloaded: the embedding rides in the package that listens, the speech is
made here. The result is `<word>.tflite` with its manifest, for `assistant models add`.
"""

import itertools
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyopen_wakeword
import yaml

from kit.sentences import Sentences, common_words
from kit.speech import RATE_HZ, Speech, say, trained_voices
from kit.wake_net import learnt
from kit.wake_pack import write_tflite

WINDOWS, WIDTH = 16, 96
"""What openWakeWord looks at: so many embeddings of 80 ms, each of so many numbers."""
STEP = 1_280
BEFORE_S, AFTER_S = 2.0, 0.4
HITS = 4
"""Windows in which a word that has just ended is one: the last of its clip."""
SAID, OTHERS = 400, 700
"""Clips of the word, and of all else."""
ALIKE_SHARE = 0.45
"""Of all else: what sounds alike, made of the word's own words and of ones that begin as they do."""
SEED = 31_337
Features = npt.NDArray[np.float32]


def make_wake_word(phrase: str, folder: Path, told: Callable[[str], None], *, share: float = 1.0) -> Path:
    """Make clips, learn, write the model; `share`: of the usual clips. ValueError: too short a word."""
    name = re.sub(r"[^a-z]+", "_", phrase.lower()).strip("_")
    if len(name) < 4:
        raise ValueError(f"{phrase!r} is too short to be a wake word. Fix: two or three syllables at least.")
    rng = np.random.default_rng(SEED)
    told(f"saying {phrase!r} and other things")
    words = _word_examples(phrase, round(SAID * share), rng)
    others = _other_examples(phrase, round(OTHERS * share), rng)
    net = learnt(np.concatenate([words, others]), np.arange(len(words) + len(others)) < len(words), rng, told)
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{name}.tflite"
    write_tflite(net, (1, WINDOWS, WIDTH), place)
    manifest = {"family": "open", "word": phrase.lower(), "threshold": 0.5}
    place.with_suffix(".yaml").write_text(yaml.safe_dump(manifest, sort_keys=False), encoding="utf-8")
    told(f"{place} and its manifest. Next: assistant models add {place}")
    return place


def windows(speech: Speech, rng: np.random.Generator) -> Features:
    """What openWakeWord sees of a clip in a room: (N, WINDOWS * WIDTH), the last at the clip's end."""
    features = pyopen_wakeword.OpenWakeWordFeatures.from_builtin()
    sound = np.concatenate(
        [np.zeros(round(BEFORE_S * RATE_HZ)), speech, np.zeros(round(AFTER_S * RATE_HZ))]
    ) * rng.uniform(0.2, 1.0)
    sound = sound + rng.standard_normal(len(sound)) * 10 ** rng.uniform(0.3, 2.3)
    pcm = np.clip(sound, -32_768, 32_767).astype("<i2")
    found = [
        np.asarray(each, np.float32).reshape(-1)
        for at in range(0, len(pcm) - STEP + 1, STEP)
        for each in features.process_streaming(pcm[at : at + STEP].tobytes())
    ]
    rows = np.stack(found)
    return np.stack([rows[at - WINDOWS : at].reshape(-1) for at in range(WINDOWS, len(rows) + 1)])


def _word_examples(phrase: str, count: int, rng: np.random.Generator) -> Features:
    clips = say([phrase] * count, trained_voices(), SEED)
    return np.concatenate([windows(clip.speech, rng)[-HITS:] for clip in clips])


def _other_examples(phrase: str, count: int, rng: np.random.Generator) -> Features:
    alike = round(count * ALIKE_SHARE)
    texts = [
        *itertools.islice(_alike(phrase), alike),
        *itertools.islice(iter(Sentences(SEED)), count - alike),
    ]
    clips = [clip.speech for clip in say(texts, trained_voices(), SEED + 1)]
    silent = [np.zeros(2 * RATE_HZ, np.int16)] * (count // 20)
    return np.concatenate([windows(speech, rng)[:: 2 if len(speech) else 1] for speech in (*clips, *silent)])


def _alike(phrase: str) -> Iterator[str]:
    """Parts of the phrase, its words in another order, and with others in the place of one."""
    chance, own = random.Random(SEED), phrase.lower().split()
    common = common_words()
    near = [word for word in common if any(word[:2] == each[:2] and word != each for each in own)] or common
    while True:
        said = list(own)
        draw = chance.random()
        if draw < 0.3 and len(own) > 1:
            said = [chance.choice(own)]
        elif draw < 0.4 and len(own) > 1:
            said.reverse()
        else:
            said[chance.randrange(len(said))] = chance.choice(near if draw < 0.8 else common)
        if said != own:
            yield " ".join(said)
