"""While a room rests, its ear costs little and misses nothing."""

import threading
from collections.abc import Mapping

import pytest

from assistant import scripted
from assistant.devices.booth import Booth
from assistant.hear.cascade import Cascade
from assistant.hear.endpoint import EndpointSettings
from assistant.hear.listen import Ear
from assistant.hear.wake.models import plan
from assistant.house import engines
from assistant.messages import EarEvent, JsonValue, WakeDismissed, Woken
from assistant.ports import WakeEngine
from assistant.scripted.ears import ScriptedVad
from assistant.upkeep.demo import speak


class Placed:
    """A wake engine that notes on which threads it works."""

    def __init__(self, engine: WakeEngine, *, quick: bool, places: set[str]) -> None:
        self._engine = engine
        self.quick = quick
        self._places = places

    def process(self, pcm: bytes) -> float:
        self._places.add(threading.current_thread().name.split("_")[0])
        return self._engine.process(pcm)

    def reset(self) -> None:
        self._engine.reset()


async def heard(said: bytes, *, quick: bool, first: set[str], second: set[str]) -> list[EarEvent]:
    def create(name: str, options: Mapping[str, JsonValue]) -> WakeEngine:
        small = name == "micro_wake_word"
        made = engines.wake_engine(name, options)
        return Placed(made, quick=quick and small, places=first if small else second)

    booth = Booth(said)
    cascade = Cascade.load([plan("hey jarvis")], create)
    first.clear()
    ear = Ear(booth, cascade, ScriptedVad(), EndpointSettings(), silent_mic_s=None)
    return [event async for event in ear.events()]


@pytest.mark.parametrize("words", ["hey jarvis", "hey travis, good evening", "good evening"])
async def test_a_quick_model_finds_the_same_where_it_runs(words: str) -> None:
    said = scripted.silence(1.0) + speak(words, "slt") + scripted.silence(2.0)
    inline = await heard(said, quick=True, first=set(), second=set())
    beside = await heard(said, quick=False, first=set(), second=set())
    assert inline == beside
    assert words != "hey jarvis" or any(isinstance(event, Woken) for event in inline)


async def test_at_rest_nothing_is_handed_to_another_thread() -> None:
    first: set[str] = set()
    await heard(scripted.silence(2.0), quick=True, first=first, second=set())
    assert first == {"MainThread"}
    await heard(scripted.silence(2.0), quick=False, first=first, second=set())
    assert first == {"ear"}


async def test_a_closer_look_is_never_taken_on_the_event_loop() -> None:
    said = scripted.silence(1.0) + speak("hey jarvis", "slt") + scripted.silence(2.0)
    second: set[str] = set()
    events = await heard(said, quick=True, first=set(), second=second)
    assert any(isinstance(event, Woken | WakeDismissed) for event in events)
    assert second == {"ear"}
