"""The outbox: events written in the transaction of what they report, and the rows' way out. Holds no table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Insert, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session

from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.events import AnyEvent, encode_event


class OutboxRow(Protocol):
    """The columns that a service's table must have; `event_id` (UUIDv7, so in order of time) is its primary key."""

    event_id: Mapped[str]
    payload: Mapped[str]
    created_at: Mapped[datetime]
    parked_at: Mapped[datetime | None]
    parked_reason: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """An event on its way: `payload` is its JSON text."""

    event_id: str
    payload: str


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How many events wait and are parked, and since when the oldest one waits."""

    waiting: int
    parked: int
    oldest_waiting_at: datetime | None


def write_event(session: Session, row_type: type[Any], event: AnyEvent) -> None:
    """Adds the event to the caller's transaction: it is sent if, and only if, that commits."""
    row = {"event_id": event.event_id, "payload": encode_event(event), "created_at": utc_now()}
    session.connection().execute(_insert(row_type.__table__), row)


@cache
def _insert(table: Table) -> Insert:
    """Built once and past the ORM: nearly every transaction writes an event."""
    return insert(table)


def forget_parked(session: Session, row_type: type[Any], user_id: str) -> int:
    """Deletes the refused events of a person who is erased; those that wait go once they are delivered."""
    is_theirs = row_type.parked_at.is_not(None) & row_type.payload.contains(f'"{user_id}"', autoescape=True)
    return len(session.execute(delete(row_type).where(is_theirs).returning(row_type.event_id)).all())


class OutboxStore:
    """The relay's side of one service's outbox table."""

    def __init__(self, database: Database, row_type: type[Any]) -> None:
        self._database = database
        self._row = row = row_type
        # Built once: the relay looks twice a second.
        self._waiting = select(row.event_id, row.payload).where(row.parked_at.is_(None)).order_by(row.event_id)

    async def waiting(self, limit: int) -> list[WaitingEvent]:
        """The oldest events that wait, at most `limit`."""
        query = self._waiting.limit(limit)
        rows = await self._database.read(lambda session: session.execute(query).all())
        return [WaitingEvent(event_id, payload) for event_id, payload in rows]

    async def remove(self, event_ids: Sequence[str]) -> None:
        """Forgets events that analytics has stored."""
        statement = delete(self._row).where(self._row.event_id.in_(event_ids))
        await self._database.write(lambda session: session.execute(statement))

    async def park(self, reasons: Mapping[str, str]) -> None:
        """Keeps refused events, by their ids with the reason of each, out of the queue."""
        row = self._row
        statement = update(row.__table__).where(row.event_id == bindparam("refused_id"))
        statement = statement.values(parked_at=utc_now(), parked_reason=bindparam("reason"))
        parameters = [{"refused_id": event_id, "reason": reason} for event_id, reason in reasons.items()]
        await self._database.write(lambda session: session.connection().execute(statement, parameters))

    async def state(self) -> OutboxState:
        """The figures for `/metrics` and for administrators."""
        row = self._row

        def count(session: Session) -> OutboxState:
            waiting, oldest = session.execute(
                select(func.count(), func.min(row.created_at)).where(row.parked_at.is_(None))
            ).one()
            parked = session.execute(select(func.count()).where(row.parked_at.is_not(None))).scalar_one()
            return OutboxState(waiting, parked, oldest)

        return await self._database.read(count)
