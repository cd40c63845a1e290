"""Makes the files in requirements/ anew. They name no host and serve every system and Python version."""

from pathlib import Path

from launcher import paths
from launcher.console import Console
from launcher.environment import ensure_environment, ensure_uv
from launcher.lock_rules import SERVICE_LOCKS
from launcher.steps import run_step

_LOWEST_PYTHON = "3.11"
_KIT = "libs/service-kit"


def remake_locks(console: Console, *, is_upgrade: bool) -> int:
    """The whole first, then each part held to the versions of the whole. Returns: 0.

    Without `is_upgrade` what is locked stays, as far as the projects allow.
    """
    ensure_environment(console, "runtime")
    uv = ensure_uv(console)
    members = [f"{member}/pyproject.toml" for member in paths.MEMBERS]
    upgrade = ["--upgrade"] if is_upgrade else []
    build = ["--group", "pyproject.toml:build"]
    _compile(console, uv, "dev.lock", [*members, *build, "--group", "pyproject.toml:dev", *upgrade])
    _compile(console, uv, "runtime.lock", [*members, *build, *_held_to("dev.lock")])
    for service in SERVICE_LOCKS:
        own = [f"{_KIT}/pyproject.toml", f"{service}/pyproject.toml"]
        _compile(console, uv, f"{service}.lock", [*own, *build, *_held_to("runtime.lock")])
    _compile(console, uv, "installer.lock", ["requirements/installer.in", *upgrade])
    return 0


def _held_to(lock: str) -> list[str]:
    return ["--constraint", f"requirements/{lock}"]


def _compile(console: Console, uv: str, lock: str, arguments: list[str]) -> None:
    console.say(f"requirements/{lock} …")
    target = Path("requirements") / lock
    options = ["--universal", "--generate-hashes", "--no-header", "--no-emit-index-url", "--no-annotate", "--quiet"]
    options += ["--python-version", _LOWEST_PYTHON, "--override", "requirements/overrides.txt"]
    options += ["--no-emit-package", "convoai-service-kit"]
    run_step(console, "lock", [uv, "pip", "compile", *options, *arguments, "--output-file", str(target)])
