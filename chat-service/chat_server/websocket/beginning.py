"""Runs a coroutine at once, as far as it gets without waiting. Python 3.12 calls such tasks eager; 3.11 has none."""

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any


def begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Begins the work on the spot. Returns: the task that goes on with it, or None when it ended without waiting.

    Raises: what the work raises before it waits. Until then it runs in the caller's task: it may not ask for its own.
    """
    try:
        awaited = work.send(None)
    except StopIteration:
        return None
    task = asyncio.create_task(_go_on(work, awaited))
    task.add_done_callback(lambda _: work.close())  # matters to a task that was cancelled before its first step
    return task


async def _go_on(work: Coroutine[Any, Any, None], awaited: Any) -> None:
    await _rest(work, awaited)


@coroutine
def _rest(work: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    yield awaited  # what the work waits for, handed on to the task
    yield from work
