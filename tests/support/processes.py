"""One service as a real process: its start, its readiness, its ends (gentle and brutal) and its log."""

import os
import random
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from launcher.file_lock import FileLock
from launcher.services import with_parent_watch

READY_SECONDS = 60.0
STOP_SECONDS = 20.0
TAIL_LINES = 60
# What a process needs of the environment of the tests; everything else is said explicitly.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "SYSTEMDRIVE")
# Below the range from which systems take the ports of outgoing connections, which could snatch a free one.
PORTS = range(20_000, 32_000)
# A port is held from its choice, not from when its service listens: another run of the tests may choose meanwhile.
_PORT_LOCKS = Path(tempfile.gettempdir()) / "convoai-test-ports"
_held: list[FileLock] = []


class ServiceProcess:
    """A process that answers HTTP at `address`; it can be started again after each end, at the same address."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        folder: Path,
        port: int,
        environment: Mapping[str, str],
        log_folder: Path,
        ready_path: str = "/ready",
    ) -> None:
        self.name = name
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self.environment = dict(environment)
        self.output_path = log_folder / f"{name}.out"
        self._command = list(command)
        self._folder = folder
        self._ready_path = ready_path
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._running().pid

    def start(self) -> None:
        """Begin; `wait_ready` says when it answers. To be called on the main thread.

        On Linux the process ends with the thread that started it, so that nothing outlives aborted tests.
        """
        with self.output_path.open("ab") as output:
            self._process = subprocess.Popen(
                with_parent_watch(self._command),
                cwd=self._folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return when it answers. Raises: AssertionError with the end of its log."""
        limit = time.monotonic() + seconds
        while not self._is_ready():
            code = self._running().poll()
            assert code is None, f"{self.name} ended with {code} before it was ready.\n{self.log_tail()}"
            assert time.monotonic() < limit, f"{self.name} was not ready in {seconds:.0f} s.\n{self.log_tail()}"
            time.sleep(0.05)

    def wait_ended(self, seconds: float = READY_SECONDS) -> int:
        """The exit code of a process that ends by itself. Raises: TimeoutExpired."""
        code = self._running().wait(seconds)
        self._process = None
        return code

    def stop(self) -> None:
        """End it as an operator would (SIGTERM). Raises: AssertionError when it does not end in good time."""
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end in {STOP_SECONDS:.0f} s.\n{self.log_tail()}") from None
        self._process = None

    def kill(self) -> None:
        """End it as a crash would: no handler of the process runs."""
        self._running().kill()
        self._running().wait()
        self._process = None

    def pause(self) -> None:
        """Let it accept connections and answer nothing (POSIX)."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def restart(self) -> None:
        self.stop()
        self.start()
        self.wait_ready()

    def log_tail(self) -> str:
        lines = self.output_path.read_text(encoding="utf-8", errors="replace").splitlines()
        return f"--- end of {self.output_path}\n" + "\n".join(lines[-TAIL_LINES:])

    def _is_ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", self._ready_path)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, f"{self.name} is not running"
        return self._process


def free_port() -> int:
    """A port of this machine that nobody listens on, given once to all runs of the tests that go on at this time."""
    while True:
        port = random.choice(PORTS)
        lock = FileLock(_PORT_LOCKS / str(port))
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0 and lock.try_take():
                _held.append(lock)  # until this process ends
                return port


def base_environment() -> dict[str, str]:
    """What every process gets: where programs are, and coverage's own variables when it measures."""
    environ = os.environ
    coverage = {name: value for name, value in environ.items() if name.startswith("COVERAGE_")}
    return {name: environ[name] for name in PASSED_ON if name in environ} | coverage
