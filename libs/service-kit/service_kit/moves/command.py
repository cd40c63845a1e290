"""`move-database` of each service's command line: its arguments, and what it says."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

from service_kit.moves.checksums import Comparison
from service_kit.moves.ends import named
from service_kit.moves.move import AGAIN, Move
from service_kit.moves.plan import Plan, plan_of
from service_kit.moves.refusals import GOES_ON, MoveRefused, refusal_of
from service_kit.moves.tables import MovedTables

NAME = "move-database"
MEGABYTE = 1_048_576
INTERRUPTED = 130


def add_move(commands: Any) -> None:
    """Adds the command to those of a service."""
    added: argparse.ArgumentParser = commands.add_parser(
        NAME, help="carry everything to another database, and compare; it goes on where an interrupted move stopped"
    )
    added.add_argument("--to", required=True, metavar="URL", help="postgresql+psycopg://… or sqlite:////…, empty")
    instead = added.add_mutually_exclusive_group()
    instead.add_argument("--dry-run", action="store_true", help="say what would be carried, write nothing")
    instead.add_argument("--verify", action="store_true", help="compare both databases, write nothing")
    instead.add_argument("--restart", action="store_true", help="empty the target of an interrupted move, begin anew")
    added.add_argument("--replace-nul", action="store_true", help="carry the character NUL in texts as U+FFFD")


def run_move(options: argparse.Namespace, tables: MovedTables, source_url: str) -> int:
    """Does what was asked for. Returns: the exit code; 0 only where nothing differs or stands in the way."""
    move = Move(tables, source_url, options.to, _say, is_nul_replaced=options.replace_nul)
    try:
        _say(f"{tables.service}: {named(source_url)} → {named(options.to)}")
        if options.dry_run:
            return _tell_plan(plan_of(move), tables.service)
        if options.verify:
            return _tell(move.compare(), "The databases differ.")
        return _tell(
            move.run(is_begun_anew=options.restart), f"One of the two was changed since the move began. {AGAIN}"
        )
    except MoveRefused as refused:
        return _refuse(str(refused))
    except (psycopg.Error, DBAPIError) as error:
        return _refuse(str(refusal_of(error, tables.service)))
    except KeyboardInterrupt:
        _refuse(f"Interrupted. {GOES_ON}")
        return INTERRUPTED


def _tell(found: Sequence[Comparison], otherwise: str) -> int:
    _say(f"{'table':<24} {'source':>12} {'target':>12}  checksum of the source            of the target")
    for table in found:
        there, here = table.source, table.target
        shown = "equal" if table.is_equal else f"{here.checksum} DIFFERS"
        _say(f"{table.table:<24} {there.rows:>12,} {here.rows:>12,}  {there.checksum}  {shown}")
    different = [table.table for table in found if not table.is_equal]
    if different:
        return _refuse(f"Different: {', '.join(different)}. {otherwise}")
    _say(f"All {len(found)} tables are equal.")
    return 0


def _tell_plan(plan: Plan, service: str) -> int:
    for table, rows in plan.rows.items():
        _say(f"{table:<24} {rows:>12,} rows")
    _say(f"{sum(plan.rows.values()):,} rows; the source takes {plan.size_bytes / MEGABYTE:,.1f} MB with its indexes.")
    if plan.is_source_in_use:
        _say(f"The source is in use: stop {service} before the move.")
    if plan.problems:
        return _refuse("\n".join(plan.problems))
    _say("Nothing stands in the way. Nothing was written.")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1
