"""The first clause of an answer goes out early, once, and never with a claim of what was done."""

import pytest

from assistant.messages import Sentence, Turn
from assistant.think.early_clause import EarlyClause
from assistant.think.exchange import Limits
from tests.think.test_converse import House, Near
from tests.think.test_liar import LIES

WHY = "why is the sky blue"
BLUE = "Air scatters blue light, so it comes from all sides. Red goes straight on, mostly."


def begun(written: str) -> str:
    """What goes out early of a text that is written letter by letter."""
    early = EarlyClause(wanted=True)
    found = [clause.text for at in range(len(written)) for clause in early.begin(written[: at + 1])]
    assert len(found) <= 1
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("written", "clause"),
    [
        ("Air scatters blue light, so blue comes.", "Air scatters blue light"),
        ("Dill, lemon and potatoes go well, I think.", "Dill, lemon and potatoes go well"),
        ("Well, no.", ""),
        ("It has 1,200 steps.", ""),
        ("Mozart wrote it in the last year of his life.", ""),
        ("Yes. That is so, as far as I know.", ""),
        ('He said "no way, never" to that.', ""),
        ('{"name": "lamp, on, off, and so on", "x": 1}', ""),
        ("I have turned on the light, as you wished.", ""),
    ],
)
def test_a_clause_ends_at_a_comma_after_three_words_that_claim_nothing(written: str, clause: str) -> None:
    assert begun(written) == clause


def test_it_is_certain_only_when_something_follows_the_comma() -> None:
    early = EarlyClause(wanted=True)
    assert early.begin("Air scatters blue light, ") == ()
    assert early.begin("Air scatters blue light, s") == (Sentence("Air scatters blue light", begins=True),)


@pytest.mark.parametrize("language", LIES)
def test_no_early_clause_says_that_something_was_done(language: str) -> None:
    """What is left are excuses and the like: nothing in them is a device, a list or a time of the house."""
    verbs = ("turned", "done", "set", "added", "locked", "apagado", "acceso", "allum", "aangezet", "eingesch")
    clauses = [clause for lie in LIES[language] if (clause := begun(lie))]
    assert [clause for clause in clauses if any(verb in clause.lower() for verb in verbs)] == []


async def said(asked: str, reply: str, *, leads: bool = True, early: bool = True) -> list[Sentence]:
    house = House(Near(reply, to=asked), limits=Limits(early=early), english=True)
    turn = Turn(1, "kitchen", leads=leads)
    turn.commit()
    return [sentence async for sentence in house.converse.answer(asked, turn, ())]


async def test_the_first_sentence_of_a_spoken_answer_begins_early_and_no_other() -> None:
    first, second = "Air scatters blue light, so it comes from all sides.", "Red goes straight on, mostly."
    clause = "Air scatters blue light"
    assert await said(WHY, BLUE) == [
        Sentence(clause, begins=True),
        Sentence(first, led=clause),
        Sentence(second),
    ]
    whole = [Sentence(first), Sentence(second)]
    assert await said(WHY, BLUE, leads=False) == whole
    assert await said(WHY, BLUE, early=False) == whole


async def test_who_wishes_something_of_the_house_hears_whole_sentences_only() -> None:
    for asked in ("turn on the lamp", "is the lamp on"):
        assert not any(sentence.begins for sentence in await said(asked, BLUE))
