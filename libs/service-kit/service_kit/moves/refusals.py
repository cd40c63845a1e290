"""What a move cannot do, as sentences for whoever runs it."""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

GOES_ON = "The same command goes on where it stopped."


class MoveRefused(Exception):
    """The move cannot begin or go on; the text says why, and what to do."""


class DatabaseInUse(MoveRefused):
    """Somebody else uses a database that has to stand still."""


def refusal_of(error: Exception, where: str) -> MoveRefused:
    """What to tell of a driver's error; `where` names the table, or the database."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.errors.DiskFull) or getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return MoveRefused(f"{where}: the target has no room left. Make room. {GOES_ON}")
    if isinstance(cause, psycopg.DataError | psycopg.IntegrityError | sqlite3.IntegrityError):
        return MoveRefused(f"{where}: a row cannot be carried: {_told(cause)}. Nothing of its batch was written.")
    return MoveRefused(f"{where}: the database does not answer as it should: {_told(cause)}. {GOES_ON}")


def _told(cause: BaseException | None) -> str:
    """The server's own first line, without the row that it may show."""
    primary = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    lines = (primary or str(cause)).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(cause).__name__
