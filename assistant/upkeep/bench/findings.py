"""What a bench found: figures, the goals beside them, and what could not be measured, with the reason."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.messages import JsonValue


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, as it was measured."""

    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    """Bootstrap interval, for ratios."""
    about: str = ""
    """Of what, on what, how many."""

    def __str__(self) -> str:
        shown = _short(self.value) + (f" {self.unit}" if self.unit else "")
        if self.low is not None and self.high is not None:
            shown += f" ({_short(self.low)} to {_short(self.high)})"
        return shown


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that is wanted: at least or at most so much."""

    name: str
    figure: str
    """Name of the figure it is about."""
    limit: float
    least: bool
    """True: at least `limit`; else at most."""
    unit: str = ""
    bound: str = ""
    """Name of the figure that nothing can be better than; empty: none is known."""

    @property
    def wanted(self) -> str:
        return f"{'≥' if self.least else '≤'} {_short(self.limit)}{' ' + self.unit if self.unit else ''}"

    def met(self, figure: Figure) -> bool:
        """Where there is an interval its bad end counts; a ratio without one proves nothing."""
        if figure.unit == "x" and figure.low is None:
            return False
        if self.least:
            return (figure.value if figure.low is None else figure.low) >= self.limit
        return (figure.value if figure.high is None else figure.high) <= self.limit


_PI5 = "Raspberry Pi 5"
GOALS = (
    Goal("sequential / ours, scripted engines", "scripted: A / ours", 8, least=True, unit="x"),
    Goal("sequential / ours, models of true size", "random: A / ours", 5, least=True, unit="x"),
    Goal("Wyoming chain / ours", "random: Wyoming chain / ours", 3, least=True, unit="x"),
    Goal(
        "Pipecat / ours, at a Pi 5's costs", f"{_PI5}, real time: Pipecat / ours", 1.5, least=True, unit="x"
    ),
    Goal("Pipecat / ours", "random: Pipecat / ours", 1.5, least=True, unit="x"),
    Goal(
        "latency with every core busy / idle", "random: with every core busy / idle", 2, least=False, unit="x"
    ),
    Goal("overlap efficiency, scripted engines", "overlap efficiency", 0.95, least=True),
    *(
        Goal(
            f"known command, {box}, {rank}",
            f"{box}: command, {rank}",
            limit,
            least=False,
            unit="ms",
            bound=f"{box}: command, least possible",
        )
        for box in ("Raspberry Pi 5", "Intel N150")
        for rank, limit in (("p50", 300), ("p95", 450))
    ),
    Goal(
        "first words of a reply, N150, 1.7B",
        "Intel N150: question, p50",
        800,
        least=False,
        unit="ms",
        bound="Intel N150: question, least possible",
    ),
    Goal(
        "tokens prefilled after the commit, p95, beyond the fixed tail",
        "tokens after the commit, p95",
        8,
        False,
    ),
    Goal("false cut-offs, scripted pauses", "false cut-offs, scripted pauses", 5, least=False, unit="%"),
    Goal("false cut-offs, recordings of people", "false cut-offs, recordings", 5, least=False, unit="%"),
    Goal("wake detection → ducked", "wake detection → ducked, p95", 120, least=False, unit="ms"),
    Goal("accepted word → silence", "accepted word → silence, p95", 120, least=False, unit="ms"),
    Goal("hub cost per turn beyond the engines, p99", "hub cost a turn, p99", 2, least=False, unit="ms"),
    Goal(
        "English stack with a 0.6B model, PSS", "memory (PSS), hub and engines", 1.2, least=False, unit="GB"
    ),
    Goal("start to listening", "start to listening", 5, least=False, unit="s"),
    Goal("16 wake streams, of one core", "16 wake streams", 25, least=False, unit="%"),
)


@dataclass(slots=True)
class Findings:
    """Everything a run found so far."""

    figures: dict[str, Figure] = field(default_factory=dict)
    not_measured: dict[str, str] = field(default_factory=dict)
    """Name → why."""
    notes: list[str] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        """A later figure of the same name takes the earlier one's place."""
        if math.isfinite(figure.value):
            self.figures[figure.name] = figure
            self.not_measured.pop(figure.name, None)
        else:
            self.miss(figure.name, "nothing to compute it from came out of the run")

    def miss(self, name: str, why: str) -> None:
        """It could not be measured."""
        if name not in self.figures:
            self.not_measured[name] = why

    def as_json(self) -> dict[str, JsonValue]:
        """The published form."""
        return {
            "goals": [self._goal(goal) for goal in GOALS],
            "figures": [_figure(figure) for figure in self.figures.values()],
            "not_measured": [{"name": name, "why": why} for name, why in self._missing().items()],
            "notes": list(self.notes),
        }

    def _goal(self, goal: Goal) -> JsonValue:
        figure = self.figures.get(goal.figure)
        return {
            "name": goal.name,
            "figure": None if figure is None else round(figure.value, 3),
            "interval": None if figure is None or figure.low is None else [figure.low, figure.high],
            "goal": goal.wanted,
            "met": None if figure is None else goal.met(figure),
            "bound": None if (bound := self.figures.get(goal.bound)) is None else round(bound.value, 3),
        }

    def _verdict(self, goal: Goal, found: Figure) -> str:
        if goal.met(found):
            return "yes"
        bound = self.figures.get(goal.bound)
        return "NO" if bound is None else f"NO (least possible: {bound})"

    def _missing(self) -> dict[str, str]:
        absent = {g.figure: "not part of this run" for g in GOALS if g.figure not in self.figures}
        return {**absent, **self.not_measured}

    def tell(self, out: Callable[[str], None]) -> None:
        """The table for people: every figure, then every goal beside its figure."""
        for figure in self.figures.values():
            out(f"  {figure.name:<58} {figure!s:>28}" + (f"   {figure.about}" if figure.about else ""))
        for note in self.notes:
            out(f"  note: {note}")
        out("")
        out(f"  {'goal':<62}{'wanted':>10}   {'measured':<30} met")
        missing = self._missing()
        for goal in GOALS:
            found = self.figures.get(goal.figure)
            if found is None:
                out(f"  {goal.name:<62}{goal.wanted:>10}   not measured: {missing[goal.figure]}")
            else:
                out(f"  {goal.name:<62}{goal.wanted:>10}   {found!s:<30} {self._verdict(goal, found)}")
        others = {name: why for name, why in missing.items() if name not in {g.figure for g in GOALS}}
        for name, why in others.items():
            out(f"  {name}: not measured: {why}")


def _figure(figure: Figure) -> JsonValue:
    interval: JsonValue = None if figure.low is None else [figure.low, figure.high]
    return {
        "name": figure.name,
        "value": round(figure.value, 4),
        "unit": figure.unit,
        "interval": interval,
        "about": figure.about,
    }


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
