"""Task groups without ExceptionGroups: the first real error comes out as itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


def first_of(group: BaseExceptionGroup) -> BaseException:
    """The first leaf of a group."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


async def ended(task: asyncio.Task[object]) -> None:
    """Cancel it and wait for its end; what it failed with is raised."""
    task.cancel()
    await asyncio.wait({task})  # an end of the one who waits gets through
    if not task.cancelled():
        task.result()


@asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """A TaskGroup whose failure is raised as the first error itself."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        raise first_of(errors) from None
