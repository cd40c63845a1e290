"""The command line for administrators: `python -m chat_server.commands move-database --to URL`.

Works on the database of the settings; the service has to be stopped. Exit code 0: done; 1: refused, with a sentence on
standard error; 2: wrong usage.
"""

import argparse
import sys
from collections.abc import Sequence

from pydantic import ValidationError
from service_kit.moves.command import add_move, run_move
from service_kit.moves.tables import MovedTables
from service_kit.settings import sentence_of

from chat_server.db.every_table import KEPT_BY_TRIGGERS, metadata
from chat_server.settings import ChatSettings


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m chat_server.commands", description="Administers chat-service.")
    add_move(parser.add_subparsers(dest="command", required=True, metavar="COMMAND"))
    options = parser.parse_args(arguments)
    try:
        settings = ChatSettings()
    except ValidationError as error:
        sys.stderr.write(f"{sentence_of(error)}\n")
        return 1
    tables = MovedTables(settings.service_name, settings.service_folder, metadata, KEPT_BY_TRIGGERS)
    return run_move(options, tables, settings.resolved_database_url)


if __name__ == "__main__":
    sys.exit(main())
