"""The command line for backups that every service has: `take FILE`, `check FILE`, `restore FILE`.

Exit code 0: done; 1: refused, with a sentence on standard error; 2: wrong usage.
"""

import argparse
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from service_kit.backup_files import BackupRefused
from service_kit.backups import Installed, Leave, check_backup, restore_backup, take_backup
from service_kit.settings import sentence_of


def run(program: str, find: Callable[[], Installed], arguments: Sequence[str] | None) -> int:
    """Runs a command on what `find` finds; returns the exit code."""
    options = _parser(program).parse_args(arguments)
    try:
        answer = _done(find(), options)
    except (BackupRefused, OSError, ValidationError, sqlite3.Error, SQLAlchemyError) as error:
        sys.stderr.write(f"{_sentence(error)}\n")
        return 1
    sys.stdout.write(f"{answer}\n")
    return 0


def _done(installed: Installed, options: argparse.Namespace) -> str:
    file: Path = options.file
    if options.command == "take":
        manifest = take_backup(installed, file)
        return f"{installed.service}: {sum(manifest.rows.values()):,} rows of {len(manifest.rows)} tables."
    leave = Leave(is_replacing=options.replace, has_other_secret=options.other_secret)
    if options.command == "check":
        manifest = check_backup(installed, file, leave)
        return f"{installed.service}: the backup of {manifest.taken_at} is whole and can be restored."
    kept = restore_backup(installed, file, leave)
    return f"{installed.service}: restored." + (f" The former database is kept as {kept}." if kept else "")


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return sentence_of(error)
    if isinstance(error, DBAPIError):
        return f"The database refused: {str(error.orig).splitlines()[0]}."
    return f"{str(error).rstrip('.')}."


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description="Backs up and restores the database.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    helps = {
        "take": "write a backup into a new file, while the service runs",
        "check": "find out whether a backup is whole and could be restored; changes nothing",
        "restore": "put a backup in the place of the database, while the service does not run",
    }
    for name, help_text in helps.items():
        added = commands.add_parser(name, help=help_text)
        added.add_argument("file", type=Path)
        if name != "take":
            added.add_argument("--replace", action="store_true", help="keep aside the database that is there")
            added.add_argument("--other-secret", action="store_true", help="although AUTH_SECRET_KEY is another one")
    return parser
