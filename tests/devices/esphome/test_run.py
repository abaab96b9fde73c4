from collections.abc import Callable, Mapping

from aioesphomeapi.model import VoiceAssistantEventType as Event
from hypothesis import given
from hypothesis import strategies as st

from assistant.devices.esphome.run import Run, Stage

ORDER = [
    "RUN_START",
    "WAKE_WORD_START",
    "WAKE_WORD_END",
    "STT_START",
    "STT_VAD_START",
    "STT_VAD_END",
    "STT_END",
    "INTENT_START",
    "INTENT_PROGRESS",
    "INTENT_END",
    "TTS_START",
    "TTS_END",
    "ERROR",
    "RUN_END",
]
STEPS: list[Callable[[Run], None]] = [
    Run.woken,
    Run.voice,
    Run.heard,
    lambda run: run.words("turn on the light"),
    Run.sounds,
    Run.over,
    Run.broken_off,
    lambda run: run.failed("x", "y"),
]


def told(steps: list[Callable[[Run], None]], *, wakes: bool) -> list[str]:
    names: list[str] = []

    def tell(event: Event, data: Mapping[str, str]) -> None:
        names.append(event.name.removeprefix("VOICE_ASSISTANT_"))

    run = Run(tell, "c", "http://x", wakes=wakes)
    for step in steps:
        step(run)
    return names


@given(st.lists(st.sampled_from(STEPS), max_size=30), st.booleans())
def test_whatever_the_house_tells_each_thing_is_passed_on_once_and_in_order(
    steps: list[Callable[[Run], None]], wakes: bool
) -> None:
    names = told(steps, wakes=wakes)
    places = [ORDER.index(name) for name in names]
    assert places == sorted(places)
    assert len(set(names)) == len(names)


@given(st.lists(st.sampled_from(STEPS), max_size=30), st.booleans())
def test_every_run_that_is_over_says_so_last(steps: list[Callable[[Run], None]], wakes: bool) -> None:
    assert told([*steps, Run.over], wakes=wakes)[-1] == "RUN_END"


def test_a_device_that_knows_no_early_start_is_told_the_end_first_and_whether_it_goes_on_last() -> None:
    sent: list[tuple[str, Mapping[str, str]]] = []
    run = Run(lambda event, data: sent.append((event.name, data)), "c", "http://x", wakes=False)
    run.sounds()
    run.hurry()
    run.hurry()
    run.goes_on = True
    run.over()
    ends = [data["continue_conversation"] for name, data in sent if name.endswith("INTENT_END")]
    assert ends == ["0", "1"]
    assert [name for name, _ in sent].count("VOICE_ASSISTANT_TTS_END") == 1
    assert run.stage is Stage.OVER


def test_what_went_wrong_unsaid_is_told_as_an_error() -> None:
    def fault(run: Run) -> None:
        run.fault = "the voice is gone"

    assert told([Run.heard, fault, Run.over], wakes=False)[-2:] == ["ERROR", "RUN_END"]
    assert "ERROR" not in told([Run.sounds, fault, Run.over], wakes=False)
