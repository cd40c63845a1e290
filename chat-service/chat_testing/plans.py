"""Which statements a request makes, and how SQLite carries them out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from service_kit.database import Database
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

Statement = tuple[str, Any]


@contextmanager
def noted_selects(*, of: str) -> Iterator[list[Statement]]:
    """The statements that are made meanwhile and read `of` a table whose name begins so, with their parameters.

    Not those of the tasks that run all the time, which read other tables; but the keeper of answers reads messages.
    """
    selects: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if f"FROM {of}" in statement:
            selects.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield selects
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def plan_of(database: Database, made: Statement) -> str:
    """SQLite's plan for the statement."""
    statement, parameters = made

    def explain(session: Session) -> str:
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(row.detail for row in rows)

    return await database.read(explain)
