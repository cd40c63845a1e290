"""Waiting in tasks that go on by themselves: for an event for a limited time, and after failures."""

import asyncio
import random


async def wait_at_most(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event was set within that time; a cancellation always ends it.

    `asyncio.wait_for` of Python 3.11 forgets a cancellation that arrives in the moment in which the event is set: a
    task that is cancelled right after its news would go on for ever, and whoever waits for its end with it.
    """
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


def pause_after(failures: int, *, first_seconds: float, longest_seconds: float) -> float:
    """How long to wait after so many failures in a row (at least 1), in seconds: `first`, twice that … `longest`.

    Half of it is chance, so that those who wait for the same service do not come back in step.
    """
    doubled = first_seconds * (1 << min(failures - 1, 20))
    return min(longest_seconds, doubled) * random.uniform(0.5, 1.0)  # noqa: S311
