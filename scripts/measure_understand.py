"""How long the phrases take to load, the grammar to write, a sentence to understand, and to answer: s and ms.

Run from the checkout: `python -m scripts.measure_understand`. The sentences are the tests' tables, and their
dialogues: from the words to the first sentence, the tools' work in a home in memory included.
"""

import asyncio
import re
import statistics
import time
from pathlib import Path

from assistant.think.grammar import jsgf
from assistant.think.intents import Intents
from assistant.think.phrases import Phrases
from tests.think.family import family
from tests.think.house import HOUSE
from tests.think.test_dialogue import DIALOGUES

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
    asyncio.run(_answers())


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
