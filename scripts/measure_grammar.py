"""What the grammar of tool calls costs a token, and the prompt of a home a turn, on random-weight models.

    python scripts/measure_grammar.py [FOLDER] [--threads N]

Writes Qwen3-shaped GGUFs of 0.6B and 1.7B into FOLDER (0.34 and 0.97 GB; kept for the next time) and prints
medians of processor time. Random weights fit no grammar: "refused" is what a token costs that the grammar
must replace; a trained model's own choice mostly fits and costs what "looked at" says.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from random_gguf import SHAPES, write_random

from assistant.devices.home import MemoryHome
from assistant.messages import Device, DeviceState, Prompt, ToolSpec
from assistant.skills.clock import Clock
from assistant.skills.home import HomeSkill
from assistant.skills.home_things import HomeThings
from assistant.skills.lists import Lists
from assistant.skills.skill import tools_of
from assistant.skills.timers import Timers
from assistant.skills.volume import Volume
from assistant.think.llm import llm_constraint
from assistant.think.llm.llm_constraint import Constraint
from assistant.think.llm.llm_forms import chatml
from assistant.think.llm.llm_grammar import call_grammar
from assistant.think.llm.llm_runtime import Runtime, Sampler
from assistant.think.prompt import offered, prompt, surroundings

TOKENS = 16
CHARACTERS_A_TOKEN = 3.6
"""Of real tokenizers on prompts like ours, roughly: the random one knows only bytes and made-up words."""
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def asked(devices: int) -> Prompt:
    """A turn's prompt in a home of so many devices."""
    areas = ("kitchen", "living room", "bedroom", "hallway", "bathroom", "office")
    names = [f"{areas[n % 6]} {('light', 'socket', 'fan', 'blinds')[n % 4]} {n}" for n in range(devices)]
    home = MemoryHome(
        {
            Device(name, areas[n % 6], ("light", "switch", "fan", "cover")[n % 4]): DeviceState("off")
            for n, name in enumerate(names)
        }
    )
    kinds: tuple[type[object], ...] = (Timers, Lists, Clock, Volume, HomeSkill, HomeThings)
    tools: list[ToolSpec] = [found.spec for kind in kinds for found in tools_of(object.__new__(kind))]
    words = "it is rather dark in here, can you do something about it"
    return prompt(words, surroundings(home, "kitchen", NOON, "Be brief."), (), offered(tools, 2), 100)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of processor time, so that neighbours count little."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def fit(constraint: Constraint, runtime: Runtime) -> Iterator[float]:
    """Milliseconds to look at each token of a call that fits."""
    for token in runtime.tokens('{"name": "timer_set", "arguments": {"duration_s": 600}}', special=False):
        took = timed(lambda token=token: constraint.allows(token))  # type: ignore[misc]
        constraint.accept(token)
        yield took


def measure(name: str, path: Path, threads: int) -> None:
    """Print what one model costs."""
    runtime = Runtime(path, 4096, threads)
    made = asked(30)
    grammar = call_grammar(made.every_tool, made.names, "hermes")
    characters = len(chatml(made))
    whole = [1_000 + n for n in range(round(characters / CHARACTERS_A_TOKEN))]
    read_s = timed(lambda: list(runtime.read(whole, lambda: False))) / 1000
    print(f"{name}: prompt of {characters} characters, about {len(whole)} tokens: {read_s:.1f} s")
    later = whole[:-30] + [2] * 30
    runtime.keep(later)
    new_s = timed(lambda: list(runtime.read(later, lambda: False))) / 1000
    print(f"  30 new tokens after the same head: {new_s:.2f} s")
    begin_ms = timed(lambda: runtime.constraints.begin(grammar))
    again_ms = timed(lambda: runtime.constraints.begin(grammar))
    print(f"  grammar of {len(grammar)} characters: {begin_ms:.1f} ms once, {again_ms:.2f} ms a call")
    sampler = Sampler(0.2, 1)
    decode, choose, replace = [], [], []
    constraint = runtime.constraints.begin(grammar)
    for _ in range(TOKENS):
        choose.append(timed(lambda: runtime.sample(sampler)))
        started = time.process_time()
        token = runtime.sample(sampler, constraint)
        replace.append((time.process_time() - started) * 1000)
        if token is None or runtime.ends(token):
            constraint = runtime.constraints.begin(grammar)
            token = 2
        decode.append(timed(lambda token=token: runtime.add([token])))  # type: ignore[misc]
    looked = [ms for _ in range(3) for ms in fit(runtime.constraints.begin(grammar), runtime)]
    plain_ms = statistics.median(decode) + statistics.median(choose)
    print(f"  no grammar: {plain_ms:.1f} ms a token, {1000 / plain_ms:.1f} tokens/s")
    for kind, more in (
        ("looked at and allowed", statistics.median(looked)),
        ("refused and replaced", statistics.median(replace) - statistics.median(choose)),
        ("refused, at worst", max(replace) - statistics.median(choose)),
    ):
        share = 100 * more / plain_ms
        print(f"  {kind}: {more:.3f} ms more ({share:.2f} %), {1000 / (plain_ms + more):.1f} tokens/s")


def main() -> None:
    """Measure every shape."""
    parser = argparse.ArgumentParser(description="Measure the grammar of tool calls.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path(tempfile.gettempdir()) / "hearth-random")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    llm_constraint.LEAST_WILL = 0.0
    for devices in (30, 1000):
        made = asked(devices)
        print(
            f"{devices} devices: {len(chatml(made))} characters, {len(made.tools)} tools at the head, "
            f"{len(made.named_tools)} named, {len(made.found_tools)} found"
        )
    for name, shape in SHAPES.items():
        path = given.folder / f"random-{name}.gguf"
        if not path.exists():
            write_random(path, shape)
        measure(name, path, given.threads)


if __name__ == "__main__":
    main()
