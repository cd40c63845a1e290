"""The command line: reads the arguments, calls one function, turns a LauncherError into one sentence."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from launcher.backups import DEFAULT_FOLDER, back_up, restore
from launcher.browser import show_browser
from launcher.checks import prepare_checks, run_checks
from launcher.console import Console
from launcher.environment import ensure_environment
from launcher.generated_code import regenerate
from launcher.interrupts import raise_on_signals
from launcher.locking import remake_locks
from launcher.manage import check_services, run_auth_command, setup_admin, stop_all
from launcher.moving import add_arguments, move_databases
from launcher.problems import LauncherError
from launcher.services import ANALYTICS, AUTH, CHAT, PAGE, SERVICES
from launcher.start import start
from launcher.test_run import run_chaos, run_counts, run_moves, run_tests

_STARTS = {
    "start-all": (SERVICES, "install what is missing, then start all four services"),
    "start-auth": ((AUTH,), "start auth-service alone"),
    "start-chat": ((CHAT,), "start chat-service alone"),
    "start-analytics": ((ANALYTICS,), "start analytics-service alone"),
    "start-frontend": ((PAGE,), "build and serve the page alone"),
}
_OPERATIONS: dict[str, Callable[[Console, argparse.Namespace], int]] = {
    "setup-admin": lambda console, given: setup_admin(console, given.username, given.email),
    "list-admins": lambda console, _: run_auth_command(console, "list-admins", []),
    "backup": lambda console, given: back_up(console, given.to.resolve()),
    "restore": lambda console, given: restore(
        console, given.file.resolve(), is_replacing=given.replace, has_other_secret=given.other_secret
    ),
    "migrate-to-postgres": move_databases,
}


def main(arguments: Sequence[str]) -> int:
    """Returns: the exit code; 1 with one sentence for what the person can mend, 130 for Ctrl+C."""
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.command != "run-tests":
        _parser().error(f"unknown arguments: {' '.join(rest)}")
    console = Console()
    raise_on_signals()
    try:
        return _dispatch(console, options, rest)
    except LauncherError as error:
        console.say()
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return 130


def _dispatch(console: Console, options: argparse.Namespace, rest: list[str]) -> int:
    command: str = options.command
    if command in _STARTS:
        return start(console, _STARTS[command][0], reload=options.dev)
    if command == "setup-venv":
        ensure_environment(console, "dev" if options.dev else "runtime")
        console.say("The environment is current.")
        return 0
    if command == "run-tests":
        return run_tests(console, rest)
    if command == "check":
        return run_checks(console, options.only)
    if command == "generate":
        prepare_checks(console)
        return regenerate(console)
    if command == "lock":
        return remake_locks(console, is_upgrade=options.upgrade)
    if command == "browser":
        return show_browser(console)
    if command in _OPERATIONS:
        return _OPERATIONS[command](console, options)
    long_runs = {"chaos": run_chaos, "counts": run_counts, "moves": run_moves}
    return ({"stop-all": stop_all, "check-services": check_services} | long_runs)[command](console)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="convoai", description="Sets up, runs and checks ConvoAI.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, help_text) in _STARTS.items():
        added = commands.add_parser(name, help=help_text)
        added.add_argument("--dev", action="store_true", help="start again when a source file changes")
    added = commands.add_parser("setup-venv", help="make the virtual environment")
    added.add_argument("--dev", action="store_true", help="with the tools for tests and checks")
    commands.add_parser("stop-all", help="end what was started from this folder")
    commands.add_parser("check-services", help="ask the four services how they are")
    commands.add_parser("run-tests", help="checks, builds and all tests; further arguments go to pytest")
    commands.add_parser("counts", help="prove the figures through kills, an outage and a replayed day; a quarter hour")
    commands.add_parser("chaos", help="kill and cut chat-service hundreds of times under load; takes half an hour")
    commands.add_parser("moves", help="move three million rows to PostgreSQL, killed twice; a quarter hour")
    added = commands.add_parser("check", help="lint, types, import rules, sizes, generated code, locks")
    added.add_argument("only", nargs="*", metavar="NAME", help="run these checks only")
    commands.add_parser("generate", help="write the page's API types anew from the services")
    added = commands.add_parser("lock", help="make the files in requirements/ anew")
    added.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    commands.add_parser("browser", help="print which browser the tests use, fetching one if need be")
    added = commands.add_parser("setup-admin", help="create an admin, or make a user one, without second factors")
    added.add_argument("--username")
    added.add_argument("--email")
    commands.add_parser("list-admins", help="list the admins")
    added = commands.add_parser("backup", help="write all three databases into one file, while the services run")
    added.add_argument("--to", type=Path, default=DEFAULT_FOLDER, metavar="FOLDER", help="default: backups/ here")
    added = commands.add_parser("restore", help="put a backup in the place of all three databases")
    added.add_argument("file", type=Path)
    added.add_argument("--replace", action="store_true", help="keep aside the databases that are there")
    added.add_argument("--other-secret", action="store_true", help="although AUTH_SECRET_KEY is another one")
    added = commands.add_parser("migrate-to-postgres", help="carry services' databases to PostgreSQL, or back")
    add_arguments(added)
    return parser
