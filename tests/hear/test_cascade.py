"""The fused decision: what is looked at, announced, woken for and dismissed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.hear.cascade import (
    CONFIRM_SAMPLES,
    PRE_ROLL_SAMPLES,
    Cascade,
    Finding,
    Sensed,
    Verdict,
    WakeWord,
)
from assistant.hear.ring import Ring
from assistant.hear.wake.models import plan
from assistant.pcm import samples
from assistant.ports import WakeEngine
from tests.hear.ears import cascade, create, person
from tests.voices import RATE, VOICES, gain, heard, say, shared, silence

PIECE = 512


class Told:
    """A wake engine whose scores ride in the sound: the largest sample / 10000."""

    def __init__(self) -> None:
        self.heard: list[int] = []

    def process(self, pcm: bytes) -> float:
        self.heard.append(len(pcm) // 2)
        return float(samples(pcm).max(initial=0)) / 10_000

    def reset(self) -> None:
        self.heard.clear()


class Deaf(Told):
    """A wake engine that always says the same."""

    def __init__(self, score: float) -> None:
        super().__init__()
        self.score = score

    def process(self, pcm: bytes) -> float:
        super().process(pcm)
        return self.score


def told(confirmer: WakeEngine | None) -> Cascade:
    return Cascade([WakeWord(plan("hey jarvis"), Told(), confirmer)])


def scores(*values: float) -> bytes:
    """Sound of one piece per score."""
    return np.repeat([round(value * 10_000) for value in values], PIECE).astype("<i2").tobytes()


def findings(wake: Cascade, pcm: bytes, own_voice: Callable[[], bool] = lambda: False) -> list[Finding]:
    """Everything found in a recording."""
    ring = Ring(6 * RATE)
    found: list[Finding] = []
    for at in range(0, len(pcm), 2 * PIECE):
        piece = pcm[at : at + 2 * PIECE]
        ring.add(piece)
        if wake.looking:
            found += wake.look_on(piece, ring.end, own_voice=own_voice())
            continue
        found += wake.listen(piece, ring.end)
        if started(wake):
            found += wake.look_back(ring.sound(ring.end - PRE_ROLL_SAMPLES), own_voice=own_voice())
    return found


def started(wake: Cascade) -> bool:
    """Something is being looked at."""
    return wake.looking


def woken(found: list[Finding]) -> bool:
    return any(isinstance(item, Verdict) and item.woken for item in found)


def test_agreement_wakes_at_once() -> None:
    sensed, verdict = findings(told(Deaf(0.9)), scores(0, 0, 0.4, 0))
    assert isinstance(sensed, Sensed)
    assert isinstance(verdict, Verdict)
    assert verdict.woken
    assert verdict.score == pytest.approx(0.65)
    assert verdict.end_sample == sensed.end_sample


def test_a_sure_second_model_outweighs_a_weak_first() -> None:
    assert woken(findings(told(Deaf(0.95)), scores(0, 0.01, 0)))


def test_a_sure_first_model_outweighs_a_deaf_second() -> None:
    assert woken(findings(told(Deaf(0.0)), scores(0, 0.95, 0)))


def test_doubt_is_announced_and_dismissed_in_time() -> None:
    wake = told(Deaf(0.0))
    pieces = 2 + CONFIRM_SAMPLES // PIECE
    assert [type(item) for item in findings(wake, scores(0, 0.4, *[0.4] * (pieces - 3)))] == [Sensed]
    assert wake.looking
    sensed, verdict = findings(told(Deaf(0.0)), scores(0, 0.4, *[0.4] * (pieces - 2)))
    assert isinstance(sensed, Sensed)
    assert verdict == Verdict("hey_jarvis", 0.2, False, sensed.end_sample)


def test_a_faint_hint_is_looked_at_in_silence() -> None:
    confirmer = Deaf(0.1)
    assert findings(told(confirmer), scores(0, 0.01, *[0.0] * 40)) == []
    assert confirmer.heard, "the second model was asked"


def test_below_the_hint_the_second_model_is_not_asked() -> None:
    confirmer = Deaf(0.9)
    assert findings(told(confirmer), scores(*[0.004] * 60)) == []
    assert not confirmer.heard


def test_one_sound_is_not_looked_at_twice() -> None:
    found = findings(told(Deaf(0.0)), scores(0, *[0.4] * 200))
    assert [type(item) for item in found] == [Sensed, Verdict]


def test_a_new_sound_is_looked_at_again() -> None:
    found = findings(told(Deaf(0.0)), scores(0, *[0.4] * 30, 0, *[0.4] * 30))
    assert [type(item) for item in found] == [Sensed, Verdict] * 2


def test_while_the_score_still_rises_the_word_is_not_over() -> None:
    slow = [0.006] * 15 + [0.05] * 15 + [0.2] * 15 + [0.95]
    assert woken(findings(told(Deaf(0.0)), scores(0, *slow)))


def test_the_end_of_the_word_is_where_the_score_rose() -> None:
    verdict = findings(told(Deaf(0.7)), scores(*[0] * 50, 0.006, 0.006, 0.3, 0.3))[-1]
    assert verdict.end_sample == 53 * PIECE - plan("hey jarvis").late_samples


def test_our_own_voice_asks_for_more() -> None:
    pcm = scores(0, *[0.2] * 30)
    assert woken(findings(told(Deaf(0.8)), pcm))
    assert not woken(findings(told(Deaf(0.8)), pcm, own_voice=lambda: True))


def test_a_word_with_one_model_decides_alone() -> None:
    alone = Cascade([WakeWord(plan("hey rhasspy"), Told(), None)])
    assert woken(findings(alone, scores(0, 0.3, 0.6)))
    alone.reset()
    assert not woken(findings(alone, scores(0, *[0.45] * 40)))


def test_dismissing_by_hand() -> None:
    wake = told(Deaf(0.0))
    findings(wake, scores(0, 0.4))
    (verdict,) = wake.dismiss()
    assert isinstance(verdict, Verdict)
    assert not verdict.woken
    assert not wake.looking


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("shift", [0, 300])
def test_a_sentence_with_the_wake_word_in_it_wakes(voice: str, shift: int) -> None:
    wake = cascade("hey jarvis")
    wake.reset()
    assert woken(findings(wake, heard(say("hey jarvis set a timer for ten minutes", voice))[2 * shift :]))


def test_shifted_reading_finds_what_the_first_missed() -> None:
    """This voice scores 0.1 or 0.9 on the second model, by where its steps fall."""
    wake = cascade("hey jarvis")
    for shift in (0, 160, 320, 480):
        wake.reset()
        pcm = heard(say("hey jarvis how much time is left", "awb"))
        assert woken(findings(wake, pcm[2 * shift :])), shift


def test_a_word_with_one_model_on_people() -> None:
    wake = Cascade.load([plan("hey rhasspy")], create)
    assert woken(findings(wake, heard(person(shared("wake/phrases/hey_rhasspy.wav")))))
    wake.reset()
    assert findings(wake, heard(person(shared("wake/phrases/hey_mycroft.wav")))) == []


def test_several_words_at_once() -> None:
    wake = cascade("hey jarvis", "alexa")
    wake.reset()
    found = findings(wake, heard(person(shared("wake/phrases/alexa.wav"))))
    assert [item.word for item in found if isinstance(item, Verdict)] == ["alexa"]


def alexas() -> list[Path]:
    return sorted(shared("wake/alexa").glob("*.flac"))


def missed(paths: list[Path], noise: bytes = b"") -> list[str]:
    """Recordings of the wake word that do not wake; the noise is at 10 dB below the speech."""
    wake = cascade("alexa")
    names = []
    for number, path in enumerate(paths):
        wake.reset()
        clean = heard(person(path))
        if not woken(findings(wake, in_noise(clean, noise, number) if noise else clean)):
            names.append(path.stem)
    return names


def in_noise(pcm: bytes, noise: bytes, number: int) -> bytes:
    """Noise 10 dB below the speech (silence around it left out); its stretch depends on `number`."""
    speech, whole = samples(pcm), samples(noise)
    start = number * 7919 * 3 % (len(whole) - len(speech))
    stretch = whole[start : start + len(speech)]
    inner = speech[RATE : -RATE * 3 // 2].astype(float)
    ratio_db = 10 * np.log10(np.mean(inner**2) / np.mean(stretch.astype(float) ** 2))
    mixed = speech.astype(int) + gain(stretch, float(ratio_db) - 10)
    return np.clip(mixed, -32768, 32767).astype("<i2").tobytes()


def test_people_saying_the_word() -> None:
    assert len(missed(alexas()[::14])) <= 1


@pytest.mark.slow
def test_all_people_saying_the_word() -> None:
    names = missed(alexas())
    assert len(names) <= 3, names


@pytest.mark.slow
def test_all_people_in_a_noisy_kitchen() -> None:
    names = missed(alexas(), person(shared("noise/kitchen.flac")))
    assert len(names) <= 4, names


def other_words() -> list[Path]:
    """People saying something else; "jarvis" alone is too near to "hey jarvis" to be among them."""
    paths = sorted(shared("wake/negative").glob("*.wav"))
    return [path for path in paths if not path.name.startswith("jarvis_")]


@pytest.mark.parametrize(
    "part", [pytest.param(slice(None, None, 9)), pytest.param(slice(None), marks=pytest.mark.slow)]
)
def test_people_saying_other_words(part: slice) -> None:
    wake = cascade("hey jarvis", "alexa")
    for path in other_words()[part]:
        wake.reset()
        assert findings(wake, heard(person(path))) == [], path.name


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0, 480, 640, 960])
def test_a_noisy_kitchen_without_people(shift: int) -> None:
    """Scores depend on where a model's steps fall in the sound."""
    wake = cascade("hey jarvis", "alexa")
    wake.reset()
    found = findings(wake, silence(1.0 + shift / RATE) + person(shared("noise/kitchen.flac")))
    assert not woken(found)
    assert len(found) <= 4, "the sound is ducked for nothing twice in two minutes at most"
