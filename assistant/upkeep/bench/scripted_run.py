"""The scripted grade as a whole: both boxes, techniques on, off and alone, and the price of being quick."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.upkeep.bench import figures, manners
from assistant.upkeep.bench.bounds import bounds
from assistant.upkeep.bench.findings import Figure, Findings
from assistant.upkeep.bench.profiles import Profile, free, load_profile
from assistant.upkeep.bench.said import COMMANDS, PAUSES_S, QUESTIONS, Said, pauses
from assistant.upkeep.bench.scripted_grade import bed_of, turns
from assistant.upkeep.bench.techniques import Techniques
from assistant.upkeep.bench.turn import Turn

QUICK_COMMANDS, QUICK_QUESTIONS = 5, 3


@dataclass(slots=True)
class Shown:
    """A turn for a waterfall."""

    title: str
    turn: Turn


@dataclass(slots=True)
class Scripted:
    """What a run of the grade goes by, and the turns worth a picture."""

    findings: Findings
    tell: Callable[[str], None]
    quick: bool = False
    profiles: Sequence[str] = ("pi5", "n150")
    shown: list[Shown] = field(default_factory=list)

    def run(self) -> None:
        """All of it."""
        self.findings.notes.append(
            "scripted: virtual time, engines cost what profiles.yaml says with its sources"
        )
        script = self._script()
        sequential: list[Turn] = []
        ours: list[Turn] = []
        for name in self.profiles:
            profile = load_profile(name)
            self.tell(f"scripted: {profile.name}, {len(script)} utterances with every technique off and on …")
            off = turns(profile, Techniques.none(), script)
            on = turns(profile, Techniques(), script)
            self._both(profile, off, on)
            bounds(self.findings, profile)
            commands = [said for said in script if said.kind == "command"]
            fresh = turns(profile, Techniques(), commands, rehearsed=False)
            figures.latencies(self.findings, f"{profile.name}, just started", fresh, ("command",))
            sequential += off
            ours += on
        figures.add_ratio(self.findings, "scripted: A / ours", figures.paired(sequential, ours), "all kinds")
        for kind in figures.KINDS:
            pairs = figures.paired(sequential, ours, (kind,))
            figures.add_ratio(self.findings, f"scripted: A / ours, {kind}", pairs)
        figures.waste(self.findings, ours)
        figures.efficiency(self.findings, ours)
        self._alone(script)
        self._price()
        self._manners()

    def _manners(self) -> None:
        profile = load_profile(self.profiles[0])
        self.tell("scripted: someone speaks over the reply …")
        manners.barge_in(self.findings, profile, 4 if self.quick else 12)
        self.tell("scripted: what the hub itself takes of a turn …")
        bed = bed_of(free(profile), Techniques())
        manners.hub_cost(self.findings, bed, 40 if self.quick else 100)

    def _script(self) -> tuple[Said, ...]:
        if self.quick:
            return (*COMMANDS[:QUICK_COMMANDS], COMMANDS[10], *QUESTIONS[:QUICK_QUESTIONS])
        return (*COMMANDS, *QUESTIONS)

    def _both(self, profile: Profile, off: Sequence[Turn], on: Sequence[Turn]) -> None:
        figures.latencies(self.findings, profile.name, on)
        figures.latencies(self.findings, f"{profile.name}, A", off)
        for one, other in zip(off, on, strict=True):
            self.shown.append(Shown(f"{profile.name}, one after the other", one))
            self.shown.append(Shown(f"{profile.name}, ours", other))

    def _alone(self, script: Sequence[Said]) -> None:
        """Each technique by itself against none, and all but it against all; quick: on one box."""
        for name in self.profiles[:1] if self.quick else self.profiles:
            profile = load_profile(name)
            base, all_on = turns(profile, Techniques.none(), script), turns(profile, Techniques(), script)
            for technique, techniques in Techniques.alone().items():
                self.tell(f"scripted: {profile.name}, {technique} alone …")
                pairs = figures.paired(base, turns(profile, techniques, script))
                figures.add_ratio(self.findings, f"{profile.name}: A / {technique} alone", pairs)
            for technique, techniques in Techniques.without().items():
                self.tell(f"scripted: {profile.name}, all but {technique} …")
                pairs = figures.paired(turns(profile, techniques, script), all_on)
                figures.add_ratio(self.findings, f"{profile.name}: without {technique} / ours", pairs)

    def _price(self) -> None:
        """False cut-offs, with every technique on and with none."""
        broken = pauses((0.4, 0.9) if self.quick else PAUSES_S)
        for name in self.profiles[:1]:
            profile = load_profile(name)
            self.tell(f"scripted: {len(broken)} sentences with a pause in the middle …")
            ours = turns(profile, Techniques(), broken)
            figures.price(self.findings, "false cut-offs, scripted pauses", ours)
            whole = {said.words for said in COMMANDS}
            for name, after in (("half a sentence", False), ("a whole command", True)):
                of_it = [turn for turn in ours if (turn.uttered.said.parts[0] in whole) == after]
                figures.price(self.findings, f"false cut-offs, pauses after {name}", of_it)
            for pause_s in sorted(
                {float(p) for turn in ours for p in turn.uttered.said.parts if not isinstance(p, str)}
            ):
                of_it = [turn for turn in ours if pause_s in turn.uttered.said.parts]
                figures.price(self.findings, f"false cut-offs, pauses of {pause_s:g} s", of_it)
            off = turns(profile, Techniques.none(), broken)
            figures.price(self.findings, "false cut-offs with every technique off", off)
            self._waste_of_pauses(ours)

    def _waste_of_pauses(self, ours: Sequence[Turn]) -> None:
        begun = sum(turn.speculations[0] for turn in ours)
        thrown = sum(turn.speculations[1] for turn in ours)
        if begun:
            about = f"{thrown} of {begun}"
            self.findings.add(
                Figure("discarded speculation, sentences with pauses", 100 * thrown / begun, "%", about=about)
            )
