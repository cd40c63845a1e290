"""Stores batches of events, each event once."""

from collections.abc import Sequence

from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.events import AnyEvent
from sqlalchemy.orm import Session

from analytics.delivery.service import note_delays
from analytics.erasures.people import ErasedPeople
from analytics.ingestion.parsing import ParsedBatch
from analytics.ingestion.repository import EventRepository
from analytics.ingestion.schemas import Receipt
from analytics.parking.service import park
from analytics.retention.service import take_out_removed
from analytics.rollups.service import add_to_rollups


class IngestionService:
    """Owns the one transaction in which events and rollups change together."""

    def __init__(self, database: Database, erased: ErasedPeople) -> None:
        self._database = database
        self._erased = erased

    async def store(self, batch: ParsedBatch, source: str) -> Receipt:
        """Stores the events that are new and counts those alone; of two with one id the first is taken.

        What comes of somebody who was erased is stored without saying whose it is, and counts as it would have. What
        cannot be read is parked under the name of the service that sent it.
        Raises: DatabaseUnavailable (503); then nothing of the batch is stored or counted.
        """

        def work(session: Session) -> int:
            park(session, batch.unreadable, source, utc_now())
            return self.store_events(session, batch.events)

        accepted = await self._database.write(work)
        return Receipt(accepted=accepted, duplicates=len(batch.events) - accepted, parked=len(batch.unreadable))

    def store_events(self, session: Session, events: Sequence[AnyEvent]) -> int:
        """The part of it that is done in a transaction; returns how many events were new."""
        distinct = {event.event_id: event for event in reversed(events)}
        names = self._erased.names_for(session, list(distinct.values()))
        stored = [names.to_store(event) for event in distinct.values()]
        received_at = utc_now()
        new_ids = EventRepository(session).insert_new(stored, received_at)
        new = [distinct[event_id] for event_id in new_ids]
        if removed := take_out_removed(session, new, received_at):
            new = [event for event in new if event.event_id not in removed]
        add_to_rollups(session, new, names)
        note_delays(session, new, received_at)
        return len(new)
