"""Whether this Python's SQLite can search, asked before a database is opened."""

import sqlite3
from contextlib import closing

from sqlalchemy.engine import make_url

MISSING = (
    "The SQLite of this Python was built without FTS5, which the search over messages needs. Use another build of "
    "Python (those of python.org and of all current systems have it), or PostgreSQL (DATABASE_URL)."
)


def require_full_text(url: str) -> None:
    """Raises RuntimeError when the database is SQLite and has no FTS5; each message would fail to be stored."""
    if make_url(url).get_backend_name() != "sqlite":
        return
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(content)")
        except sqlite3.OperationalError as error:
            raise RuntimeError(MISSING) from error
