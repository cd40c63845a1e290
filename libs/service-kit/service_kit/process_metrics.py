"""What `/metrics` tells of the process itself: its version, memory and CPU, and how long its event loop was busy."""

import asyncio
import contextlib
import platform
import time

from prometheus_client import CollectorRegistry, Gauge, GCCollector, Histogram, ProcessCollector

LOOK_SECONDS = 0.5
LAG_BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


def describe_process(registry: CollectorRegistry, *, service: str, version: str) -> None:
    """Adds the figures that are read when they are asked for. Of memory and files only Linux tells."""
    ProcessCollector(registry=registry)
    GCCollector(registry)
    build = Gauge(
        "convoai_build_info",
        "1, with what runs here in the labels.",
        ["service", "version", "python_version"],
        registry=registry,
    )
    build.labels(service, version, platform.python_version()).set(1)


class LoopLag:
    """Owns the task that sleeps for half a second and sees how much later it is woken."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._lag = Histogram(
            "event_loop_lag_seconds",
            "How much later than it was due a task got its turn, looked at twice a second.",
            buckets=LAG_BUCKETS_SECONDS,
            registry=registry,
        )
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look."""
        self._task = asyncio.create_task(self._run(), name="loop-lag")

    async def stop(self) -> None:
        """Ends it."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            due_at = time.perf_counter() + LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
            self._lag.observe(max(0.0, time.perf_counter() - due_at))
