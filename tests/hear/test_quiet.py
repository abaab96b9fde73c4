"""What is taken for the end of a word, and what for the room."""

import numpy as np

from assistant.hear.quiet import END_SAMPLES, quiet_after
from assistant.hear.stt.narrow_sound import Sound
from assistant.messages import SpeechChunk

FRAME = 512
RNG = np.random.default_rng(7)


def noise(frames: int, peak: int) -> list[bytes]:
    return [RNG.integers(-peak, peak + 1, FRAME).astype("<i2").tobytes() for _ in range(frames)]


def heard(*after: bytes) -> Sound:
    """A quiet room, a word, three frames of the room, and what comes after."""
    sound = Sound()
    for at, (pcm, voiced) in enumerate(
        [
            *((each, False) for each in noise(10, 20)),
            *((each, True) for each in noise(20, 6000)),
            *((each, False) for each in [*noise(3, 20), *after]),
        ]
    ):
        sound.add(SpeechChunk(pcm, at * FRAME, voiced))
    return sound


def ends_quietly(sound: Sound) -> bool:
    return quiet_after(sound.pcm, sound.last)


def test_the_room_after_a_word_is_a_quiet_end() -> None:
    sound = heard(*noise(4, 20))
    assert sound.samples - sound.last == END_SAMPLES
    assert sound.ended
    assert ends_quietly(sound)


def test_a_voiceless_end_of_a_word_is_not() -> None:
    assert not ends_quietly(heard(*noise(1, 60), *noise(3, 20)))
    assert not ends_quietly(heard(*noise(3, 20), *noise(1, 60)))


def test_what_was_not_heard_yet_is_no_quiet_end() -> None:
    assert not ends_quietly(heard())


def test_after_a_gap_in_the_sound_nothing_counts_as_quiet() -> None:
    assert not ends_quietly(heard(bytes(2 * FRAME), *noise(3, 20)))
