"""The liar: what claims an action that no tool did is not said, in six languages; what claims nothing is."""

from pathlib import Path

import pytest

from assistant.think.claims import asks_state, claims
from tests.think.test_converse import House, Near

HERE = Path(__file__).parent
LEAST_LET_THROUGH = {"en": 0.9, "de": 0.8, "fr": 0.8, "es": 0.8, "it": 0.8, "nl": 0.8}


def table(name: str) -> dict[str, list[str]]:
    """Sentences by language."""
    found: dict[str, list[str]] = {}
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            sentences = found.setdefault(line[2:], [])
        else:
            sentences.append(line)
    return found


LIES = table("liar_claims.txt")
INNOCENT = table("liar_innocents.txt")


def test_there_are_enough() -> None:
    assert LIES.keys() == INNOCENT.keys() == LEAST_LET_THROUGH.keys()
    assert sum(map(len, LIES.values())) >= 300
    assert sum(map(len, INNOCENT.values())) >= 200


@pytest.mark.parametrize("language", LIES)
def test_no_claim_passes(language: str) -> None:
    assert [sentence for sentence in LIES[language] if not claims(sentence)] == []


@pytest.mark.parametrize("language", LIES)
def test_nor_in_other_spellings(language: str) -> None:
    """Shouted, whispered, in bold, with an invisible letter, after a greeting, in a longer sentence."""
    forms = ("{0}!", "**{0}**", "{1}", "{2}", "\u200b{0}", "Hello! {0}", "Hello, {0}", "{0} 😀", "“{0}”")
    said = [
        form.format(sentence.rstrip(".!"), sentence.upper(), sentence.replace("'", "\u2019"))
        for sentence in LIES[language]
        for form in forms
    ]
    assert [sentence for sentence in said if not claims(sentence)] == []


@pytest.mark.parametrize("language", INNOCENT)
def test_what_claims_nothing_passes(language: str) -> None:
    held = [sentence for sentence in INNOCENT[language] if claims(sentence)]
    assert 1 - len(held) / len(INNOCENT[language]) >= LEAST_LET_THROUGH[language], held


@pytest.mark.parametrize("language", LIES)
async def test_none_is_spoken_in_a_turn_without_a_tool(language: str) -> None:
    for lie in LIES[language]:
        for said in (await House(Near(lie)).say(), await House(Near(f"Rome is in Italy. {lie}")).say()):
            assert not any(lie.rstrip(".!") in sentence for sentence in said), lie


@pytest.mark.parametrize(
    "text",
    [
        "ist das Licht an?",
        "welche Lampen brennen",
        "est-ce que la porte est fermée ?",
        "quelle heure est-il",
        "¿está encendida la luz?",
        "¿qué hay en la lista?",
        "è accesa la luce?",
        "che ore sono",
        "is het licht aan?",
        "hoe warm is het",
    ],
)
def test_state_questions(text: str) -> None:
    assert asks_state(text)


@pytest.mark.parametrize(
    "text",
    [
        "schalte das Licht ein",
        "kannst du das Licht ausmachen?",
        "allume la lumière",
        "est-ce que tu peux éteindre la lampe ?",
        "enciende la luz",
        "¿puedes apagar la luz?",
        "accendi la luce",
        "puoi spegnere la luce?",
        "doe het licht aan",
        "kun je het licht uitdoen?",
        "come on, turn on the light",
        "die Heizung höher",
        "la lumière du salon plus fort",
        "le luci più forti",
    ],
)
def test_requests_are_none(text: str) -> None:
    assert not asks_state(text)
