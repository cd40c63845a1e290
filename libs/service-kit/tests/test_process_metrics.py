"""What is told of the process: figures of the system, and how long the event loop was held up."""

import asyncio
import sys
import time

import pytest
from prometheus_client import CollectorRegistry
from service_kit.process_metrics import LoopLag, describe_process

TIME_LIMIT_SECONDS = 10.0


class TestDescribeProcess:
    @pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
    def test_tells_memory_time_and_files(self) -> None:
        registry = CollectorRegistry()
        describe_process(registry, service="kit", version="1")
        for name in ("process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"):
            assert (registry.get_sample_value(name) or 0) > 0, name


class TestLoopLag:
    async def test_shows_a_loop_that_was_held_up(self) -> None:
        registry = CollectorRegistry()
        lag = LoopLag(registry)
        lag.start()
        try:
            await asyncio.sleep(0)  # the task begins its sleep
            async with asyncio.timeout(TIME_LIMIT_SECONDS):
                time.sleep(0.9)  # noqa: ASYNC251 - which is the fault that the figure is there to show
                while not registry.get_sample_value("event_loop_lag_seconds_count"):  # noqa: ASYNC110 - a figure
                    await asyncio.sleep(0.01)
            assert (registry.get_sample_value("event_loop_lag_seconds_sum") or 0) > 0.3
        finally:
            await lag.stop()

    async def test_ends_and_may_be_ended_twice(self) -> None:
        lag = LoopLag(CollectorRegistry())
        lag.start()
        before = len(asyncio.all_tasks())
        await lag.stop()
        await lag.stop()
        assert len(asyncio.all_tasks()) == before - 1
