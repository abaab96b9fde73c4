"""Every sentence of other people's task suites, asked; the home's states compared with what they expect.

The home trusts its rooms (risk class 3 without proof). Under another policy a sentence that opens a lock
or moves a garage door is right when it is refused and nothing changed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from assistant.devices.task_states import Task, Wanted
from assistant.devices.task_suite import SuiteHome, suites
from assistant.journal import Entry, Journal
from assistant.messages import Routed, ToolResult, Turn
from assistant.ports import Llm
from assistant.skills.policy import Policy, RoomPolicy
from assistant.think.answer import Answer
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.phrases import Phrases
from assistant.upkeep.score_mind import mind_of

TRUSTED: Final = Policy(RoomPolicy(at_once=3, after_yes=3))


@dataclass(frozen=True, slots=True)
class Asked:
    """One sentence and what came of it."""

    suite: str
    sentence: str
    right: bool
    route: str
    said: str
    wrong: tuple[str, ...] = ()
    """`entity: expected … but …`."""


async def score(root: Path, policy: Policy = TRUSTED, llm: Llm | None = None) -> list[Asked]:
    """Ask every sentence below `root`; with a language model, what no intent fits goes to it."""
    asked = []
    for suite in suites(root):
        intents = Intents(Phrases.load("en", _names(SuiteHome(suite.fixtures))))
        for task in suite.tasks:
            for sentence in task.sentences:
                house = SuiteHome(suite.fixtures, task.setup)
                mind = partial(mind_of, house, intents, policy, llm)
                asked.append(await _ask(suite.name, house, mind, task, sentence, policy))
    return asked


def _names(house: SuiteHome) -> HouseNames:
    devices = tuple(Named(d.name, d.aliases, d.area, d.kind, d.device_class) for d in house.home.devices())
    areas = tuple(Named(area.name, area.aliases, floor=area.floor) for area in house.areas())
    return HouseNames(devices, areas)


async def _ask(
    suite: str,
    house: SuiteHome,
    mind: Callable[[Journal], AbstractAsyncContextManager[Answer]],
    task: Task,
    sentence: str,
    policy: Policy,
) -> Asked:
    journal = Journal(lambda: 0.0)
    entries: list[Entry] = []
    before = house.states()
    async with mind(journal) as answer:
        with journal.reading(entries.append):
            said = await _talk(answer, sentence, house.room(task.context_device))
    after = house.states()
    refused = any(
        isinstance(entry.happening, ToolResult) and "refused_risk" in entry.happening.values
        for entry in entries
    )
    wrong = list(differences(task, before, after))
    if policy is not TRUSTED and _needs_proof(house, task):
        wrong = [] if refused and after == before else ["should be refused, but was not"]
    elif refused:
        wrong.append("was refused")
    route = next((entry.happening.route for entry in entries if isinstance(entry.happening, Routed)), "none")
    return Asked(suite, sentence, not wrong, route, " ".join(said), tuple(wrong))


async def _talk(answer: Answer, sentence: str, room: str) -> list[str]:
    """Say the sentence, and yes where the house wants one before it does what it understood."""
    said: list[str] = []
    for text in (sentence, "yes"):
        turn = Turn(1, room)
        turn.committed.set()
        async with aclosing(answer.answer(text, turn)) as sentences:
            said += [part.text async for part in sentences]
        question = answer.dialogue(room).question
        if question is None or question.call is None:
            break
    return said


def _needs_proof(house: SuiteHome, task: Task) -> bool:
    """Whether the task moves what is a matter of security; locking is none."""
    return any(
        house.secure(entity) and wanted.state != "locked" for entity, wanted in task.expect_changes.items()
    )


def differences(task: Task, before: Mapping[str, Wanted], after: Mapping[str, Wanted]) -> Iterator[str]:
    """What is not as the task expects: what it does not name must stay as it was."""
    for entity, was in before.items():
        wanted = task.expect_changes.get(entity, Wanted())
        ignored = set(task.ignore_changes.get(entity, ()))
        state = was.state if wanted.state is None else wanted.state
        if "state" not in ignored and str(state) != str(after[entity].state):
            yield f"{entity}: expected {state} but it is {after[entity].state}"
        keys = dict.fromkeys([*wanted.attributes, *was.attributes, *after[entity].attributes])
        for key in keys:
            if key in ignored:
                continue
            value = wanted.attributes[key] if key in wanted.attributes else was.attributes.get(key)
            found = after[entity].attributes.get(key)
            if not _same(value, found):
                yield f"{entity}: expected {key} {value} but it is {found}"
    for entity in task.expect_changes:
        if entity not in before:
            yield f"{entity}: not in the fixtures"


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return abs(wanted - found) < 1e-6
    if isinstance(wanted, list | tuple) and isinstance(found, list | tuple):
        return len(wanted) == len(found) and all(map(_same, wanted, found))
    return bool(wanted == found)


def report(asked: list[Asked]) -> dict[str, Any]:
    """The score as JSON."""
    failures = [asdict(one) for one in asked if not one.right]
    return {"right": len(asked) - len(failures), "total": len(asked), "failures": failures}


def table(asked: list[Asked]) -> Iterator[str]:
    """The score and its failures, line by line."""
    for suite in dict.fromkeys(one.suite for one in asked):
        of_suite = [one for one in asked if one.suite == suite]
        routes = {
            route: sum(one.route == route for one in of_suite)
            for route in ("intents", "question", "llm", "none")
        }
        right = sum(one.right for one in of_suite)
        told = ", ".join(f"{count} by {route}" for route, count in routes.items() if count)
        yield f"{suite or '.':32} {right:4} of {len(of_suite):4}   {told}"
        for one in of_suite:
            if not one.right:
                yield f"    {one.sentence!r} ({one.route}): {'; '.join(one.wrong)}; said: {one.said!r}"
    right = sum(one.right for one in asked)
    yield f"{right} of {len(asked)} right ({100 * right / len(asked):.1f} %)"
