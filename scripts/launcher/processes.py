"""One long-running child: started in a process group of its own, its lines prefixed, ended politely, then not."""

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from launcher.console import Console
from launcher.paths import IS_WINDOWS
from launcher.services import with_parent_watch

LAST_LINES = 15


class Child:
    """A service's process, which may be started again after it ended.

    `start` must be called from the main thread: on Linux the child ends with the thread that started it.
    """

    def __init__(
        self, name: str, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], console: Console
    ) -> None:
        self.name = name
        self._command = list(command)
        self._cwd = cwd
        self._environment = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
        self._console = console
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self.started_at = 0.0

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def start(self) -> None:
        # A group of its own: Ctrl+C in the terminal reaches the launcher alone, which ends its children in order.
        options: dict[str, Any] = {"process_group": 0}
        if IS_WINDOWS:
            options = {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
        self.started_at = time.monotonic()
        self._process = subprocess.Popen(
            with_parent_watch(self._command),
            cwd=self._cwd,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            **options,
        )
        if self._process.stdout:
            self._reader = threading.Thread(target=self._read, args=[self._process.stdout], daemon=True)
            self._reader.start()

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    def ask_to_end(self) -> None:
        if IS_WINDOWS:
            self._send(lambda process: process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM)))
        else:
            self._send(subprocess.Popen.terminate)

    def kill(self) -> None:
        """End it and what it started."""
        if IS_WINDOWS:
            self._send(subprocess.Popen.kill)
        else:
            self._send(lambda process: os.killpg(process.pid, signal.SIGKILL))

    def wait(self, limit_seconds: float) -> bool:
        """Whether it ended in time, its last lines shown."""
        if self._process is None:
            return True
        try:
            self._process.wait(max(limit_seconds, 0))
        except subprocess.TimeoutExpired:
            return False
        if self._reader:
            self._reader.join(1)  # a grandchild may hold the pipe open; it is not worth waiting for
        return True

    def _send(self, action: Callable[[subprocess.Popen[str]], object]) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        try:
            action(self._process)
        except ProcessLookupError:
            return  # it ended between the question and the signal

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self.last_lines.append(line.rstrip())
                self._console.line(self.name, line.rstrip())


def end_all(
    children: Sequence[Child], limit_seconds: float, is_in_a_hurry: Callable[[], bool] = lambda: False
) -> list[str]:
    """End all at once. Returns: the names of those that had to be killed."""
    for child in children:
        child.ask_to_end()
    deadline = time.monotonic() + limit_seconds
    while any(child.exit_code() is None and child.pid for child in children):
        if time.monotonic() > deadline or is_in_a_hurry():
            break
        time.sleep(0.05)
    stubborn = [child for child in children if not child.wait(0)]
    for child in stubborn:
        child.kill()
        child.wait(5)
    return [child.name for child in stubborn]
