"""Waiting for a condition, never for a fixed time."""

import asyncio
from collections.abc import Awaitable, Callable

POLL_SECONDS = 0.01


async def eventually(holds: Callable[[], Awaitable[bool]] | Callable[[], bool], within_seconds: float = 10.0) -> None:
    """Returns once the condition holds. Raises TimeoutError when it does not in time."""
    async with asyncio.timeout(within_seconds):
        while True:
            answer = holds()
            if await answer if isinstance(answer, Awaitable) else answer:
                return
            await asyncio.sleep(POLL_SECONDS)
