"""What is measured, as running processes: chat-service and the bare relay, each alone on a core, and the model."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness import ANALYTICS, AUTH, CHAT, Stack, free_port, running_chat
from launcher.services import SAFE_HOST, service_command
from measured import Server, on_cores, own_core, server_of
from support.processes import ServiceProcess, base_environment

FOLDER = Path(__file__).parent


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
    with tempfile.TemporaryDirectory() as folder, own_core() as core, _running_model() as model_url:
        with on_cores(core):
            relay = _relay(model_url, Path(folder))
            relay.start()
        try:
            relay.wait_ready()
            with running_chat(model_url, services=(AUTH, ANALYTICS), settings=settings) as stack:
                with on_cores(core):
                    stack.chat.start()
                stack.chat.wait_ready()
                yield Servers(
                    server_of("bare relay", relay),
                    server_of("chat-service", stack.chat),
                    stack,
                    cores=len(core),
                )
        finally:
            relay.stop()


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
