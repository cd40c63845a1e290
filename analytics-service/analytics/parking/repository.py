"""All SQL of what could not be read."""

from collections.abc import Collection, Sequence
from datetime import datetime

from service_kit.upsert import insert_new
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from analytics.db.tables import parked_events
from analytics.parking.rows import ParkedEvent

Position = tuple[datetime, str]


class ParkingRepository:
    """Works in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, parked: Sequence[ParkedEvent]) -> None:
        """Keeps what could not be read; what is there already stays as it is."""
        rows = {one.digest: one._asdict() for one in parked}
        insert_new(self._session, parked_events, list(rows.values()))

    def page(self, limit: int, after: Position | None) -> list[ParkedEvent]:
        """The oldest first, beginning behind the one parked then and with that digest."""
        table = parked_events.c
        query = select(*(table[name] for name in ParkedEvent._fields)).order_by(table.parked_at, table.digest)
        if after is not None:
            at, digest = after
            query = query.where((table.parked_at > at) | ((table.parked_at == at) & (table.digest > digest)))
        return [ParkedEvent(*row) for row in self._session.execute(query.limit(limit))]

    def count(self) -> int:
        """How many there are."""
        return self._session.execute(select(func.count()).select_from(parked_events)).scalar_one()

    def remove(self, digests: Collection[str]) -> None:
        """Forgets what could be read after all."""
        self._session.execute(delete(parked_events).where(parked_events.c.digest.in_(digests)))
