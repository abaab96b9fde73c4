"""Virtual time, and cores that are shared in it."""

import asyncio
import time

import pytest

from assistant.upkeep.bench import virtual
from assistant.upkeep.bench.cores import Cores


def test_an_hour_passes_at_once_and_to_the_second() -> None:
    async def sleeps() -> float:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time()

    began = time.monotonic()
    assert virtual.run(sleeps()) == 3600
    assert time.monotonic() - began < 60


def test_timers_go_off_in_order() -> None:
    async def main() -> list[str]:
        told: list[str] = []

        async def say(after_s: float, word: str) -> None:
            await asyncio.sleep(after_s)
            told.append(word)

        await asyncio.gather(say(2, "b"), say(1, "a"), say(3, "c"))
        return told

    assert virtual.run(main()) == ["a", "b", "c"]


def test_work_for_threads_is_done_in_place_and_takes_no_time() -> None:
    async def main() -> tuple[int, float]:
        done = await asyncio.to_thread(lambda: 6 * 7)
        return done, asyncio.get_running_loop().time()

    assert virtual.run(main()) == (42, 0.0)


def test_an_error_in_a_thread_reaches_who_waits() -> None:
    async def main() -> None:
        await asyncio.to_thread(int, "no number")

    with pytest.raises(ValueError, match="no number"):
        virtual.run(main())


def test_waiting_for_nothing_is_told_and_does_not_hang() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(virtual.StandsStill):
        virtual.run(main())


def _took(count: int, *jobs: tuple[float, float, int]) -> list[float]:
    """When each job (begins at, seconds, threads) is done on so many cores."""

    async def main() -> list[float]:
        cores = Cores(count)
        loop = asyncio.get_running_loop()

        async def one(begins_s: float, seconds: float, threads: int) -> float:
            await asyncio.sleep(begins_s)
            await cores.work(seconds, threads)
            return round(loop.time(), 6)

        return list(await asyncio.gather(*(one(*job) for job in jobs)))

    return virtual.run(main())


def test_jobs_that_fit_do_not_slow_each_other() -> None:
    assert _took(4, (0, 1.0, 2), (0, 2.0, 2)) == [1.0, 2.0]


def test_too_many_threads_share_the_cores() -> None:
    assert _took(2, (0, 1.0, 2), (0, 1.0, 2)) == [2.0, 2.0]


def test_a_job_that_comes_later_slows_only_the_rest_of_the_first() -> None:
    # One second alone, then both at half speed until the first is done at 3, then the second alone.
    assert _took(2, (0, 2.0, 2), (1, 2.0, 2)) == [3.0, 4.0]


def test_a_cancelled_job_gives_its_cores_back() -> None:
    async def main() -> float:
        cores = Cores(1)
        hog = asyncio.create_task(cores.work(100, 1))
        work = asyncio.create_task(cores.work(2, 1))
        await asyncio.sleep(1)
        hog.cancel()
        await work
        return asyncio.get_running_loop().time()

    assert virtual.run(main()) == pytest.approx(2.5)
