"""How long the phrases take to load, the grammar to write, a sentence to understand, and to answer: s and ms.

Run from the checkout: `python -m scripts.measure_understand`. The sentences are the tests' tables, and their
dialogues: from the words to the first sentence, the tools' work in a home in memory included; and words that
are refused, and German, by processor time.
"""

import asyncio
import re
import statistics
import time
from pathlib import Path

from assistant.devices.home import MemoryHome
from assistant.think.context import Context
from assistant.think.foreign import ForeignIntents
from assistant.think.grammar import jsgf
from assistant.think.intents import Intents
from assistant.think.names import HouseNames, Named
from assistant.think.phrases import Phrases
from tests.think.family import family
from tests.think.house import HOUSE
from tests.think.test_dialogue import DIALOGUES

REFUSED = """\
two timers please, one for rice for 12 minutes and one for the sauce for 20
shut off all the lights on this floor apart from the bathroom light
if it gets below 18 turn on the heater
turn the kettle off when the door is closed and the dog is in
leave the kitchen light on but turn the fan off
remind me in an hour and again in two hours to take my pills
what do you think of the new government
tell me a long story about a dragon, a castle and a very small horse
set the timer and the alarm and everything else for whatever you like
hit the kitchen lihgt and then the televison in the loft
actually both
don't turn off the heater"""
GERMAN = """\
mach das küchenlicht an
schalte die stehlampe im wohnzimmer aus
stelle einen timer auf zehn minuten
wie spät ist es
mach das wohnzimmerlicht auf 40 prozent
ist die haustür abgeschlossen
setze milch auf die einkaufsliste
mach den rollladen zu
schalte alle lichter aus und den ventilator an
erzähl mir einen witz
mir ist total kalt
schalte die lampe im partykeller an und danach die musik lauter und das fenster zu"""
HOMES = Path(__file__).resolve().parent.parent / "tests" / "homes"
TABLES = Path(__file__).resolve().parent.parent / "tests" / "think"


def main() -> None:
    started = time.process_time()
    phrases = Phrases.load("en", HOUSE)
    loaded = time.process_time()
    grammar = jsgf(phrases)
    written = time.process_time()
    print(f"phrases {loaded - started:.2f} s, grammar {written - loaded:.2f} s, {len(grammar.words)} words")
    intents = Intents(phrases)
    for name in ("understood", "near_misses", "no_commands"):
        lines = (TABLES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        said = [line.rsplit(" = ", 1)[0] for line in lines if line and not line.startswith("#")]
        times_ms = sorted(_time_ms(intents, text) for text in (*said, *said))
        print(
            f"{name}: {len(said)} sentences, median {statistics.median(times_ms):.1f} ms,"
            f" 95 % within {times_ms[int(0.95 * len(times_ms))]:.1f} ms"
        )
    _whole(intents, REFUSED, "refused")
    german = ForeignIntents(Phrases.load("de", _home("de")))
    _whole(german, GERMAN, "German")
    asyncio.run(_answers())


def _whole(intents: Intents, said: str, name: str) -> None:
    """With all that is tried before the words are given up: processor time of the thread."""
    context = Context(intents)
    times_ms: list[float] = []
    for text in said.splitlines() * 2:
        started = time.thread_time()
        if context.understand(text, "kitchen", ()) is None:
            context.unclear(text, "kitchen")
        times_ms.append(1000 * (time.thread_time() - started))
    times_ms.sort()
    print(
        f"{name}: {len(times_ms) // 2} sentences, median {statistics.median(times_ms):.1f} ms,"
        f" 95 % within {times_ms[int(0.95 * len(times_ms))]:.1f} ms, worst {times_ms[-1]:.1f} ms"
    )


def _home(language: str) -> HouseNames:
    devices = MemoryHome.from_yaml(HOMES / f"{language}.yaml").devices()
    named = tuple(Named(d.name, d.aliases, d.area, d.kind, d.device_class) for d in devices)
    return HouseNames(named, tuple(Named(area) for area in dict.fromkeys(d.area for d in devices)))


async def _answers() -> None:
    """Every line of the dialogues, answered by the real skills."""
    times_ms: list[float] = []
    for told in DIALOGUES:
        async with family() as ask:
            for line in told.lines:
                if spoken := re.fullmatch(r"(?:\[(.+)\] )?> (.*)", line):
                    times_ms.append(await ask.first_sentence_ms(spoken[2], spoken[1] or "kitchen"))
    times_ms.sort()
    print(
        f"answered: {len(times_ms)} sentences, median {statistics.median(times_ms):.1f} ms to the first"
        f" sentence, 95 % within {times_ms[int(0.95 * len(times_ms))]:.1f} ms"
    )


def _time_ms(intents: Intents, text: str) -> float:
    started = time.perf_counter()
    intents.understand(text, "living room")
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
