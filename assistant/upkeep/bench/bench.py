"""`assistant bench`: what was asked for, run in order; what there is is told even when it is stopped."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from assistant.devices.home import MemoryHome
from assistant.errors import AssistantError
from assistant.upkeep.bench import machine, prices, recorded
from assistant.upkeep.bench.findings import Findings
from assistant.upkeep.bench.profiles import NAMES
from assistant.upkeep.bench.rows import ROWS
from assistant.upkeep.bench.scripted_run import Scripted, Shown
from assistant.upkeep.bench.svg import waterfall
from assistant.upkeep.demo import make_folder, silent
from assistant.upkeep.terminal import note

Out = Callable[[str], None]
LATER = {
    "16 wake streams over the network": "satellites are not part of this run",
    "Whisper's word errors": "no real weights here",
    "the language model's tool accuracy": "no real weights here",
}


@dataclass(frozen=True, slots=True)
class Benching:
    """What to measure and how to tell it."""

    quick: bool = False
    as_json: bool = False
    svg: Path | None = None
    """Where the waterfalls go; None: nowhere."""
    grade: str = "all"
    """`scripted`, `random`, `all` (one after the other), `own` or `kit`."""
    profile: str | None = None
    """One box of the scripted grade; None: all."""
    settings: Path | None = None
    """The owner's settings, for the grade `own`."""
    recordings: Path | None = None
    """A folder of FLAC recordings of people, one sentence each."""
    rows: frozenset[str] = frozenset(ROWS)
    """Of `ROWS`, what is measured; what is not is told as not measured."""


def bench(asked: Benching, out: Out) -> int:
    """Measure and tell; 0. Ctrl-C tells what there is, and goes on as KeyboardInterrupt."""
    findings = Findings()
    shown: list[Shown] = []
    if asked.svg is not None:
        make_folder(asked.svg)
    tell = silent if asked.as_json else _timed()
    try:
        _measure(asked, findings, shown, tell)
    except (KeyboardInterrupt, AssistantError) as error:
        findings.notes.append(f"stopped before its end: {error}" if str(error) else "stopped before its end")
        _report(asked, findings, shown, out)
        raise
    _report(asked, findings, shown, out)
    return 0


def _timed() -> Out:
    """Progress, with the minutes since the beginning."""
    began_s = time.monotonic()

    def tell(words: str) -> None:
        minutes, seconds = divmod(round(time.monotonic() - began_s), 60)
        note(f"{minutes:3d}:{seconds:02d}  {words}")

    return tell


def _measure(asked: Benching, findings: Findings, shown: list[Shown], tell: Out) -> None:
    for name, why in LATER.items():
        findings.miss(name, why)
    if asked.grade in ("scripted", "all"):
        chosen = NAMES if asked.profile is None else (asked.profile,)
        Scripted(findings, tell, asked.quick, chosen, shown).run()
    _of_this_machine(asked, findings, tell)
    if asked.grade != "scripted":
        from assistant.upkeep.bench.real_run import run

        grade = "random" if asked.grade == "all" else asked.grade
        run(grade, asked.settings, findings, shown, tell, quick=asked.quick, rows=asked.rows)


def _of_this_machine(asked: Benching, findings: Findings, tell: Out) -> None:
    """What any grade tells of the machine it runs on."""
    if "machine" in asked.rows:
        tell("16 wake streams …")
        machine.wake_streams(findings, 6.0 if asked.quick else machine.STREAM_S)
    if asked.grade in ("scripted", "all") and "start" in asked.rows:
        tell("start and rest of a hub …")
        try:
            machine.start_and_rest(findings, "{}\n", "starter without models")
        except AssistantError as error:
            findings.miss("start to listening", str(error))
    if "machine" not in asked.rows:
        return
    tell("the narrow ear on synthetic voices …")
    with resources.as_file(resources.files("assistant.devices") / "demo_home.yaml") as file:
        home = MemoryHome.from_yaml(file)
    prices.word_errors(findings, home, prices.VOICES[:1] if asked.quick else prices.VOICES)
    recorded.recordings(findings, asked.recordings, tell, 20 if asked.quick else None)


def _report(asked: Benching, findings: Findings, shown: list[Shown], out: Out) -> None:
    if asked.as_json:
        out(json.dumps(findings.as_json()))
    else:
        findings.tell(out)
    if asked.svg is not None:
        for number, each in enumerate(shown, 1):
            file = asked.svg / f"{number:03d}.svg"
            file.write_text(waterfall(each.title, each.turn), encoding="utf-8")
        if not asked.as_json:
            out(f"  {len(shown)} waterfalls are in {asked.svg}/")
