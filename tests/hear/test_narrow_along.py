"""Reading along with the speaker."""

import numpy as np
import pytest

from assistant.hear.stt import narrow_along
from assistant.hear.stt.narrow_along import Along
from assistant.hear.stt.narrow_ear import NarrowEar
from assistant.hear.stt.narrow_reading import Reading
from assistant.hear.stt.narrow_sound import Sound
from tests.hear.test_narrow import GRAMMAR, chunks
from tests.voices import heard, say

SAID = "turn off the bedroom lamp"


@pytest.fixture(scope="module")
def ear() -> NarrowEar:
    made = NarrowEar()
    made.listen_for(GRAMMAR, {}, ["hey jarvis"], 1.0)
    return made


def followed(ear: NarrowEar, *parts: bytes) -> Sound:
    sound = Sound()
    for chunk in chunks(heard(*parts, before=0.3, after=0.3)):
        sound.add(chunk)
        ear.follow(sound)
    return sound


def along(ear: NarrowEar) -> Along:
    assert ear._along is not None
    return ear._along


def places(reading: Reading) -> list[tuple[str, int, int]]:
    return [(part.word, part.start, part.end) for part in reading]


def test_what_was_read_along_is_what_is_read_at_once_with_the_same_mean(ear: NarrowEar) -> None:
    sound = followed(ear, say(SAID))
    pcm, _ = sound.cut()
    told = along(ear).end(sound, pcm)
    assert told is not None
    for reader, begun in zip(along(ear)._readers, told, strict=True):
        whole = reader.read(pcm)
        assert places(begun) == places(whole)
        assert [part.score for part in begun] == pytest.approx([part.score for part in whole], abs=4)


def test_reading_along_leaves_less_to_read_at_the_pause(
    ear: NarrowEar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in bytes that both decoders are still fed."""
    sound = followed(ear, say(SAID))
    fed = list[int]()
    for reader in along(ear)._readers:
        monkeypatch.setattr(reader, "feed", lambda pcm: fed.append(len(pcm)))
    pcm, _ = sound.cut()
    assert along(ear).end(sound, pcm) is not None
    assert len(fed) == 2
    assert max(fed) < len(pcm) / 4


def test_where_the_beginning_sounds_otherwise_the_whole_is_read_again(
    ear: NarrowEar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrow_along, "_AGAIN", 10)
    x = np.frombuffer(say("add eggs and bread to the shopping list"), "<i2").astype(np.float32)
    muffled = np.convolve(x, np.full(24, 1 / 24), "same") * 0.2
    muffled[18_000:] = x[18_000:]
    sound = followed(ear, muffled.astype("<i2").tobytes())
    pcm, voiced = sound.cut()
    assert along(ear)._mean is not None
    assert along(ear).end(sound, pcm) is None
    with ear.live():
        sound = followed(ear, muffled.astype("<i2").tobytes())
        assert ear.judge(pcm, voiced, sound=sound) == ear.judge(pcm, voiced)


def test_what_was_begun_and_dropped_is_not_in_what_comes_next(ear: NarrowEar) -> None:
    with ear.live():
        followed(ear, say("add eggs to the shopping list"))
    with ear.live():
        sound = followed(ear, say(SAID))
        found = ear.judge(*sound.cut(), sound=sound)
    assert found is not None
    assert (found.text, found.refused) == (SAID, None)


@pytest.mark.parametrize("alone", [False, True])
def test_what_was_read_along_and_refused_is_read_once_more_if_no_other_ear_hears_it(
    ear: NarrowEar, *, alone: bool
) -> None:
    ear.listen_for(GRAMMAR, {}, ["hey jarvis"], 1.0, alone=alone)
    with ear.live():
        sound = followed(ear, say("what is the capital of france"))
        found = ear.judge(*sound.cut(), sound=sound)
        with_its_own_mean = not ear._grammar.reader.mean
    assert found is not None
    assert found.refused
    assert with_its_own_mean == alone


def test_a_decoder_keeps_to_the_mean_it_was_told(ear: NarrowEar) -> None:
    """Left alone, it moves it after three seconds."""
    reader = ear._grammar.reader
    mean = reader.mean = "50.0,-2.0,9.0,16.0,5.0,3.0,6.0,-17.0,-9.0,-6.0,8.0,-1.0,4.0"
    reader.begin()
    for chunk in chunks(
        heard(say("add eggs and bread and milk to the shopping list"), before=1.0, after=1.5)
    ):
        reader.feed(chunk.pcm)
    told = [float(value) for value in reader._decoder.get_cmn(False).split(",")]
    reader.drop()
    reader.mean = ""
    assert told == pytest.approx([float(value) for value in mean.split(",")], abs=0.01)
