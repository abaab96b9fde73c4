"""Processor cores that are shared: who asks for more threads than there are waits longer."""

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class _Job:
    left_s: float
    threads: int
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Cores:
    """`count` cores of one box, in loop time. Every running job gets the same share of what it asks for."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._jobs: list[_Job] = []
        self._since_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def work(self, seconds: float, threads: int) -> None:
        """What takes `seconds` on `threads` idle cores; cancelled, it stops at once."""
        if seconds <= 0:
            return
        job = _Job(seconds, threads)
        self._settle()
        self._jobs.append(job)
        self._plan()
        try:
            await job.done.wait()
        finally:
            self._settle()
            if job in self._jobs:
                self._jobs.remove(job)
            self._plan()

    @property
    def _share(self) -> float:
        wanted = sum(job.threads for job in self._jobs)
        return min(1.0, self._count / wanted) if wanted else 1.0

    def _settle(self) -> None:
        """Take what has been done since the last time off every job."""
        now_s = asyncio.get_running_loop().time()
        for job in self._jobs:
            job.left_s -= (now_s - self._since_s) * self._share
        self._since_s = now_s

    def _plan(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._jobs:
            first_s = max(0.0, min(job.left_s for job in self._jobs)) / self._share
            self._timer = asyncio.get_running_loop().call_later(first_s, self._finish)

    def _finish(self) -> None:
        self._settle()
        over = [job for job in self._jobs if job.left_s <= 1e-9]
        self._jobs = [job for job in self._jobs if job.left_s > 1e-9]
        for job in over:
            job.done.set()
        self._plan()
