"""`bench`: its words, and what they mean."""

import argparse
from collections.abc import Callable
from pathlib import Path

from assistant.cli_verb import Verbs, verb_of
from assistant.upkeep.bench.rows import ROWS, rows_of

Out = Callable[[str], None]


def add_bench(verbs: Verbs) -> None:
    """`bench`."""
    verb = verb_of(
        verbs,
        "bench",
        "how soon the house answers, what that costs, and the goals beside it",
        "assistant bench --quick",
        "assistant bench --grade scripted --svg waterfalls",
        "assistant bench --grade random --quick --json",
        "assistant bench --grade random --quick --rows wyoming,pipecat",
        more="\n\n  scripted  engines that cost what is published of a Raspberry Pi 5 and an Intel N150,"
        "\n            on virtual time: exact, and done in a minute or two on any machine"
        "\n  random    models of true size whose weights are chance, made here (1.5 GB in the cache): the"
        "\n            real engines on this machine, beside Wyoming servers and Pipecat on the same models"
        "\n  all       scripted, then random: every goal is told"
        "\n  own       the models your settings name"
        "\n  kit       the house kit's small models, where the checkout has them"
        "\n\nA latency counts from the last sample that was said to the first sample of words that answer."
        "\nWhat can't be measured is told as such, never estimated. Ctrl-C tells what there is.",
    )
    verb.add_argument("--quick", action="store_true", help="fewer turns")
    verb.add_argument("--json", action="store_true", help="goals, figures and not_measured as JSON")
    verb.add_argument("--svg", type=Path, metavar="FOLDER", help="draw a waterfall of every turn")
    verb.add_argument(
        "--grade",
        choices=["all", "scripted", "random", "own", "kit"],
        default="all",
        help="default: %(default)s",
    )
    verb.add_argument("--profile", choices=["pi5", "n150"], help="scripted: one box only (default: both)")
    verb.add_argument(
        "--rows",
        default="",
        metavar="ROW,…",
        help="of what this machine is timed at only these: "
        + "; ".join(f"{row} ({of})" for row, of in ROWS.items()),
    )
    verb.add_argument(
        "--recordings", type=Path, metavar="FOLDER", help="FLACs of people, a sentence each: false cut-offs"
    )


def run(chosen: argparse.Namespace, out: Out) -> int:
    """Measure and tell."""
    from assistant.upkeep.bench.bench import Benching, bench

    asked = Benching(
        quick=chosen.quick,
        as_json=chosen.json,
        svg=chosen.svg,
        grade=chosen.grade,
        profile=chosen.profile,
        settings=chosen.settings,
        recordings=chosen.recordings,
        rows=rows_of(chosen.rows),
    )
    return bench(asked, out)
