"""Units cut from whole sentences: how a pair of sounds is said in talk, by what stands before it."""

import itertools
import statistics
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from kit.sentences import Sentences
from kit.voice_units import (
    AFFRICATES,
    CONSONANTS,
    DIPHTHONGS,
    GLIDE,
    ONSET,
    PAUSE_S,
    PULSE,
    RATE_HZ,
    REST,
    VOWELS,
    Phone,
    Unit,
    Wave,
    all_units,
    phase,
    said,
)

SENTENCES, SEED = 1_200, 424_242
TRIPLES = 4_500
"""Most units that are chosen by the sound before them; the commonest."""
KEPT = 7
"""Of one kind, to take the one of middle length from."""
STRETCH = 1.0
NEAR = 4
"""Pulses on each side of a cut in which it is looked for where they begin."""
BURST, HISS = 0.2, 0.75
"""Of an affricate: where its stop is, and its fricative's middle."""
Cut = tuple[str, float, float]
"""A sound; where the unit that leads to it ends, and where the one that leaves it begins, in seconds."""


def _parts() -> dict[str, list[tuple[str, float]]]:
    """What flite calls a phone → its sounds, and where in it they are."""
    found = {name: [(sound, 0.5)] for sound, name in {**VOWELS, **CONSONANTS}.items()}
    for pair, name in DIPHTHONGS.items():
        found[name] = [(pair[0], ONSET), (pair[1], GLIDE)]
    for pair, name in AFFRICATES.items():
        found[name] = [(pair[0], BURST), (pair[1], HISS)]
    return found


PARTS = _parts()


def cuts(phones: Sequence[Phone]) -> list[Cut]:
    """Where the sounds of a sentence are cut; a rest is cut near what is said before and behind it."""
    found: list[Cut] = []
    for name, start, end in phones:
        if name == REST:
            found.append((REST, min(end, start + PAUSE_S), max(start, end - PAUSE_S)))
        for sound, share in PARTS.get(name, []):
            at = start + (end - start) * share
            found.append((sound, at, at))
    return found


def _pulse(sound: Wave, second: float) -> int:
    """The sample nearest to it where a pulse begins."""
    at = round(second * RATE_HZ)
    first = max(0, at - NEAR * PULSE)
    within = phase(sound[first : at + NEAR * PULSE])
    return max(0, first + within + round((at - first - within) / PULSE) * PULSE)


def units_of(sound: Wave, phones: Sequence[Phone]) -> Iterator[Unit]:
    """Every pair of a sentence, with the sound before it."""
    found = cuts(phones)
    for before, (first, _, begin_s), (second, end_s, _) in zip(
        [(REST, 0.0, 0.0), *found], found, found[1:], strict=False
    ):
        begin, stop = _pulse(sound, begin_s), _pulse(sound, end_s)
        stop = max(stop, begin + PULSE)
        padded = np.pad(sound, (0, max(0, stop + PULSE - len(sound))))
        yield Unit((first, second), padded[begin : stop + PULSE].astype(np.int16), before[0])


def talked_units(told: Callable[[str], None], sentences: int = SENTENCES) -> list[Unit]:
    """All pairs, and the commonest ones by the sound before them. FileNotFoundError: flite is missing."""
    seen: Counter[tuple[str, str, str]] = Counter()
    pairs: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    triples: dict[tuple[str, str, str], list[Unit]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(itertools.islice(iter(Sentences(SEED)), sentences), 1):
            for unit in units_of(*said(["-t", text], Path(folder), STRETCH)):
                key = (unit.after, *unit.pair)
                seen[key] += 1
                if len(triples[key]) < KEPT:
                    triples[key].append(unit)
                if len(pairs[unit.pair]) < 3 * KEPT:
                    pairs[unit.pair].append(unit)
            if number % 100 == 0:
                told(f"{number} of {sentences} sentences")
    found = [
        Unit(unit.pair, _middling(pairs[unit.pair]).sound) if unit.pair in pairs else unit
        for unit in all_units(told)
    ]
    return found + [_middling(triples[key]) for key, _ in seen.most_common(TRIPLES)]


def _middling(units: Sequence[Unit]) -> Unit:
    """The one of middle length."""
    middle = statistics.median_low(len(unit.sound) for unit in units)
    return next(unit for unit in units if len(unit.sound) == middle)
