"""Runs programs that end by themselves (installers, builds, checks), their output shown line by line."""

import os
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from launcher.console import Console
from launcher.paths import ROOT
from launcher.problems import LauncherError

_running: set[subprocess.Popen[str]] = set()
_lock = threading.Lock()


def run_step(
    console: Console,
    name: str,
    command: Sequence[str],
    *,
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    remedy: str = "read the lines above",
    without: tuple[str, ...] = (),
    is_quiet: bool = False,
) -> None:
    """Run a command to its end with its lines prefixed, except those that begin with one of `without`.

    With `is_quiet` they are shown only if it fails. Raises: LauncherError with the last line when it fails.
    """
    held_back: list[str] = []
    last: deque[str] = deque(maxlen=1)
    with start(command, cwd=cwd, environment=environment) as process:
        try:
            for line in process.stdout or ():
                last.append(line.rstrip())
                if is_quiet:
                    held_back.append(line.rstrip())
                elif not line.startswith(without):
                    console.line(name, line.rstrip())
        finally:
            with _lock:
                _running.discard(process)
    if process.returncode != 0:
        for line in held_back:
            console.line(name, line)
        shown = f" ({last[-1]})" if last else ""
        raise LauncherError(f"{name} failed with exit code {process.returncode}{shown}: {remedy}.")


def start(
    command: Sequence[str], *, cwd: Path = ROOT, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    with _lock:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=None if environment is None else {**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        _running.add(process)
    return process


def end_running_steps() -> None:
    """Called when the launcher is told to stop in the middle of an installation or a build."""
    with _lock:
        for process in _running:
            process.terminate()


class Stopwatch:
    """Seconds since it was made, as text."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __str__(self) -> str:
        return f"{time.monotonic() - self._started:.1f} s"
