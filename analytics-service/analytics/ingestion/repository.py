"""All SQL that writes events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from service_kit.events import AnyEvent
from service_kit.upsert import insert_new
from sqlalchemy.orm import Session

from analytics.db.tables import events as events_table
from analytics.times import as_utc

_EMPTY_ROW: dict[str, Any] = dict.fromkeys(column.name for column in events_table.c)


class EventRepository:
    """Works in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def insert_new(self, events: Sequence[AnyEvent], received_at: datetime) -> set[str]:
        """Stores the events whose `event_id` is not there yet; returns the ids of those alone."""
        rows = [_row(event, received_at) for event in events]
        return {row["event_id"] for row in insert_new(self._session, events_table, rows)}


def _row(event: AnyEvent, received_at: datetime) -> dict[str, Any]:
    row = _EMPTY_ROW | msgspec.structs.asdict(event)
    row["event_type"] = event.__struct_config__.tag
    row["occurred_at"] = as_utc(event.occurred_at)
    row["received_at"] = received_at
    if row["message_at"] is not None:
        row["message_at"] = as_utc(row["message_at"])
    return row
