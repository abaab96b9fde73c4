"""Where an utterance starts and ends, counted in frames."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.hear.endpoint import FRAME_MS, Endpoint, EndpointSettings, Heard
from assistant.hear.pauses import LEAST, Pauses
from assistant.messages import EndReason

SETTINGS = EndpointSettings()
frames_of_ms = st.integers(1, 200)


def hear(endpoint: Endpoint, probabilities: list[float]) -> list[Heard]:
    """What each frame changed, up to the end of the utterance."""
    heard: list[Heard] = []
    for probability in probabilities:
        heard.append(endpoint.hear(probability))
        if heard[-1].ended:
            break
    return heard


def frames(ms: float) -> int:
    return round(ms / FRAME_MS)


def test_silence_after_voice_ends_the_utterance() -> None:
    heard = hear(Endpoint(SETTINGS), [0.9] * 20 + [0.0] * 40)
    assert [at for at, frame in enumerate(heard) if frame.started] == [3]
    assert heard[-1].ended is EndReason.SILENCE
    assert len(heard) == 20 + 22, "700 ms are 22 frames of 32 ms"


def test_a_pause_shorter_than_the_silence_goes_on() -> None:
    heard = hear(Endpoint(SETTINGS), [0.9] * 20 + [0.0] * 21 + [0.9] * 20 + [0.0] * 40)
    assert len(heard) == 20 + 21 + 20 + 22


def test_patience_waits_longer() -> None:
    heard = hear(Endpoint(replace(SETTINGS, patience=2.0)), [0.9] * 20 + [0.0] * 80)
    assert len(heard) == 20 + 44


def test_a_click_is_no_speech() -> None:
    heard = hear(Endpoint(SETTINGS, no_speech_ms=3500), [0.9] * 3 + [0.0] * 200)
    assert not any(frame.started for frame in heard)
    assert heard[-1].ended is EndReason.NO_SPEECH
    assert len(heard) == frames(3520)


def test_the_wake_words_own_tail_is_no_speech() -> None:
    tail = frames(200)
    heard = hear(Endpoint(SETTINGS, tail_frames=tail, no_speech_ms=3500), [0.9] * (tail + 8) + [0.0] * 200)
    assert not any(frame.started for frame in heard)
    assert heard[-1].ended is EndReason.NO_SPEECH


def test_a_command_in_the_same_breath_is_speech() -> None:
    tail = frames(200)
    heard = hear(Endpoint(SETTINGS, tail_frames=tail, no_speech_ms=3500), [0.9] * (tail + 20) + [0.0] * 40)
    assert any(frame.started for frame in heard)
    assert heard[-1].ended is EndReason.SILENCE


def test_voice_that_runs_past_the_wait_is_still_heard() -> None:
    late = [0.0] * frames(3456) + [0.9] * 30 + [0.0] * 40
    heard = hear(Endpoint(SETTINGS, no_speech_ms=3500), late)
    assert heard[-1].ended is EndReason.SILENCE


def test_an_endless_voice_is_cut() -> None:
    heard = hear(Endpoint(SETTINGS), [0.9] * 1000)
    assert heard[-1].ended is EndReason.TOO_LONG
    assert len(heard) == -(-15_000 // 32)


def test_hysteresis_bridges_a_weak_frame() -> None:
    endpoint = Endpoint(SETTINGS)
    assert [frame.voiced for frame in hear(endpoint, [0.4, 0.6, 0.4, 0.3, 0.4])] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_strict_believes_only_clear_voice() -> None:
    endpoint = Endpoint(SETTINGS)
    assert not endpoint.hear(0.7, strict=True).voiced
    assert endpoint.hear(0.8, strict=True).voiced


@given(st.lists(st.floats(0, 1), max_size=700), st.booleans(), st.integers(0, 20))
def test_it_always_makes_sense(probabilities: list[float], after_wake: bool, tail: int) -> None:
    endpoint = Endpoint(SETTINGS, tail_frames=tail if after_wake else None, no_speech_ms=3500)
    heard = hear(endpoint, probabilities)
    starts = [at for at, frame in enumerate(heard) if frame.started]
    ends = [frame.ended for frame in heard if frame.ended]
    assert len(starts) <= 1
    assert len(ends) <= 1
    if ends == [EndReason.NO_SPEECH]:
        assert not starts
    if ends and ends[0] in (EndReason.SILENCE, EndReason.TOO_LONG):
        assert starts
    if ends == [EndReason.SILENCE]:
        assert not any(frame.voiced for frame in heard[-22:])
        assert endpoint.silence_ms == 704
    if starts:
        assert all(frame.voiced for frame in heard[starts[0] - 3 : starts[0] + 1])


@given(st.lists(st.floats(0, 1), max_size=300))
def test_it_is_over_in_bounded_time(probabilities: list[float]) -> None:
    endpoint = Endpoint(SETTINGS, tail_frames=6, no_speech_ms=3500)
    limit = frames(3520) + 6 + frames(15_000) + 2
    heard = hear(endpoint, (probabilities + [1.0] * limit)[: limit + 300])
    assert heard[-1].ended is not None


@given(st.integers(4, 60), st.integers(22, 60), st.floats(0.5, 1), st.floats(0, 0.34))
def test_the_end_is_where_the_voice_was(voiced: int, silent: int, loud: float, soft: float) -> None:
    heard = hear(Endpoint(SETTINGS), [loud] * voiced + [soft] * silent)
    assert len(heard) == voiced + 22


def test_a_pause_is_told_once_after_three_frames() -> None:
    heard = hear(Endpoint(SETTINGS), [0.9] * 20 + [0.0] * 10 + [0.9] * 5 + [0.0] * 40)
    assert [at for at, frame in enumerate(heard) if frame.paused] == [22, 37]
    assert [at for at, frame in enumerate(heard) if frame.resumed] == [30]


def test_a_pause_is_told_again_to_an_ear_that_needs_all_of_the_last_word() -> None:
    endpoint = Endpoint(replace(SETTINGS, pause_again_ms=224))
    heard = hear(endpoint, [0.9] * 20 + [0.0] * 5 + [0.9] * 5 + [0.0] * 10)
    assert [at for at, frame in enumerate(heard) if frame.paused] == [22, 32, 36]
    endpoint.end_after(200, 2)
    assert endpoint.hear(0.0).ended is None, "it speaks of the pause as it was"
    endpoint.end_after(200, 3)
    assert endpoint.hear(0.0).ended is EndReason.SILENCE


def test_a_gap_within_a_word_is_no_pause() -> None:
    heard = hear(Endpoint(SETTINGS), [0.9] * 10 + [0.0] * 2 + [0.9] * 10 + [0.0])
    assert not any(frame.paused or frame.resumed for frame in heard)


def test_meaning_ends_a_pause_sooner_or_later_and_only_that_one() -> None:
    for wanted_ms, frames_waited in ((200, 7), (2000, 63)):
        endpoint = Endpoint(SETTINGS)
        hear(endpoint, [0.9] * 20 + [0.0] * 3)
        endpoint.end_after(wanted_ms, 1)
        assert len(hear(endpoint, [0.0] * 80)) == frames_waited - 3
    endpoint = Endpoint(SETTINGS)
    hear(endpoint, [0.9] * 20 + [0.0] * 3)
    endpoint.end_after(2000, 1)
    assert len(hear(endpoint, [0.9] * 5 + [0.0] * 80)) == 5 + 22, "the next pause lasts as usual"


def test_word_on_a_pause_that_is_over_is_void() -> None:
    endpoint = Endpoint(SETTINGS)
    hear(endpoint, [0.9] * 20 + [0.0] * 3 + [0.9] * 5 + [0.0] * 3)
    endpoint.end_after(100, 1)
    assert len(hear(endpoint, [0.0] * 80)) == 22 - 3


def test_without_readings_no_pause_is_told() -> None:
    heard = hear(Endpoint(replace(SETTINGS, pause_ms=None)), [0.9] * 20 + [0.0] * 40)
    assert not any(frame.paused for frame in heard)
    assert len(heard) == 20 + 22


def test_a_room_of_slow_speakers_is_waited_for_longer_and_never_without_end() -> None:
    pauses = Pauses()
    for _ in range(LEAST - 1):
        pauses.heard(800)
    assert pauses.silence_ms(700) == 700
    pauses.heard(800)
    assert pauses.silence_ms(700) == 960
    for _ in range(100):
        pauses.heard(5000)
    assert pauses.silence_ms(700) == 1050
    for _ in range(100):
        pauses.heard(100)
    assert pauses.silence_ms(700) == 560
