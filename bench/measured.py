"""Processes that are measured: what the operating system has counted for them, on a core of their own if it can be."""

import os
import sys
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
from harness import ServiceProcess

TICK_SECONDS = 0.01  # what most systems count in


@dataclass(frozen=True, slots=True)
class Server:
    """One of those that are measured."""

    name: str
    process: psutil.Process
    address: str

    def cpu_seconds(self, since: float | None = None) -> float:
        """What the operating system has counted for all its threads, in all or `since` then; at least one tick."""
        times = self.process.cpu_times()
        used = times.user + times.system
        return used if since is None else max(used - since, TICK_SECONDS)

    def memory_bytes(self) -> int:
        """What it holds in memory."""
        return int(self.process.memory_info().rss)


def server_of(name: str, process: ServiceProcess) -> Server:
    """The running process as one that is measured."""
    return Server(name, psutil.Process(process.pid), process.address)


@contextmanager
def own_core() -> Iterator[frozenset[int]]:
    """The core that is left to the servers; none where there is only one or the system does not let one choose."""
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        yield frozenset()
        return
    cores = os.sched_getaffinity(0)
    core = frozenset({min(cores)})
    with on_cores(cores - core):
        yield core


@contextmanager
def on_cores(cores: AbstractSet[int]) -> Iterator[None]:
    """What is started meanwhile runs on these cores, with all threads that it will have."""
    if sys.platform != "linux" or not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
