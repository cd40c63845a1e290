"""Stores batches of events, each event once."""

from collections.abc import Sequence

from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.events import AnyEvent
from sqlalchemy.orm import Session

from analytics.erasures.people import ErasedPeople
from analytics.ingestion.repository import EventRepository
from analytics.ingestion.schemas import Receipt
from analytics.rollups.service import add_to_rollups


class IngestionService:
    """Owns the one transaction in which events and rollups change together."""

    def __init__(self, database: Database, erased: ErasedPeople) -> None:
        self._database = database
        self._erased = erased

    async def store(self, events: Sequence[AnyEvent]) -> Receipt:
        """Stores the events that are new and counts those alone; of two with one id the first is taken.

        What comes of somebody who was erased is stored without saying whose it is, and counts as it would have.
        Raises: DatabaseUnavailable (503); then nothing of the batch is stored or counted.
        """
        distinct = {event.event_id: event for event in reversed(events)}

        def store_new(session: Session) -> int:
            stored = {event.event_id: event for event in self._erased.without_names(session, list(distinct.values()))}
            new_ids = EventRepository(session).insert_new(list(stored.values()), utc_now())
            add_to_rollups(session, [stored[event_id] for event_id in new_ids])
            return len(new_ids)

        accepted = await self._database.write(store_new)
        return Receipt(accepted=accepted, duplicates=len(events) - accepted)
