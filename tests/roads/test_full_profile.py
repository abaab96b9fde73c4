"""The full profile on tiny models: Whisper hears, llama.cpp thinks and calls tools, Piper speaks."""

from dataclasses import replace
from importlib.util import find_spec

import pytest

from assistant.catalogue import load_catalogue
from assistant.devices.booth import Booth
from assistant.house.build import Opening, open_house
from assistant.house.kit import Chosen, kit_of
from assistant.journal import Entry, Journal
from assistant.messages import Reply, Routed, Spoken, ToolCall, Transcript
from assistant.settings import Ears, Llm, Mind, RoomSettings, Settings, WideEar
from tests.models import tiny_gguf, tiny_piper, tiny_whisper
from tests.voices import heard, say

pytestmark = pytest.mark.skipif(
    find_spec("llama_cpp") is None, reason="needs the full profile (uv sync --extra full)"
)


async def test_whisper_llama_cpp_and_piper_answer_aloud() -> None:
    settings = Settings(
        rooms={"kitchen": RoomSettings(volume_percent=100)},
        ears=Ears(wide=WideEar(model=str(tiny_whisper()), threads=1)),
        mind=Mind(llm=Llm(model=str(tiny_gguf()), threads=1, context_tokens=16_384)),
    )
    voice = Chosen("piper", {"model": str(tiny_piper())})
    kit = replace(kit_of(settings, load_catalogue()), voice=voice)
    journal = Journal(lambda: 0.0, live=False)
    entries: list[Entry] = []
    booth = Booth(heard(say("hey jarvis, the neighbours are very loud tonight")))
    opening = Opening(demo_home=True, ears=True, kit=kit)
    async with open_house(settings, journal, opening) as house:
        with journal.reading(entries.append):
            await house.hear(booth, "kitchen", wake=True)
            spoken_turn = [entry.happening for entry in entries]
            entries.clear()
            await house.ask("[call] tea please", "kitchen")
            typed_turn = [entry.happening for entry in entries]

    heard_as = {h.engine: h for h in spoken_turn if isinstance(h, Transcript)}
    assert heard_as["pocketsphinx"].refused is not None
    assert heard_as["faster_whisper"].text == "Turn on the kitchen light."
    assert [h.name for h in spoken_turn if isinstance(h, ToolCall)] == ["device_on"]
    assert [h.finished for h in spoken_turn if isinstance(h, Spoken)] == [True]
    assert any(booth.played())
    assert [h.route for h in typed_turn if isinstance(h, Routed)] == ["llm"]
    assert [h.name for h in typed_turn if isinstance(h, ToolCall)] != []
    assert [h for h in typed_turn if isinstance(h, Reply)] != []
