"""What a running launcher leaves in run/: a lock, a record of its processes, and the request to stop."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from launcher.file_lock import FileLock
from launcher.paths import IS_WINDOWS, RUN


class RunFiles:
    """The files of one instance: `all`, or the name of a service that was started alone."""

    def __init__(self, instance: str, folder: Path = RUN) -> None:
        self.instance = instance
        self._folder = folder
        self.lock = FileLock(folder / f"{instance}.running")
        self._record = folder / f"{instance}.json"
        self._stop_request = folder / f"{instance}.stop"

    def is_running(self) -> bool:
        return self.lock.is_held_elsewhere()

    def write(self, processes: dict[str, int]) -> None:
        """Record the launcher and its children, each with the start time that tells it from a later namesake."""
        everyone = {"launcher": os.getpid(), **processes}
        record = {name: {"pid": pid, "started": start_time(pid)} for name, pid in everyone.items()}
        self._folder.mkdir(parents=True, exist_ok=True)
        self._record.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")

    def launcher_pid(self) -> int | None:
        entry = self._read().get("launcher")
        return int(entry["pid"]) if entry else None

    def survivors(self) -> dict[str, int]:
        """Recorded processes that still run although the launcher may be gone."""
        return {
            name: int(entry["pid"])
            for name, entry in self._read().items()
            if entry["started"] and start_time(int(entry["pid"])) == entry["started"]
        }

    def ask_to_stop(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._stop_request.touch()

    def is_asked_to_stop(self) -> bool:
        return self._stop_request.exists()

    def clear(self) -> None:
        self._record.unlink(missing_ok=True)
        self._stop_request.unlink(missing_ok=True)

    def _read(self) -> dict[str, dict[str, str | int]]:
        try:
            record: dict[str, dict[str, str | int]] = json.loads(self._record.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}  # never started, or killed while writing: the lock alone tells whether one runs
        return record


def start_time(pid: int) -> str:
    """When a process started, in whatever form the system gives it; empty when there is no such process."""
    if Path("/proc/self/stat").exists():
        return _linux_start_time(pid)
    if IS_WINDOWS:
        question = ["powershell", "-NoProfile", "-Command", f"(Get-Process -Id {pid}).StartTime.Ticks"]
    else:
        question = ["ps", "-o", "lstart=", "-p", str(pid)]
    return subprocess.run(question, capture_output=True, text=True, check=False).stdout.strip()


def _linux_start_time(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    fields = stat.rpartition(")")[2].split()  # the name before it may hold spaces and brackets
    return "" if fields[0] == "Z" else fields[19]


def end_processes(pids: list[int], limit_seconds: float) -> None:
    """End processes that are not our children: asked first, killed after the limit."""
    started = {pid: start_time(pid) for pid in pids}
    _signal_all(pids, signal.SIGTERM)
    deadline = time.monotonic() + limit_seconds
    while pids and time.monotonic() < deadline:
        time.sleep(0.1)
        pids = [pid for pid in pids if start_time(pid) == started[pid]]
    _signal_all(pids, signal.SIGKILL if not IS_WINDOWS else signal.SIGTERM)


def _signal_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue  # it ended in the meantime, which is what was wanted
