"""A wake word that the house says itself, through the real wake models."""

import numpy as np
import pytest

from assistant.hear.wake.models import plan
from assistant.house.own_words import LOOK_SAMPLES, OwnWords
from assistant.messages import EAR_RATE_HZ
from assistant.pcm import samples
from assistant.ports import Samples
from tests.hear.ears import create
from tests.voices import say, silence


class Loudspeaker:
    """What was played lately, as `Speaker.reference` has it."""

    def __init__(self, pcm: bytes) -> None:
        self._played = samples(silence(3.0) + pcm + silence(0.3))
        self.mouth = self.speaker = self.reference = self

    def last(self, n: int) -> Samples:
        return self._played[-n:]


def own(**played: bytes) -> OwnWords:
    rooms = {name: Loudspeaker(pcm) for name, pcm in played.items()}
    return OwnWords(rooms, [plan("hey_jarvis")], create)  # type: ignore[arg-type]


@pytest.mark.parametrize("voice", ["slt", "rms"])
def test_the_word_in_an_announcement_is_known_as_the_houses_own_in_every_room(voice: str) -> None:
    word = say("hey jarvis", voice)
    softly = np.rint(samples(word) * 0.02).astype("<i2").tobytes()
    heard = own(kitchen=softly, hall=b"")
    assert heard.said("kitchen")
    assert heard.said("hall")


def test_other_words_of_the_house_and_silence_are_not_taken_for_it() -> None:
    assert not own(kitchen=say("the kitchen light is on", "slt"), hall=b"").said("kitchen")
    assert not own(kitchen=b"").said("kitchen")
    assert LOOK_SAMPLES <= 3 * EAR_RATE_HZ
