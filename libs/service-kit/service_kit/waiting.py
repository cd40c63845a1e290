"""Waiting for an event for a limited time, in tasks that are ended by cancelling them."""

import asyncio


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
