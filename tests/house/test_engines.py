"""The registry: names, classes, reasons."""

import sys

import pytest

from assistant import scripted
from assistant.errors import EngineError, SettingsError
from assistant.house import engines
from assistant.house.engines import EngineKind, Registered
from assistant.house.host import engine_class
from tests.house.hosting import heard, hosted


def test_every_kind_has_engines_and_a_scripted_one() -> None:
    kinds = {entry.kind for entry in engines.registered()}
    assert kinds == {"wake", "vad", "stt", "turn", "llm", "tts"}
    assert {entry.kind for entry in engines.registered() if entry.name == "scripted"} == kinds


def test_names_are_unique() -> None:
    names = [(entry.kind, entry.name) for entry in engines.registered()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("entry", engines.registered(), ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_every_engine_is_usable_or_says_why_not(entry: Registered) -> None:
    reason = engines.usable(entry.kind, entry.name)
    assert reason is None or len(reason) > 10


def test_asking_whether_engines_are_usable_imports_none_of_their_libraries() -> None:
    heavy = {"faster_whisper", "ctranslate2", "llama_cpp", "piper", "pocketsphinx", "onnxruntime"}
    before = heavy & sys.modules.keys()
    for entry in engines.registered():
        engines.usable(entry.kind, entry.name)
    assert heavy & sys.modules.keys() == before


@pytest.mark.parametrize(("kind", "name"), [("stt", "whisperer"), ("tts", "pocketsphinx")])
def test_an_unknown_engine_is_refused_with_those_there_are(kind: EngineKind, name: str) -> None:
    with pytest.raises(SettingsError, match="scripted"):
        engines.find(kind, name)


def test_a_module_that_is_not_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Registered("tts", "absent", "assistant.speak.tts.absent:Absent")
    monkeypatch.setitem(engines._FOUND, ("tts", "absent"), entry)
    assert "can't be imported" in str(engines.usable("tts", "absent"))
    with pytest.raises(EngineError, match="can't be imported"):
        engine_class("nothing")


def test_wake_and_vad_engines_are_made_here() -> None:
    wake = engines.wake_engine("scripted", {"phrase": "hello house"})
    assert wake.process(scripted.words("hello house")) == 1.0
    assert engines.vad_engine("scripted", {}).process(bytes(1024)) == [0.01]


async def test_a_registered_engine_can_be_hosted() -> None:
    from assistant.house.hosted import HostedStt

    entry = engines.find("stt", "scripted")
    async with hosted(HostedStt, engine=entry.engine, launcher=entry.launcher) as stt:
        assert await heard(stt, "stop") == "stop"
