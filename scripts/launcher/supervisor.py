"""Runs children until it is told to stop: waits for readiness, starts again what dies, ends all."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from launcher.console import Console
from launcher.interrupts import StopSignals
from launcher.probes import ask
from launcher.problems import LauncherError
from launcher.processes import Child, end_all
from launcher.run_files import RunFiles

READY_LIMIT_SECONDS = 60.0
END_LIMIT_SECONDS = 15.0
LONG_RUN_SECONDS = 60.0  # who ran that long before dying starts with a clean count
MOST_RESTARTS = 5
_POLL_SECONDS = 0.1


@dataclass
class Watched:
    """A child with the address that answers 200 once it is ready."""

    child: Child
    ready_url: str
    restarts: int = 0
    restart_at: float | None = field(default=None)


class Supervisor:
    """Holds the children of one launcher from their start to their end."""

    def __init__(self, console: Console, run_files: RunFiles, watched: Sequence[Watched]) -> None:
        self._console = console
        self._run_files = run_files
        self._watched = list(watched)
        self._signals = StopSignals()

    def run(self, on_ready: Callable[[], None]) -> int:
        """Returns: 0 after a wanted end, 1 after one that was not; no child is left either way."""
        try:
            for item in self._watched:
                item.child.start()
            self._record()
            if self._wait_until_ready():
                on_ready()
                return self._watch()
            return 0
        except LauncherError as error:
            self._console.say(f"\n{error}")
            return 1
        finally:
            self._end()

    def _wait_until_ready(self) -> bool:
        """Returns: False when the launcher was told to stop. Raises: LauncherError when a child dies or hangs."""
        waiting = list(self._watched)
        deadline = time.monotonic() + READY_LIMIT_SECONDS
        reasons: dict[str, str] = {}
        while waiting:
            for item in list(waiting):
                if item.child.exit_code() is not None:
                    item.child.wait(0)
                    raise _start_failure(item.child, f"ended with exit code {item.child.exit_code()} while starting")
                answer = ask(item.ready_url)
                reasons[item.child.name] = answer.reason
                if answer.is_ok:
                    waiting.remove(item)
                    self._console.line(item.child.name, f"ready ({time.monotonic() - item.child.started_at:.1f} s)")
            if waiting and time.monotonic() > deadline:
                first = waiting[0].child
                reason = f"was not ready after {READY_LIMIT_SECONDS:.0f} s: {reasons[first.name]}"
                raise _start_failure(first, reason)
            if self._is_stopped_within(_POLL_SECONDS):
                return False
        return True

    def _watch(self) -> int:
        while not self._is_stopped_within(_POLL_SECONDS * 2):
            for item in self._watched:
                self._revive(item)
        return 0

    def _revive(self, item: Watched) -> None:
        """Start a child that died again after a pause. Raises: LauncherError when it keeps dying."""
        child = item.child
        if item.restart_at is not None:
            if time.monotonic() >= item.restart_at:
                item.restart_at = None
                child.start()
                self._record()
            return
        if child.exit_code() is None:
            return
        if time.monotonic() - child.started_at > LONG_RUN_SECONDS:
            item.restarts = 0
        if item.restarts == MOST_RESTARTS:
            raise _start_failure(child, f"ended {MOST_RESTARTS + 1} times in a row; everything is ended")
        pause_seconds = 2**item.restarts
        item.restarts += 1
        item.restart_at = time.monotonic() + pause_seconds
        self._console.line(
            child.name, f"ended with exit code {child.exit_code()}; it is started again in {pause_seconds} s"
        )

    def _is_stopped_within(self, seconds: float) -> bool:
        return self._signals.first.wait(seconds) or self._run_files.is_asked_to_stop()

    def _record(self) -> None:
        self._run_files.write({item.child.name: item.child.pid for item in self._watched})

    def _end(self) -> None:
        self._console.say("\nEnding the services …")
        self._signals.first.set()
        killed = end_all([item.child for item in self._watched], END_LIMIT_SECONDS, self._signals.again.is_set)
        for name in killed:
            self._console.line(name, f"did not end within {END_LIMIT_SECONDS:.0f} s and was killed")
        self._run_files.clear()
        self._console.say("All ended.")


def _start_failure(child: Child, what: str) -> LauncherError:
    lines = "\n".join(f"    {line}" for line in child.last_lines)
    shown = f" Its last lines:\n{lines}" if lines else " It wrote nothing."
    return LauncherError(f"{child.name} {what}.{shown}")
