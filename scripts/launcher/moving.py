"""migrate-to-postgres: each service carries its own database, with its own command and settings."""

import argparse
import os
import subprocess
from collections.abc import Sequence

from launcher.console import Console
from launcher.environment import ensure_environment
from launcher.paths import venv_program
from launcher.problems import LauncherError
from launcher.services import ANALYTICS, AUTH, CHAT, Service

MOVABLE = {"auth": AUTH, "chat": CHAT, "analytics": ANALYTICS}
_FLAGS = ("dry_run", "verify", "restart", "replace_nul")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Those of the command line: where each service's database goes, and how."""
    for name, service in MOVABLE.items():
        parser.add_argument(f"--{name}", metavar="URL", help=f"the empty database that {service.name} moves to")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--dry-run", action="store_true", help="say what would be carried, write nothing")
    instead.add_argument("--verify", action="store_true", help="compare the databases, write nothing")
    instead.add_argument("--restart", action="store_true", help="empty the targets of interrupted moves, begin anew")
    parser.add_argument("--replace-nul", action="store_true", help="carry the character NUL in texts as U+FFFD")


def move_databases(console: Console, options: argparse.Namespace) -> int:
    """Move those that an address was given for, one after another. Returns: the first exit code that is not 0, or 0."""
    targets = [(service, url) for name, service in MOVABLE.items() if (url := getattr(options, name))]
    if not targets:
        raise LauncherError("Say where to: --auth, --chat and --analytics take the address of an empty database each.")
    if len({url for _, url in targets}) < len(targets):
        raise LauncherError("Each service needs a database of its own: name different ones.")
    if len(targets) > 1 and os.environ.get("DATABASE_URL"):
        raise LauncherError("DATABASE_URL is set in this shell, for all services at once: unset it, or move one.")
    ensure_environment(console, "runtime")
    flags = [f"--{flag.replace('_', '-')}" for flag in _FLAGS if getattr(options, flag)]
    codes = [_run(service, ["--to", url, *flags]) for service, url in targets]
    return next((code for code in codes if code), 0)


def _run(service: Service, arguments: Sequence[str]) -> int:
    words = [str(venv_program("python")), "-m", f"{service.package}.commands", "move-database", *arguments]
    return subprocess.run(words, cwd=service.folder, check=False).returncode
