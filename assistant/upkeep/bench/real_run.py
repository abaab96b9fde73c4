"""The grades on real engines: sequential and ours in turns, ABBA, with a guard against a noisy machine."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from assistant.errors import AssistantError
from assistant.settings import load_settings
from assistant.upkeep.bench import busy, figures, machine
from assistant.upkeep.bench.findings import Figure, Findings
from assistant.upkeep.bench.profiles import NAMES
from assistant.upkeep.bench.random_models import RandomModels, made
from assistant.upkeep.bench.real_grade import Real, bed_of, of_chance, of_the_kit, of_the_owner
from assistant.upkeep.bench.road import Runner, opened
from assistant.upkeep.bench.said import COMMANDS, QUESTIONS, Said
from assistant.upkeep.bench.scripted_grade import WARM_UP
from assistant.upkeep.bench.scripted_run import Shown
from assistant.upkeep.bench.statistics import MOST_REPEATS, Guard, abba, percentile
from assistant.upkeep.bench.techniques import Techniques
from assistant.upkeep.bench.turn import Turn

QUICK = (*COMMANDS[:3], COMMANDS[12], QUESTIONS[3])
FEW = (COMMANDS[0], COMMANDS[12], QUESTIONS[3])
FULL = (*COMMANDS[:6], COMMANDS[10], *QUESTIONS[:6])
Tell = Callable[[str], None]


def run(
    grade: str,
    settings: Path | None,
    findings: Findings,
    shown: list[Shown],
    tell: Tell,
    *,
    quick: bool,
    rows: frozenset[str],
) -> None:
    """The `rows` that are wanted: start and memory, sequential and ours, a busy machine, the peers."""
    models: RandomModels | None = None
    if grade == "random":
        models = made(tell)
        real = of_chance(models)
        findings.notes.append(
            "random: real engines, weights are chance; the words are the script's, the time theirs"
        )
    elif grade == "kit":
        real = of_the_kit()
        findings.notes.append(
            "kit: real engines on the house kit's own small models, which are faster than any in use"
        )
    else:
        real = of_the_owner(load_settings(settings))
    script = QUICK if quick else FULL
    if models is not None and "start" in rows:
        _stack(models, findings, tell)
    guard = Guard(most_repeats=0 if quick else MOST_REPEATS)
    steps: dict[str, tuple[str, Callable[[], None]]] = {
        "sequential": (
            f"{grade}: A / ours",
            lambda: asyncio.run(_compare(real, script, findings, shown, tell, grade, guard)),
        ),
        "busy": (
            f"{grade}: {busy.BUSY}",
            lambda: busy.compare(grade, real, FEW if quick else script, findings, tell),
        ),
    }
    for row, (name, step) in steps.items():
        try:
            if row in rows:
                step()
        except AssistantError as error:
            findings.miss(name, f"{type(error).__name__}: {error}")
    if models is not None and rows & {"profiles", "wyoming", "pipecat"}:
        from assistant.upkeep.bench.peers import compare

        compare(models, NAMES[:1] if quick else NAMES, script, findings, tell, quick=quick, rows=rows)


OURS, SEQUENTIAL = "ours", "one after the other"


async def _compare(
    real: Real,
    script: Sequence[Said],
    findings: Findings,
    shown: list[Shown],
    tell: Tell,
    grade: str,
    guard: Guard,
) -> None:
    found: dict[str, list[Turn]] = {SEQUENTIAL: [], OURS: []}
    conditions = ((SEQUENTIAL, Techniques.none()), (OURS, Techniques()))
    try:
        async with AsyncExitStack() as stack:
            runners: list[Runner] = []
            for name, techniques in conditions:
                tell(f"{grade}: starting the engines, {name} …")
                runner = await stack.enter_async_context(opened(bed_of(real, techniques)))
                await runner.say(WARM_UP)
                runners.append(runner)
            for condition, at in abba(len(script)):
                name = conditions[condition][0]
                turn = await _guarded(runners[condition], script[at], guard)
                found[name].append(turn)
                shown.append(Shown(name, turn))
                sound = turn.first_sound_ms
                told = "no answer in words" if sound is None else f"{sound:.0f} ms"
                tell(f"{grade}: “{turn.name}”, {name}: {told}")
    finally:
        # Also when it is stopped: every pair that there is counts.
        _tell_all(findings, found, guard, grade)


async def _guarded(runner: Runner, said: Said, guard: Guard) -> Turn:
    attempt = 0
    while True:
        before_s = await asyncio.to_thread(guard.measure)
        turn = await runner.say(said)
        drift = await asyncio.to_thread(guard.noise, before_s)
        if not guard.again(drift, attempt):
            return turn
        attempt += 1


def _tell_all(findings: Findings, found: dict[str, list[Turn]], guard: Guard, grade: str) -> None:
    ours, sequential = found[OURS], found[SEQUENTIAL]
    figures.latencies(findings, f"{grade}, ours", ours)
    figures.latencies(findings, f"{grade}, A", sequential)
    figures.add_ratio(findings, f"{grade}: A / ours", figures.paired(sequential, ours), "ABBA")
    for kind in figures.KINDS:
        if pairs := figures.paired(sequential, ours, (kind,)):
            figures.add_ratio(findings, f"{grade}: A / ours, {kind}", pairs)
    figures.waste(findings, ours)
    for name, turns in found.items():
        cpu = percentile([turn.cpu_s for turn in turns], 50)
        findings.add(Figure(f"{grade}: processor a turn, {name}", cpu, "s", about="hub and engines, median"))
    noisy = f"{guard.repeated} of {guard.blocks} turns said again for noise, {guard.flagged} noisy to the end"
    findings.notes.append(noisy + (f" (up to {100 * guard.worst:.0f} %)" if guard.flagged else ""))


def _stack(models: RandomModels, findings: Findings, tell: Tell) -> None:
    """The English stack with a 0.6B model: time to listen, memory, cost at rest."""
    tell("random: start, memory and rest of a hub with a 0.6B model …")
    wide, llm = f"  wide: {{model: {models.whisper}}}", f"  llm: {{model: {models.llm('0.6B')}}}"
    settings = f"voice: bench\nears:\n{wide}\nmind:\n{llm}\n"
    voice = f"name: bench\nengine: piper\nmodel: {models.voice}\nlanguage: en\n"
    about = "base Whisper, 0.6B, Piper medium, random weights"
    try:
        machine.start_and_rest(findings, settings, about, voice=voice)
    except AssistantError as error:
        for name in ("start to listening", "memory (PSS), hub and engines", "processor at rest"):
            findings.miss(name, str(error))
