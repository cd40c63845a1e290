"""run-tests: the checks, the page's tests and build, then pytest over everything with coverage of the services."""

import os
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Self

from launcher.browser import show_browser
from launcher.checks import run_checks
from launcher.console import Console
from launcher.environment import ensure_environment
from launcher.frontend import ensure_build, ensure_node_modules, npm_command
from launcher.paths import FRONTEND, ROOT, RUN, venv_program
from launcher.preflight import find_node
from launcher.problems import LauncherError
from launcher.steps import Stopwatch, run_step

Step = Callable[[], int | None]  # an exit code, or nothing
_Command = tuple[Sequence[str], Mapping[str, str]]  # with its environment

LEAST_COVERAGE_PERCENT = 80
TESTS_OF_WHOLE = "tests"
TESTS_OF_WHOLE_BESIDE = "tests/test_9[5-8]_*.py"  # a part of them that either side can take
TESTS_OF_PARTS = (
    "libs/service-kit/tests",
    "auth-service/tests",
    "chat-service/tests",
    "analytics-service/tests",
    "scripts/tests",
)
# Where SQL is written for two databases, or a rule relies on how one of them locks.
TESTS_ON_POSTGRES = (
    "libs/service-kit/tests/test_backups.py",
    "auth-service/tests/test_backups.py",
    "auth-service/tests/db/test_upgrades.py",
    "chat-service/tests/db/test_upgrades.py",
    "analytics-service/tests",
    "chat-service/tests/generation/test_two_processes.py",
    "chat-service/tests/messages",
    "chat-service/tests/conversations",
    "chat-service/tests/search",
    "chat-service/tests/budgets",
    "libs/service-kit/tests/test_upsert.py",
    "auth-service/tests/audit",
    "auth-service/tests/sessions",
    "auth-service/tests/test_transactions.py",
    "auth-service/tests/test_startup.py",
)
CHAOS_TESTS = ("tests/test_7_chaos.py", "tests/test_7_cuts.py")
CHAOS_SIZES = {"CONVOAI_CHAOS_KILLS": "200", "CONVOAI_CHAOS_WRITERS": "8", "CONVOAI_CHAOS_CUTS": "300"}
COUNTS_TESTS = ("tests/test_7_counts.py", "analytics-service/tests/ingestion/test_replayed_day.py")
COUNTS_SIZES = {"CONVOAI_COUNT_KILLS": "100", "CONVOAI_OUTAGE_SECONDS": "180", "CONVOAI_DAY_EVENTS": "100000"}
MOVES_TESTS = ("tests/test_7_moves.py",)
MOVES_SIZES = {
    "CONVOAI_MOVE_PEOPLE": "1000",
    "CONVOAI_MOVE_CONVERSATIONS": "10000",
    "CONVOAI_MOVE_MESSAGES": "1000000",
    "CONVOAI_MOVE_EVENTS": "2000000",
}
_COVERAGE_FOLDER = RUN / "coverage"


def run_tests(console: Console, pytest_arguments: Sequence[str]) -> int:
    """Run every step and name those that failed. Returns: 0 when all passed, else 1.

    What later steps stand on ends the run when it fails. With arguments for pytest the coverage is shown but not
    demanded: a part of the tests cannot reach it.
    """
    node = find_node()
    watch = Stopwatch()
    needed: dict[str, Step] = {
        "Python environment": lambda: ensure_environment(console, "dev"),
        "Node modules": lambda: ensure_node_modules(console, node),
        "Browser": lambda: show_browser(console),
        "Build of the page": lambda: ensure_build(console, node),
    }
    proofs: dict[str, Step] = {
        "Checks": lambda: run_checks(console),
        "Tests of the page": lambda: _run_npm(console, "test"),
        "Size of the page": lambda: _run_npm(console, "size"),
        "Tests": lambda: _run_pytest(pytest_arguments),
        "Coverage": lambda: _report_coverage(console, is_demanded=not pytest_arguments),
    }
    if not all(_passes(console, name, step) for name, step in needed.items()):
        return 1
    failed = [name for name, step in proofs.items() if not _passes(console, name, step)]
    console.say(f"\nFailed: {', '.join(failed)} ({watch})." if failed else f"\nEverything passed ({watch}).")
    return 1 if failed else 0


def run_chaos(console: Console) -> int:
    """Run the tests that kill and cut for long. Returns: pytest's exit code."""
    return _run_long(console, CHAOS_TESTS, CHAOS_SIZES)


def run_counts(console: Console) -> int:
    """Run the tests of the figures at full length: kills, an outage, a replayed day. Returns: pytest's exit code."""
    return _run_long(console, COUNTS_TESTS, COUNTS_SIZES)


def run_moves(console: Console) -> int:
    """Run the tests of the move to PostgreSQL at full size. Returns: pytest's exit code."""
    return _run_long(console, MOVES_TESTS, MOVES_SIZES)


def _run_long(console: Console, tests: Sequence[str], sizes: Mapping[str, str]) -> int:
    ensure_environment(console, "dev")
    command = [str(venv_program("python")), "-m", "pytest", "-v", "-rP", "--show-capture=stdout", *tests]
    return subprocess.run(command, cwd=ROOT, env={**sizes, **os.environ}, check=False).returncode


def _passes(console: Console, name: str, step: Step) -> bool:
    console.say(f"\n== {name}")
    watch = Stopwatch()
    try:
        is_passed = not step()
    except LauncherError as error:
        console.say(str(error))
        is_passed = False
    console.say(f"== {name}: {'done' if is_passed else 'FAILED'} ({watch})")
    return is_passed


def _run_npm(console: Console, script: str) -> None:
    run_step(console, "page", [npm_command(), "run", "--silent", script], cwd=FRONTEND)


def _run_pytest(arguments: Sequence[str]) -> int:
    shutil.rmtree(_COVERAGE_FOLDER, ignore_errors=True)
    _COVERAGE_FOLDER.mkdir(parents=True)
    if arguments:
        return subprocess.run(_pytest(*arguments), cwd=ROOT, env=_coverage_environment(), check=False).returncode
    return _run_all_tests()


def _run_all_tests() -> int:
    """The tests of the whole installation, which wait for processes and pages half the time; the others beside them.

    Two runs go on at a time, and what comes to its end first takes what is left. Returns: 0 when all passed. What the
    others say is shown at the end: their lines do not mix.
    """
    log_files = [_COVERAGE_FOLDER / f"tests-{name}.log" for name in ("beside", "afterwards")]
    counted = _coverage_environment()
    beside_whole = sorted(str(path) for path in ROOT.glob(TESTS_OF_WHOLE_BESIDE))
    waiting: deque[_Command] = deque(
        [
            (_pytest(*TESTS_OF_PARTS), counted),
            (_pytest(*beside_whole), counted),
            (_pytest_on_postgres(), _postgres_environment()),
        ]
    )
    with log_files[0].open("wb") as log, log_files[1].open("wb") as last_log, _Beside(waiting, log) as beside:
        rest_of_whole = _pytest(TESTS_OF_WHOLE, f"--ignore-glob={TESTS_OF_WHOLE_BESIDE}")
        whole = subprocess.run(rest_of_whole, cwd=ROOT, env=counted, check=False)
        with _Beside(waiting, last_log) as afterwards:
            others = [beside.wait(), afterwards.wait()]
    for log_file in log_files:
        sys.stdout.write(log_file.read_text(encoding="utf-8", errors="replace"))
    return next((code for code in (whole.returncode, *others) if code), 0)


class _Beside:
    """Runs commands that wait, one after another, whatever became of those before, until none is left or it is."""

    def __init__(self, waiting: deque[_Command], log: IO[bytes]) -> None:
        """`waiting` may be shared: each command is run once."""
        self._waiting = waiting
        self._log = log
        self._returncodes: list[int] = []
        self._running: subprocess.Popen[bytes] | None = None
        self._is_left = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._is_left = True
            if self._running is not None:
                self._running.terminate()
        self._thread.join()

    def wait(self) -> int:
        """Until the last of its own has ended. Returns: the first exit code that is not 0, else 0."""
        self._thread.join()
        return next((code for code in self._returncodes if code), 0)

    def _run(self) -> None:
        while True:
            with self._lock:
                if self._is_left:
                    return
                try:
                    command, environment = self._waiting.popleft()
                except IndexError:  # asked for, not looked at before: the other side may take the last
                    return
                self._running = subprocess.Popen(
                    command, cwd=ROOT, env=environment, stdout=self._log, stderr=subprocess.STDOUT
                )
            self._returncodes.append(self._running.wait())


def _pytest(*arguments: str) -> list[str]:
    return [str(venv_program("python")), "-m", "coverage", "run", "-m", "pytest", *arguments]


def _pytest_on_postgres() -> list[str]:
    return [str(venv_program("python")), "-m", "pytest", "-q", "-p", "support.postgres_run", *TESTS_ON_POSTGRES]


def _postgres_environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "tests")}  # where the plugin is


def _report_coverage(console: Console, *, is_demanded: bool) -> None:
    """Combine what the tests and every process they started have written, and show it."""
    coverage = [str(venv_program("python")), "-m", "coverage"]
    environment = _coverage_environment()
    run_step(console, "coverage", [*coverage, "combine", "--quiet"], environment=environment)
    demand = ["--fail-under", str(LEAST_COVERAGE_PERCENT)] if is_demanded else []
    remedy = f"at least {LEAST_COVERAGE_PERCENT} % of the services' lines must run in the tests"
    run_step(console, "coverage", [*coverage, "report", *demand], environment=environment, remedy=remedy)


def _coverage_environment() -> dict[str, str]:
    """Data in one folder of its own, by an absolute path: services run in other working directories."""
    return {**os.environ, "COVERAGE_FILE": str(_COVERAGE_FOLDER / "data")}
