"""What is measured, as running processes: chat-service and the bare relay, each alone on a core, and the model."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from harness import ANALYTICS, AUTH, CHAT, Stack, free_port, running_chat
from launcher.services import SAFE_HOST, service_command
from support.processes import ServiceProcess, base_environment

FOLDER = Path(__file__).parent
TICK_SECONDS = 0.01  # what most systems count in


@dataclass(frozen=True, slots=True)
class Server:
    """One of the two that are measured."""

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


@dataclass(frozen=True, slots=True)
class Servers:
    """All that runs. `cores` is on how many cores each of the two was pinned; 0 where that cannot be said."""

    relay: Server
    chat: Server
    stack: Stack
    cores: int


@contextmanager
def running_servers(settings: Mapping[str, str]) -> Iterator[Servers]:
    """The stack with chat-service, the relay and the model. The measuring process keeps off the core of the two."""
    with tempfile.TemporaryDirectory() as folder, _own_core() as core, _running_model() as model_url:
        with _on(core):
            relay = _relay(model_url, Path(folder))
            relay.start()
        try:
            relay.wait_ready()
            with running_chat(model_url, services=(AUTH, ANALYTICS), settings=settings) as stack:
                with _on(core):
                    stack.chat.start()
                stack.chat.wait_ready()
                yield Servers(
                    _server("bare relay", relay),
                    _server("chat-service", stack.chat),
                    stack,
                    cores=len(core),
                )
        finally:
            relay.stop()


def _server(name: str, process: ServiceProcess) -> Server:
    return Server(name, psutil.Process(process.pid), process.address)


def _relay(model_url: str, log_folder: Path) -> ServiceProcess:
    port = free_port()
    command = [sys.executable, *service_command(CHAT, SAFE_HOST, port)[1:]]
    command[command.index("main:app")] = "speed_relay:app"
    environment = base_environment() | {"OPENAI_BASE_URL": model_url}
    return ServiceProcess(
        "relay", command, folder=FOLDER, port=port, environment=environment, log_folder=log_folder, ready_path="/"
    )


@contextmanager
def _running_model() -> Iterator[str]:
    command = [sys.executable, str(FOLDER / "speed_model.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own script
        if process.stdout is None:
            raise RuntimeError("no output to read")
        try:
            yield str(json.loads(process.stdout.readline())["base_url"])
        finally:
            process.terminate()


@contextmanager
def _own_core() -> Iterator[frozenset[int]]:
    """The core that is left to the servers; none where there is only one or the system does not let one choose."""
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        yield frozenset()
        return
    cores = os.sched_getaffinity(0)
    core = frozenset({min(cores)})
    with _on(cores - core):
        yield core


@contextmanager
def _on(cores: AbstractSet[int]) -> Iterator[None]:
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
