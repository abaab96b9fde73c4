"""What a satellite gives away of what it hears: nothing before the wake word, all after it."""

from collections.abc import Callable

from assistant.hear.cascade import Cascade, WakeWord
from assistant.hear.wake.models import WakeModel, WakePlan
from assistant.messages import BUTTON
from assistant.paired.frames import Frame, Kind
from assistant.satellites.own.listening import BEFORE_SAMPLES, LONGEST_S, Listening

PLAN = WakePlan("hey_jarvis", WakeModel("scripted"), None, look=0.2, sense=0.3, threshold=0.5, late_samples=0)
LOUD = b"\x00\x40" * 512
SOFT = b"\x01\x00" * 512


class Loud:
    """A wake engine to which whatever is loud is the word."""

    def process(self, pcm: bytes) -> float:
        return 0.9 if pcm[1:2] == b"\x40" else 0.0

    def reset(self) -> None:
        """Remembers nothing anyway."""


def listening() -> tuple[Listening, Callable[[bytes], list[Frame]]]:
    ear = Listening(Cascade([WakeWord(PLAN, Loud(), None)]))
    return ear, lambda pcm: ear.take(pcm, own_voice=False)


def test_nothing_leaves_before_the_wake_word_and_everything_after_it() -> None:
    _, take = listening()
    assert take(SOFT * 100) == []
    woke, *sound = take(LOUD)
    assert woke.kind is Kind.WOKE
    assert woke.value["word"] == "hey_jarvis"
    assert woke.value["before"] == BEFORE_SAMPLES
    assert b"".join(each.body for each in sound)[-len(LOUD) :] == LOUD
    assert len(b"".join(each.body for each in sound)) == 2 * BEFORE_SAMPLES
    assert [each.body for each in take(SOFT * 3)] == [SOFT] * 3


def test_when_the_utterance_is_over_nothing_more_leaves() -> None:
    ear, take = listening()
    take(LOUD)
    ear.over()
    assert take(SOFT * 10) == []
    assert take(LOUD)


def test_a_hub_that_never_ends_an_utterance_is_not_given_sound_for_ever() -> None:
    ear, take = listening()
    take(LOUD)
    frames = take(SOFT * round(2 * LONGEST_S * 16_000 / 512))
    assert len(frames) <= LONGEST_S * 16_000 / 512 + 1
    assert not ear.streaming


def test_asked_to_listen_it_gives_sound_for_so_long_and_still_knows_its_word() -> None:
    ear, take = listening()
    take(SOFT)
    ear.listen(0.32)
    assert [each.kind for each in take(SOFT * 30)] == [Kind.SOUND] * 10
    ear.listen(1.0)
    assert take(LOUD)[0].kind is Kind.WOKE
    ear.listen(0.1)
    assert len(take(SOFT * 50)) == 50


def test_a_microphone_opened_anew_remembers_nothing() -> None:
    ear, take = listening()
    take(LOUD)
    ear.restart()
    assert take(SOFT * 5) == []
    _, *sound = take(LOUD)
    assert b"".join(each.body for each in sound) == (SOFT * 5 + LOUD)[-2 * BEFORE_SAMPLES :]


def test_a_button_is_as_the_wake_word() -> None:
    ear = Listening(Cascade([]))
    assert ear.take(bytes(16_000), own_voice=False) == []
    ear.press()
    woke, *sound = ear.take(bytes(2048), own_voice=False)
    assert (woke.kind, woke.value["word"], woke.value["score"]) == (Kind.WOKE, BUTTON, 1.0)
    assert {frame.kind for frame in sound} == {Kind.SOUND}
    ear.press()
    assert [frame.kind for frame in ear.take(bytes(1024), own_voice=False)] == [Kind.SOUND]
    ear.over()
    assert not ear.streaming
