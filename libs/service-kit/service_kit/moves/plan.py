"""A dry run: what a move would carry, and what stands in its way. It writes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import make_url

from service_kit.moves.ends import is_sqlite, named, open_source, refuse_company, still_source
from service_kit.moves.move import Move
from service_kit.moves.refusals import DatabaseInUse, MoveRefused


@dataclass(frozen=True, slots=True)
class Plan:
    """`rows` by table; `size_bytes` is what the source takes now, indexes included; `problems` are sentences."""

    rows: dict[str, int]
    size_bytes: int
    is_source_in_use: bool
    problems: list[str] = field(default_factory=list)


def plan_of(move: Move) -> Plan:
    """What `move.run` would do now. Raises: MoveRefused when the source cannot be understood at all."""
    move.refuse_same()
    with _source(move) as (source, is_in_use):
        move.refuse_other_revision(source, named(move.source_url))
        problems = [*_refusals(lambda: move.refuse_unfit(source)), *_refusals(lambda: _look_at_target(move))]
        rows = {
            table.name: source.execute(select(func.count()).select_from(table)).scalar_one()
            for table in move.tables.carried
        }
        return Plan(rows, _size_bytes(source), is_in_use, problems)


@contextmanager
def _source(move: Move) -> Iterator[tuple[Connection, bool]]:
    """The source, and whether somebody else uses it, which is no obstacle to looking."""
    try:
        with still_source(move.source_url, move.tables):
            is_in_use = False
    except DatabaseInUse:
        is_in_use = True
    with open_source(move.source_url) as connection:
        yield connection, is_in_use


def _look_at_target(move: Move) -> None:
    if is_sqlite(move.target_url) and not Path(make_url(move.target_url).database or "").exists():
        return
    with open_source(move.target_url) as target:
        move.refuse_target(target)
        if target.dialect.name == "postgresql":
            refuse_company(target)


def _refusals(check: Callable[[], None]) -> list[str]:
    try:
        check()
    except MoveRefused as refused:
        return [str(refused)]
    return []


def _size_bytes(source: Connection) -> int:
    if source.dialect.name == "postgresql":
        return int(source.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    pages, page_bytes = (source.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("page_count", "page_size"))
    return int(pages * page_bytes)
