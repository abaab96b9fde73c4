"""A group fails with its first real error."""

import asyncio

import pytest

from assistant.errors import ToolError
from assistant.tasks import ended, together


async def fail(error: Exception) -> None:
    raise error


async def test_the_error_of_a_task_comes_out_as_itself() -> None:
    async def boil() -> None:
        async with together() as group:
            group.create_task(fail(ToolError("the kettle is empty")))
            await asyncio.Event().wait()

    with pytest.raises(ToolError, match="the kettle is empty"):
        await boil()


async def test_nested_groups_give_the_innermost_error() -> None:
    async def inner() -> None:
        async with together() as group:
            group.create_task(fail(ToolError("inside")))

    async def outer() -> None:
        async with together() as group:
            group.create_task(inner())

    with pytest.raises(ToolError, match="inside"):
        await outer()


async def test_without_an_error_the_group_waits_for_its_tasks() -> None:
    done = []

    async def work() -> None:
        await asyncio.sleep(0)
        done.append(1)

    async with together() as group:
        group.create_task(work())
    assert done == [1]


async def test_who_waits_for_the_end_of_a_task_can_be_ended_meanwhile() -> None:
    leaving = asyncio.Event()

    async def slow_to_leave() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await leaving.wait()

    task = asyncio.create_task(slow_to_leave())
    await asyncio.sleep(0)
    waiting = asyncio.create_task(ended(task))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    leaving.set()
    await ended(task)


async def test_what_an_ended_task_failed_with_is_raised() -> None:
    task = asyncio.create_task(fail(ToolError("the kettle is empty")))
    await asyncio.sleep(0)
    with pytest.raises(ToolError, match="the kettle is empty"):
        await ended(task)
