"""The page: its node modules and its build, each skipped while what it is made from is unchanged."""

import os
import shutil
import subprocess
from pathlib import Path

from launcher.console import Console
from launcher.file_lock import FileLock
from launcher.paths import FRONTEND, RUN
from launcher.problems import LauncherError
from launcher.stamps import files_below, fingerprint, is_current, write_stamp
from launcher.steps import Stopwatch, run_step

_STEP = "page"
_NOT_SOURCES = frozenset({"node_modules", "dist", "coverage", "artifacts", "test-results", ".vite", ".env"})


def npm_command() -> str:
    """The path of npm (a .cmd file on Windows). Raises: LauncherError when it is missing."""
    npm = shutil.which("npm")
    if npm is None:
        raise LauncherError("npm was not found beside Node.js: install Node.js from https://nodejs.org, which has it.")
    return npm


def ensure_node_modules(console: Console, node: str) -> None:
    with FileLock(RUN / "page.lock"):
        _ensure_node_modules(console, node)


def ensure_build(console: Console, node: str) -> None:
    """Make `dist/` current. The page reads its addresses at run time, so ports do not matter here."""
    with FileLock(RUN / "page.lock"):
        _ensure_node_modules(console, node)
        stamp, value = FRONTEND / "dist" / ".build-stamp", build_fingerprint(FRONTEND)
        if (FRONTEND / "dist" / "index.html").is_file() and is_current(stamp, value):
            return
        watch = Stopwatch()
        console.say("Building the page …")
        stamp.unlink(missing_ok=True)
        run_step(console, _STEP, [npm_command(), "run", "build"], cwd=FRONTEND)
        write_stamp(stamp, value)
        console.say(f"Page built ({watch}).")


def build_fingerprint(folder: Path) -> str:
    return fingerprint(files_below(folder, without=_NOT_SOURCES))


def _ensure_node_modules(console: Console, node: str) -> None:
    stamp, value = FRONTEND / "node_modules" / ".convoai-stamp", _modules_fingerprint(node)
    if is_current(stamp, value):
        return
    watch = Stopwatch()
    console.say("Installing what the page is built with …")
    stamp.unlink(missing_ok=True)
    command = [npm_command(), "ci", "--no-audit", "--no-fund", "--logs-max=0"]
    remedy = "mend what the lines above say (often it is the network) and run the command again"
    run_step(console, _STEP, command, cwd=FRONTEND, environment={"NODE_ENV": "development"}, remedy=remedy)
    write_stamp(stamp, value)
    console.say(f"Node modules ready ({watch}).")


def _modules_fingerprint(node: str) -> str:
    """Changes with the lock and with Node's major version, for which native modules are chosen."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    major = answer.stdout.split(".")[0]
    return fingerprint([FRONTEND / "package.json", FRONTEND / "package-lock.json"], major, os.name)
