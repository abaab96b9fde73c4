"""The kit that lies in the repository: whole, small enough, and each model does what it was trained for."""

import random
import re
from importlib.util import find_spec

import pytest

pytest.importorskip("tokenizers", reason="needs the full profile (uv sync --extra full)")

import yaml
from kit.chat_asks import Ask, Asks
from kit.chat_judge import judge
from kit.pack import MOST_BYTES, SHIPPED
from kit.voice_judge import judge_voice

from assistant.checked import digest
from assistant.devices.booth import Booth
from assistant.house.build import Opening, open_house
from assistant.house.homes import opened_home
from assistant.journal import Entry, Journal
from assistant.messages import ToolCall
from assistant.upkeep.full_demo import full_profile
from tests.voices import VOICES, heard, say

ROOM = "kitchen"
ASKED, RIGHT_SHARE = 6, 0.6
"""Of each speaker on the whole road, where the ear's mistakes and the chat model's come together."""
MOST_WORDS = 9
TOOLS = ("device_on", "device_off", "timer_set", "list_add")
TOLD = {"ear": "the ear", "chat.gguf": "the chat model", "voice.onnx": "the voice"}


def shipped(*parts: str) -> None:
    """A skip where a part is not in the repository."""
    if find_spec("llama_cpp") is None:
        pytest.skip("needs the full profile (uv sync --extra full)")
    for part in parts:
        if not (SHIPPED / part).exists():
            pytest.skip(f"{TOLD[part]} is not shipped yet: ./scripts/make_kit trains it")


def test_what_is_shipped_is_what_its_list_tells_of() -> None:
    if not (SHIPPED / "kit.yaml").exists():
        pytest.skip("no part of the kit is shipped yet: ./scripts/make_kit")
    listed = {each["name"]: each for each in yaml.safe_load((SHIPPED / "kit.yaml").read_text())["files"]}
    there = [path for path in SHIPPED.rglob("*") if path.is_file() and path.name != "kit.yaml"]
    assert {path.relative_to(SHIPPED).as_posix() for path in there} == set(listed)
    for path in there:
        assert digest(path) == listed[path.relative_to(SHIPPED).as_posix()]["sha256"]
    assert sum(path.stat().st_size for path in there) <= MOST_BYTES
    assert "flite" in (SHIPPED / "LICENCE.txt").read_text()


@pytest.mark.slow
def test_the_voice_is_understood_by_the_narrow_ear() -> None:
    shipped("voice.onnx")
    misheard: list[str] = []
    found = re.search(r"(\d+) of (\d+)", judge_voice(SHIPPED / "voice.onnx", 10, misheard.append))
    assert found is not None
    assert int(found[1]) >= 0.8 * int(found[2]), misheard


@pytest.mark.slow
def test_the_chat_model_calls_what_is_meant_in_ways_it_never_heard() -> None:
    shipped("chat.gguf")
    wrong: list[str] = []
    found = judge(SHIPPED / "chat.gguf", 2, wrong.append)
    assert found.right >= 0.9 * found.calls, wrong
    assert found.silent >= 0.9 * found.talks, wrong


def drawn(asks: Asks) -> list[Ask]:
    """Short ways of asking that nothing was trained on."""
    found: list[Ask] = []
    while len(found) < ASKED:
        ask = asks.command(ROOM)
        if (
            ask.tool in ("device_on", "device_off", "timer_set", "list_add")
            and len(ask.words.split()) <= MOST_WORDS
        ):
            found.append(ask)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("voice", VOICES)
async def test_each_speaker_is_heard_understood_obeyed_and_answered(voice: str) -> None:
    shipped("ear", "chat.gguf", "voice.onnx")
    settings, kit = full_profile(SHIPPED, ROOM)
    right, told = 0, []
    journal = Journal(lambda: 0.0, live=False)
    async with opened_home(settings, journal, file=None, demo=True) as home:
        asks = drawn(Asks(list(home.devices()), random.Random(VOICES.index(voice)), judging=True))
    async with open_house(settings, journal, Opening(demo_home=True, ears=True, kit=kit)) as house:
        for ask in asks:
            entries: list[Entry] = []
            booth = Booth(heard(say(f"hey jarvis, {ask.words}", voice)))
            with journal.reading(entries.append):
                await house.hear(booth, ROOM, wake=True)
            calls = [
                (h.name, dict(h.arguments)) for h in (e.happening for e in entries) if isinstance(h, ToolCall)
            ]
            good = calls == [(ask.tool, dict(ask.arguments or {}))]
            right += good and any(booth.played())
            told.append(f"{ask.words}: {calls}")
    assert right >= RIGHT_SHARE * ASKED, told
