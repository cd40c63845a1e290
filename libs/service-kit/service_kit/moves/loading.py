"""How rows get into a target: COPY on PostgreSQL, many at once on SQLite."""

from collections.abc import Iterable
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, Table, delete, func, insert, select, text

from service_kit.moves.rows import Row
from service_kit.moves.tables import MovedTables


def load(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Writes rows that have every column. Raises: the driver's errors on PostgreSQL, else DBAPIError."""
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        names = table.c.keys()
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def _copy(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    dialect = connection.dialect
    processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.c]
    needed = [(place, process) for place, process in enumerate(processors) if process is not None]
    columns = sql.SQL(", ").join(map(sql.Identifier, table.c.keys()))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = list(row)
            for place, process in needed:
                values[place] = process(values[place])
            copy.write_row(values)


def empty(connection: Connection, tables: MovedTables) -> None:
    """Takes every row away, those that migrations put there included."""
    if connection.dialect.name == "postgresql":
        quoted = ", ".join(map(connection.dialect.identifier_preparer.format_table, tables.all))
        connection.execute(text(f"TRUNCATE {quoted} RESTART IDENTITY"))
        return
    for table in reversed(tables.carried):  # triggers take the others' rows along
        connection.execute(delete(table))


def settle(connection: Connection, tables: MovedTables) -> None:
    """Once all rows are there: lets numbers go on behind the highest, and PostgreSQL learn what its tables hold."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables.carried:
        if (column := table.autoincrement_column) is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(sequence, func.max(column))))
    connection.execute(text("ANALYZE"))
