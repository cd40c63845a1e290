"""Waiting for conditions, never for a fixed time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
WAIT_SECONDS = 60.0  # only a failure takes this long; a busy machine must not look like one
LOOK_SECONDS = 0.05


async def eventually(look: Callable[[], Awaitable[T | None]], *, seconds: float = WAIT_SECONDS) -> T:
    """The first answer of `look` that is neither None nor False.

    Raises: AssertionError with its last answer when that takes too long; other errors of `look` pass through.
    """
    limit = time.monotonic() + seconds
    while True:
        answer = await look()
        if answer is not None and answer is not False:
            return answer
        assert time.monotonic() < limit, f"{look.__qualname__} still says {answer!r} after {seconds:.0f} s"
        await asyncio.sleep(LOOK_SECONDS)


def wait_until(look: Callable[[], bool], *, seconds: float = WAIT_SECONDS) -> None:
    """Return once `look` says yes; for tests without an event loop. Raises: AssertionError."""
    limit = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < limit, f"{look.__qualname__} is still not so after {seconds:.0f} s"
        time.sleep(LOOK_SECONDS)
