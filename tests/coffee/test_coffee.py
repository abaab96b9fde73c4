"""Another house altogether: coffee orders, as phrases of an owner, heard from recordings of real people."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.devices.booth import Booth
from assistant.hear.stt.pocketsphinx import Pocketsphinx
from assistant.house.build import Opening, open_house
from assistant.journal import Entry, Journal
from assistant.messages import JsonValue, ToolCall
from assistant.settings import load_settings
from assistant.think.grammar import jsgf
from assistant.think.intents import Intents
from assistant.think.names import HouseNames
from assistant.think.phrases import Phrases
from tests.hear.test_narrow import chunks
from tests.voices import shared, silence

STRICTNESS = 0.3
"""People in every accent, and a wrong coffee is no harm: the ear may be less strict than with a house."""
ORDERS = Path(__file__).with_name("coffee.yaml")


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return Phrases.load("en", HouseNames(), [ORDERS], shipped=False)


@pytest.fixture(scope="module")
def ear(phrases: Phrases) -> Pocketsphinx:
    grammar = jsgf(phrases)
    made = Pocketsphinx(
        {
            "grammar": grammar.jsgf,
            "pronunciations": {word: list(sounds) for word, sounds in grammar.pronunciations.items()},
            "strictness": STRICTNESS,
        }
    )
    made.load()
    return made


def recorded(path: Path) -> bytes:
    """A recording as s16le at 16 kHz, with a little silence around."""
    if shutil.which("sox") is None:
        pytest.skip("sox is not installed (apt-get install sox)")
    wanted = ["-t", "raw", "-r", "16000", "-c", "1", "-b", "16", "-e", "signed", "-"]
    sound = subprocess.run(["sox", "-D", str(path), *wanted], check=True, capture_output=True).stdout
    return silence(0.3) + sound + silence(0.6)


def heard_slots(ear: Pocketsphinx, mind: Intents, path: Path) -> tuple[dict[str, JsonValue] | None, bool]:
    """The order's slots as heard, and whether the ear accepted it."""
    *_, final = ear.transcribe(chunks(recorded(path)), lambda: False)
    understood = mind.understand(final.text, "") if final.text else None
    slots = dict(understood.calls[0].arguments) if understood and understood.calls else None
    return slots, final.refused is None


def score(ear: Pocketsphinx, mind: Intents, folder: Path, every: int) -> tuple[int, int, int]:
    """(orders, right and accepted, wrong and accepted) of every n-th recording."""
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    orders = sorted(labels)[::every]
    right = wrong = 0
    for name in orders:
        slots, accepted = heard_slots(ear, mind, folder / name)
        wanted = {slot: value.strip() for slot, value in labels[name]["slots"].items()}
        right += accepted and slots == wanted
        wrong += accepted and slots != wanted
    return len(orders), right, wrong


def test_an_order_becomes_slots(phrases: Phrases) -> None:
    understood = Intents(phrases).understand("may i have a double shot latte with some soy milk", "")
    assert understood is not None
    assert understood.calls[0].name == "orderDrink"
    assert understood.calls[0].arguments == {
        "coffeeDrink": "latte",
        "numberOfShots": "double shot",
        "milkAmount": "some soy milk",
    }


def test_real_people_are_understood(ear: Pocketsphinx, phrases: Phrases) -> None:
    orders, right, wrong = score(ear, Intents(phrases), shared("speech"), every=13)
    assert right >= 0.83 * orders
    assert wrong <= 1


@pytest.mark.slow
def test_all_recordings(ear: Pocketsphinx, phrases: Phrases) -> None:
    orders, right, wrong = score(ear, Intents(phrases), shared("speech"), every=1)
    print(f"orders {orders}, right {right}, wrong and accepted {wrong}")  # noqa: T201
    assert right >= 0.85 * orders
    assert wrong <= 0.05 * orders


async def test_an_owners_settings_turn_the_house_into_a_coffee_bar() -> None:
    """The same ear by way of the settings, the road and the journal."""
    name, label = next(iter(sorted(json.loads((shared("speech") / "labels.json").read_text()).items())))
    settings = load_settings(ORDERS.with_name("settings.yaml"))
    calls: list[ToolCall] = []

    def note(entry: Entry) -> None:
        if isinstance(entry.happening, ToolCall):
            calls.append(entry.happening)

    journal = Journal(lambda: 0.0, live=False)
    async with open_house(settings, journal, Opening(ears=True)) as house:
        with journal.reading(note):
            await house.hear(Booth(recorded(shared("speech") / name)), None, wake=False)
    assert [call.name for call in calls] == ["orderDrink"]
    assert calls[0].arguments == {slot: value.strip() for slot, value in label["slots"].items()}
