"""The same utterances while every core is busy with something else: how much later the answer comes."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext

from assistant.house.threads import cores
from assistant.upkeep.bench import figures
from assistant.upkeep.bench.findings import Findings
from assistant.upkeep.bench.real_grade import Real, bed_of
from assistant.upkeep.bench.road import opened
from assistant.upkeep.bench.said import Said
from assistant.upkeep.bench.scripted_grade import WARM_UP
from assistant.upkeep.bench.statistics import abba
from assistant.upkeep.bench.techniques import Techniques
from assistant.upkeep.bench.turn import Turn

BUSY = "with every core busy / idle"


@contextmanager
def busy() -> Iterator[None]:
    """A program on every core that never rests, of the usual priority."""
    running = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(cores())]
    try:
        yield
    finally:
        for each in running:
            each.kill()
            each.wait()


def compare(
    grade: str, real: Real, script: Sequence[Said], findings: Findings, tell: Callable[[str], None]
) -> None:
    """Each utterance on the machine as it is and on a busy one, in turns."""
    tell(f"{grade}: with every core busy …")
    found = asyncio.run(_found(real, script, tell))
    pairs = figures.paired(found[1], found[0])
    about = f"ABBA; a program that never rests on each of {cores()} cores"
    figures.add_ratio(findings, f"{grade}: {BUSY}", pairs, about)


async def _found(
    real: Real, script: Sequence[Said], tell: Callable[[str], None]
) -> tuple[list[Turn], list[Turn]]:
    found: tuple[list[Turn], list[Turn]] = ([], [])
    async with opened(bed_of(real, Techniques())) as runner:
        await runner.say(WARM_UP)
        for condition, at in abba(len(script)):
            with busy() if condition else nullcontext():
                turn = await runner.say(script[at])
            found[condition].append(turn)
            sound = turn.first_sound_ms
            told = "no answer in words" if sound is None else f"{sound:.0f} ms"
            tell(f"“{turn.name}”, {'every core busy' if condition else 'idle'}: {told}")
    return found
