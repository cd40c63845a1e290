"""The move's own table in the target: what it carries, and how far it has come. It goes when all is verified."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, Text, insert, select, update

from service_kit.moves.rows import Row, key_text, read_key

PREPARING, CARRYING, CARRIED = "preparing", "carrying", "carried"
_MOVE = ""  # the row of the move as a whole; its position is the source

moves = Table(
    "database_move",
    MetaData(),
    Column("part", String(255), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("position", Text, nullable=False),
)


class Begun(NamedTuple):
    """A move as a whole: where its rows come from, and whether its tables are made."""

    source: str
    is_prepared: bool


class Progress(NamedTuple):
    """How far a table is: `key` of the last row that is there."""

    rows: int
    key: Row | None
    is_carried: bool


def begin(connection: Connection, source: str) -> None:
    """Makes the table, for a move whose own tables are still to be made."""
    moves.create(connection)
    connection.execute(insert(moves).values(part=_MOVE, state=PREPARING, rows=0, position=source))


def begun(connection: Connection) -> Begun:
    """The move that was begun here."""
    row = connection.execute(select(moves).where(moves.c.part == _MOVE)).one()
    return Begun(row.position, row.state != PREPARING)


def begin_again(connection: Connection) -> None:
    """Forgets how far it had come."""
    connection.execute(moves.delete().where(moves.c.part != _MOVE))
    connection.execute(update(moves).where(moves.c.part == _MOVE).values(state=PREPARING))


def note_prepared(connection: Connection) -> None:
    """The tables are made and empty."""
    connection.execute(update(moves).where(moves.c.part == _MOVE).values(state=CARRYING))


def progress_of(connection: Connection, table: Table) -> Progress:
    """How far this table is."""
    row = connection.execute(select(moves).where(moves.c.part == table.name)).one_or_none()
    if row is None:
        return Progress(0, None, False)
    return Progress(row.rows, read_key(row.position) if row.position else None, row.state == CARRIED)


def note(connection: Connection, table: Table, progress: Progress) -> None:
    """Written in the transaction of the rows themselves, so that neither is there without the other."""
    state = CARRIED if progress.is_carried else CARRYING
    position = "" if progress.key is None else key_text(progress.key)
    values = {"state": state, "rows": progress.rows, "position": position}
    if not connection.execute(update(moves).where(moves.c.part == table.name).values(values)).rowcount:
        connection.execute(insert(moves).values(part=table.name, **values))


def forget(connection: Connection) -> None:
    """The move is over."""
    moves.drop(connection)
