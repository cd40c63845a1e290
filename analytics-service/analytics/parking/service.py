"""Keeps what cannot be read, shows it, and tries it again."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from service_kit.database import Database
from service_kit.events import AnyEvent
from sqlalchemy.orm import Session

from analytics.ingestion.parsing import UnreadableEvent, parse_events
from analytics.parking.repository import ParkingRepository, Position
from analytics.parking.rows import ParkedEvent, parked_event
from analytics.parking.schemas import Retried

TRIED_AT_ONCE = 500
StoreEvents = Callable[[Session, Sequence[AnyEvent]], int]
log = structlog.get_logger(__name__)


def park(session: Session, events: Sequence[UnreadableEvent], source: str, now: datetime) -> None:
    """Keeps events that cannot be read, in the transaction that answers for them."""
    if events:
        ParkingRepository(session).add([parked_event(event, source, now) for event in events])
        log.warning("events_parked", source=source, events=len(events), reason=events[0].reason)


def count_parked(session: Session) -> int:
    """How many events cannot be read."""
    return ParkingRepository(session).count()


class ParkingService:
    """`store` stores events in a transaction and answers how many of them were new."""

    def __init__(self, database: Database, store: StoreEvents) -> None:
        self._database = database
        self._store = store

    async def page(self, limit: int, after: Position | None) -> list[ParkedEvent]:
        """At most `limit` events, the oldest first, behind the one parked then and with that digest."""
        return await self._database.read(lambda session: ParkingRepository(session).page(limit, after))

    async def retry(self) -> Retried:
        """Reads everything once more, as a newer version may be able to. What still cannot be read stays."""
        total, after = Retried(accepted=0, duplicates=0, parked=0), None
        while rows := await self.page(TRIED_AT_ONCE, after):
            after = (rows[-1].parked_at, rows[-1].digest)
            done = await self._database.write(lambda session, rows=rows: self._retry(session, rows))  # type: ignore[misc]
            total = Retried(
                accepted=total.accepted + done.accepted,
                duplicates=total.duplicates + done.duplicates,
                parked=total.parked + done.parked,
            )
        if total.accepted or total.duplicates:
            log.info("parked_events_read", accepted=total.accepted, duplicates=total.duplicates, parked=total.parked)
        return total

    def _retry(self, session: Session, rows: Sequence[ParkedEvent]) -> Retried:
        readable: dict[str, AnyEvent] = {}
        for row in rows:
            if row.is_complete and (found := parse_events([row.event_text.encode()]).events):
                readable[row.digest] = found[0]
        ParkingRepository(session).remove(list(readable))
        accepted = self._store(session, list(readable.values()))
        return Retried(accepted=accepted, duplicates=len(readable) - accepted, parked=len(rows) - len(readable))
