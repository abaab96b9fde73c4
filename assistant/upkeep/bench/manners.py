"""How soon the house makes way for one who speaks, and what the hub itself takes of a turn. Virtual time."""

import time
from collections.abc import Sequence

import numpy as np

from assistant.journal import Entry
from assistant.messages import EAR_RATE_HZ, SpeechEnded, Transcript, WakeSensed, Woken
from assistant.upkeep.bench import virtual
from assistant.upkeep.bench.findings import Figure, Findings
from assistant.upkeep.bench.log import WorkLog
from assistant.upkeep.bench.profiles import Profile
from assistant.upkeep.bench.road import Bed, opened, utterance
from assistant.upkeep.bench.said import COMMANDS, QUESTIONS, WAKE, Said, drawn_out
from assistant.upkeep.bench.satellite import AUDIBLE, Satellite
from assistant.upkeep.bench.scripted_grade import bed_of
from assistant.upkeep.bench.statistics import percentile
from assistant.upkeep.bench.techniques import Techniques

LONG = QUESTIONS[7]
"""Its answer is long enough to be spoken over."""
LOUD = 2_000
"""Peak of the scripted voice is 6,000; ducked by 20 dB it is 600."""


def barge_in(findings: Findings, profile: Profile, count: int) -> None:
    """Someone says the wake word and `stop` over a reply, `count` times, at different moments."""
    waits_s = [0.3 + 0.13 * at for at in range(count)]
    ducked, silent = virtual.run(_interrupted(profile, waits_s))
    about = f"{len(ducked)} replies spoken over, output blocks of 10 ms, without a sound card's own delay"
    findings.add(Figure("wake detection → ducked, p95", percentile(ducked, 95), "ms", about=about))
    findings.add(Figure("accepted word → silence, p95", percentile(silent, 95), "ms", about=about))


async def _interrupted(profile: Profile, waits_s: Sequence[float]) -> tuple[list[float], list[float]]:
    ducked: list[float] = []
    silent: list[float] = []
    bed = bed_of(profile, Techniques())
    async with opened(bed) as runner:
        for wait_s in waits_s:
            satellite = _Interrupting(utterance(LONG, drawn_out)[0], wait_s)
            entries: list[Entry] = []
            await runner.hear(satellite, entries.append)
            sensed = [e.t for e in entries if isinstance(e.happening, WakeSensed)]
            if len(sensed) < 2:
                continue
            if not satellite.sounds(sensed[1]):
                continue  # the reply was over by then
            ducked.append((satellite.softer_s(sensed[1], LOUD) - sensed[1]) * 1000)
            accepted = [
                e.t
                for e in entries
                if e.t >= sensed[1]
                and (
                    isinstance(e.happening, Woken)
                    or (isinstance(e.happening, Transcript) and e.happening.final)
                )
            ]
            silent.append((satellite.softer_s(accepted[-1], AUDIBLE) - accepted[-1]) * 1000)
    return ducked, silent


class _Interrupting(Satellite):
    """Says `hey jarvis, stop` a while after the first sound of the reply."""

    def __init__(self, pcm: bytes, wait_s: float) -> None:
        super().__init__(pcm)
        self._wait_s = wait_s
        self._said = False

    def _quiet(self) -> bool:
        began_s = self.first_sound_s(self.opened_s)
        if not self._said and began_s is not None:
            self._said = True
            now = 2 * self.at_sample
            pause = bytes(2 * round(self._wait_s * EAR_RATE_HZ))
            self._pcm = self._pcm[:now].ljust(now, b"\0") + pause + drawn_out(f"{WAKE} stop")
            return False
        return super()._quiet()

    def sounds(self, at_s: float) -> bool:
        """The reply is loud in the last block before."""
        before = [each.block for each in self.heard if each.at_s < at_s]
        return bool(before) and int(np.abs(before[-1].astype(np.int32)).max(initial=0)) > LOUD

    def softer_s(self, since_s: float, peak: int) -> float:
        """Loop time of the end of the last block that was louder than `peak`, from `since_s` on, in a row."""
        at_s = since_s
        for each in self.heard:
            if each.at_s < since_s:
                continue
            if int(np.abs(each.block.astype(np.int32)).max(initial=0)) <= peak:
                return at_s
            at_s = each.at_s + 0.01
        return at_s


def hub_cost(findings: Findings, bed: Bed, count: int) -> None:
    """The hub's own work from calling the end to the first sample of the answer, engines costing nothing."""
    costs = virtual.run(_costs(bed, count))
    about = (
        f"{len(costs)} turns, processor time from the end's being called to the first sample, free engines"
    )
    findings.add(Figure("hub cost a turn, p50", percentile(costs, 50), "ms", about=about))
    findings.add(Figure("hub cost a turn, p99", percentile(costs, 99), "ms", about=about))


async def _costs(bed: Bed, count: int) -> list[float]:
    costs: list[float] = []
    async with opened(bed) as runner:
        for at in range(count + 4):
            said: Said = COMMANDS[at % len(COMMANDS)]
            satellite = _Timing(utterance(said, drawn_out)[0], bed.log)
            await runner.hear(satellite, satellite.read)
            # The first turns load what is loaded once.
            if at >= 4 and satellite.cost_s is not None:
                costs.append(satellite.cost_s * 1000)
    return costs


class _Timing(Satellite):
    """Takes the time on the processor between two moments of a turn, without what the engines took."""

    def __init__(self, pcm: bytes, log: WorkLog) -> None:
        super().__init__(pcm)
        self._log = log
        self._began_s: float | None = None
        self.cost_s: float | None = None

    def read(self, entry: Entry) -> None:
        """A journal reader."""
        if isinstance(entry.happening, SpeechEnded) and self._began_s is None:
            self._began_s = time.thread_time() - self._log.own_s

    def noticed(self, *, loud: bool) -> None:
        """A block has left."""
        if loud and self._began_s is not None and self.cost_s is None:
            self.cost_s = time.thread_time() - self._log.own_s - self._began_s
