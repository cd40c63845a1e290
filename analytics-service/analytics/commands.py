"""The command line for administrators: `python -m analytics.commands verify-rollups | move-database`.

Works on the database of the settings, whether or not the service runs; only a move needs it stopped. Exit code 0: every
figure is what its events make of it, or both databases are equal; 1: they are not, or the command was refused, with a
sentence on standard error; 2: wrong usage.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from pydantic import ValidationError
from service_kit.database import Database
from service_kit.errors import ServiceError
from service_kit.migrations import upgrade_to_head
from service_kit.moves import command as move
from service_kit.moves.tables import MovedTables
from sqlalchemy.exc import DBAPIError

from analytics.db.tables import metadata
from analytics.erasures.people import ErasedPeople
from analytics.rollups.replay import replay_events
from analytics.rollups.verification import Verification, verify_rollups
from analytics.settings import AnalyticsSettings


async def recount(settings: AnalyticsSettings, *, is_repaired: bool) -> Verification:
    """Counts everything anew and compares; with `is_repaired` it puts right what differs."""
    url = settings.resolved_database_url
    await asyncio.to_thread(upgrade_to_head, settings.service_folder, url)
    database = Database(url, threads=1, sqlite_synchronous=settings.sqlite_synchronous)
    try:
        erased = ErasedPeople(settings.auth_secret_key.get_secret_value())
        await replay_events(database, erased.names_as_stored())
        return await verify_rollups(database, await database.read(erased.everybody), is_repaired=is_repaired)
    finally:
        await database.close()


def report(found: Verification, *, is_repaired: bool) -> str:
    """What is told of it."""
    if not found.differences:
        return f"Counted {found.days:,} days anew: every figure is what its events make of it."
    untold = found.differences - len(found.told)
    lines = [*found.told, *([f"… and {untold:,} more."] if untold else [])]
    ending = "They have been put right." if is_repaired else "Run it again with --repair to put them right."
    return "\n".join([*lines, f"Counted {found.days:,} days anew: {found.differences:,} differences. {ending}"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m analytics.commands")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify-rollups", help="count every figure anew from the events, and compare")
    verify.add_argument("--repair", action="store_true", help="put right what differs")
    move.add_move(commands)
    chosen = parser.parse_args(arguments)
    try:
        settings = AnalyticsSettings()
        if chosen.command == move.NAME:
            tables = MovedTables(settings.service_name, settings.service_folder, metadata)
            return move.run_move(chosen, tables, settings.resolved_database_url)
        found = asyncio.run(recount(settings, is_repaired=chosen.repair))
    except (ServiceError, ValidationError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except DBAPIError:
        sys.stderr.write("The database cannot be reached. Look at DATABASE_URL, and whether it runs.\n")
        return 1
    told = report(found, is_repaired=chosen.repair)
    (sys.stderr if found.differences else sys.stdout).write(f"{told}\n")
    return 1 if found.differences and not chosen.repair else 0


if __name__ == "__main__":
    sys.exit(main())
