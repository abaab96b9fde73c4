"""What the house's grammar says may follow, and how rarely a pause then cuts a command short."""

from collections.abc import Sequence

import pytest

from assistant.house.beginnings import Beginnings
from assistant.house.pause_habits import PauseHabits
from assistant.journal import Journal
from assistant.skills.policy import Policy
from assistant.skills.toolbox import SkillToolbox
from assistant.think.answer import Answer
from assistant.think.endings import Ending
from assistant.think.intents import Intents
from assistant.think.phrases import Phrases
from tests.hear.narrow_corpus import COMMANDS
from tests.think.house import HOUSE

GRAMMAR = "#JSGF V1.0;\ngrammar g;\npublic <utterance> = stop | turn (on | off) the fan [please];\n"
PAUSES_MS = (200, 300, 400, 500, 600, 800, 1000, 1200, 1500)
POLITE = (["please"], ["now"])
"""Lost after a pause, they change nothing."""


async def test_it_tells_what_may_follow() -> None:
    follows = Beginnings()
    assert follows(["turn"]) is None
    await follows.configure({"grammar": GRAMMAR})
    assert follows(["turn"]) == frozenset({"on", "off"})
    assert follows(["turn", "on", "the", "fan"]) == frozenset({"", "please"})
    assert follows(["stop"]) == frozenset({""})
    assert follows(["who", "wrote"]) is None


def cut_off(endings: Sequence[Ending], habits: PauseHabits) -> int:
    """Pauses, of those tried after each word, that would have ended the utterance."""
    usual_ms = 700
    silences = [habits.silence_ms(ending, refused=False) or usual_ms for ending in endings]
    return sum(pause_ms >= silence_ms for silence_ms in silences for pause_ms in PAUSES_MS)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_few_pauses_within_a_command_cut_it_short() -> None:
    journal = Journal(lambda: 0.0)
    phrases = Phrases.load("en", HOUSE)
    answer = Answer(Intents(phrases), SkillToolbox([], Policy(), journal), journal)
    follows = Beginnings()
    await follows.learn(phrases)
    answer.know_beginnings(follows)
    within: list[Ending] = []
    at_end: list[Ending] = []
    for command in COMMANDS[1::5]:
        words = command.replace(",", "").split()
        for count in range(1, len(words)):
            if words[count:] not in POLITE:
                within.append(await answer.ending(" ".join(words[:count]), "kitchen"))
        at_end.append(await answer.ending(command, "kitchen"))
    tried = len(within) * len(PAUSES_MS)
    assert cut_off(within, PauseHabits()) <= 0.05 * tried
    assert cut_off([Ending.UNKNOWN] * len(within), PauseHabits()) >= 0.4 * tried, "what silence alone does"
    assert at_end.count(Ending.WHOLE) >= 0.9 * len(at_end)
