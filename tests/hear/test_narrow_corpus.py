"""How well the narrow ear tells house commands from everything else, on sentences that tuned nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from assistant.hear.stt.pocketsphinx import Pocketsphinx
from assistant.messages import JsonValue
from assistant.think.grammar import jsgf
from assistant.think.intents import Intents
from assistant.think.phrases import Phrases
from tests.hear.narrow_corpus import COMMANDS, NEAR_MISSES, OTHER
from tests.hear.test_narrow import listen
from tests.think.house import HOUSE
from tests.voices import VOICES, heard, say

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return Phrases.load("en", HOUSE)


@pytest.fixture(scope="module")
def ear(phrases: Phrases) -> Pocketsphinx:
    grammar = jsgf(phrases)
    pronunciations: JsonValue = {word: list(sounds) for word, sounds in grammar.pronunciations.items()}
    made = Pocketsphinx(
        {"grammar": grammar.jsgf, "pronunciations": pronunciations, "wake_phrases": ["hey jarvis"]}
    )
    made.load()
    return made


def meant(mind: Intents, text: str) -> list[tuple[str, Mapping[str, JsonValue]]]:
    """The tools and arguments of a text; none when it means nothing."""
    understood = mind.understand(text, "kitchen")
    return [(call.name, call.arguments) for call in understood.calls] if understood else []


def outcomes(ear: Pocketsphinx, mind: Intents, sentences: Sequence[str]) -> Counter[str]:
    """What happens to every second sentence, in the voices in turn: right, wrong, asked or refused."""
    counted: Counter[str] = Counter()
    for place, said in enumerate(sentences[1::2]):
        voice = VOICES[place % len(VOICES)]
        final = listen(ear, heard(say(said, voice), before=0.3, after=0.6))[-1]
        outcome = "asked" if final.ask else "refused"
        if final.refused is None and (done := meant(mind, final.text)):
            outcome = "right" if done == meant(mind, said) else "wrong"
        counted[outcome] += 1
        if outcome in ("wrong", "asked"):
            print(f"{outcome}: {voice} said {said!r}, heard {final.text!r} ({final.refused})")  # noqa: T201
    print(dict(counted))  # noqa: T201
    return counted


def test_commands_are_accepted(ear: Pocketsphinx, phrases: Phrases) -> None:
    counted = outcomes(ear, Intents(phrases), COMMANDS)
    assert counted["right"] >= 0.95 * counted.total()
    assert counted["wrong"] <= 0.02 * counted.total()


def test_other_talk_is_refused(ear: Pocketsphinx, phrases: Phrases) -> None:
    counted = outcomes(ear, Intents(phrases), OTHER)
    assert counted["wrong"] <= 0.02 * counted.total()


def test_near_misses_do_nothing_wrong(ear: Pocketsphinx, phrases: Phrases) -> None:
    counted = outcomes(ear, Intents(phrases), NEAR_MISSES)
    assert counted["wrong"] <= 0.02 * counted.total()
