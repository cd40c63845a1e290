"""The checks that need no running service; CI and the pre-commit hook call these and nothing else."""

from collections.abc import Callable, Sequence

from launcher import generated_code, lock_rules, sizes
from launcher.console import Console
from launcher.environment import ensure_environment
from launcher.frontend import ensure_node_modules, npm_command
from launcher.paths import FRONTEND, MEMBERS, venv_program
from launcher.preflight import find_node
from launcher.problems import LauncherError
from launcher.steps import Stopwatch, run_step

_IMPORT_LINTER = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def _python(console: Console, *arguments: str) -> None:
    command = [str(venv_program("python")), *arguments]
    run_step(console, "check", command, remedy="mend what the lines above name", is_quiet=True)


def _npm(console: Console, script: str) -> None:
    command = [npm_command(), "run", "--silent", script]
    run_step(console, "check", command, cwd=FRONTEND, remedy="mend what the lines above name", is_quiet=True)


def _check_types(console: Console) -> None:
    """One run for each member: their tests and main modules have the same names."""
    for member in MEMBERS:
        _python(console, "-m", "mypy", "--no-error-summary", member)
    _python(console, "-m", "mypy", "--no-error-summary", "scripts", "tests", "bench")


def _check_sizes(_console: Console) -> None:
    _refuse(sizes.oversized(sizes.source_files()))


def _check_locks(_console: Console) -> None:
    _refuse(lock_rules.faults())


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise LauncherError("\n".join(faults))


CHECKS: dict[str, Callable[[Console], None]] = {
    "lint": lambda console: _python(console, "-m", "ruff", "check", "."),
    "format": lambda console: _python(console, "-m", "ruff", "format", "--check", "."),
    "types": _check_types,
    "imports": lambda console: _python(console, "-c", _IMPORT_LINTER),
    "sizes": _check_sizes,
    "locks": _check_locks,
    "page-lint": lambda console: _npm(console, "lint"),
    "page-types": lambda console: _npm(console, "typecheck"),
    "generated": generated_code.require_current,
}


def run_checks(console: Console, only: Sequence[str] = ()) -> int:
    """Run all checks (or those named), not only up to the first that fails. Returns: 0 when all pass, else 1."""
    if unknown := [name for name in only if name not in CHECKS]:
        raise LauncherError(f"There is no check called {unknown[0]}: choose from {', '.join(CHECKS)}.")
    prepare_checks(console)
    failed = [name for name in (only or CHECKS) if not _passes(console, name)]
    console.say("All checks pass." if not failed else f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def prepare_checks(console: Console) -> None:
    """Have the tools that the checks need."""
    ensure_environment(console, "dev")
    ensure_node_modules(console, find_node())


def _passes(console: Console, name: str) -> bool:
    watch = Stopwatch()
    try:
        CHECKS[name](console)
    except LauncherError as error:
        console.say(f"{error}\n✗ {name} ({watch})")
        return False
    console.say(f"✓ {name} ({watch})")
    return True
