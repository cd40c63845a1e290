"""All SQL that reads stored events again, as what they came as."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, get_args

import msgspec
from service_kit.events import AnyEvent
from sqlalchemy import ColumnElement, RowMapping, and_, func, or_, select
from sqlalchemy.orm import Session

from analytics.db.tables import events
from analytics.times import QUARTERS_PER_DAY, day_of, start_of

READ_AT_ONCE = 5_000
LAST_DAY = day_of(datetime.max.replace(tzinfo=UTC))
_TYPES: dict[str, type[Any]] = {str(type_.__struct_config__.tag): type_ for type_ in get_args(AnyEvent)}
_FIELDS = {tag: msgspec.structs.fields(type_) for tag, type_ in _TYPES.items()}


class RawEvents:
    """Reads in the transaction of the session that it is given. Of erased people there are only names of days."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def after(self, event_id: str, limit: int) -> list[AnyEvent]:
        """The next events in the order of their ids."""
        query = select(events).where(events.c.event_id > event_id).order_by(events.c.event_id).limit(limit)
        return [_event_of(row) for row in self._session.execute(query).mappings()]

    def days(self) -> Iterator[int]:
        """The UTC days of which there are events, and those of answers that there is feedback on, in their order."""
        day = self._next_day(None)
        while day is not None:
            yield day
            day = self._next_day(day)

    def of_day(self, day: int) -> Iterator[AnyEvent]:
        """The events that count on that UTC day: by their own time, feedback by that of its answer too.

        In bounded memory: they are read as they are asked for.
        """
        query = select(events).where(or_(_within(events.c.occurred_at, day), _within(events.c.message_at, day)))
        for row in self._session.execute(query.execution_options(yield_per=READ_AT_ONCE)).mappings():
            yield _event_of(row)

    def _next_day(self, day: int | None) -> int | None:
        firsts = []
        for column in (events.c.occurred_at, events.c.message_at):
            query = select(func.min(column))
            if day is not None:
                if day >= LAST_DAY:
                    return None
                query = query.where(column >= start_of((day + 1) * QUARTERS_PER_DAY))
            firsts.append(self._session.execute(query).scalar_one())
        return min((day_of(first) for first in firsts if first is not None), default=None)


def _within(column: ColumnElement[Any], day: int) -> ColumnElement[bool]:
    begins = column >= start_of(day * QUARTERS_PER_DAY)
    if day >= LAST_DAY:  # a clock may be wrong by any amount, and the calendar's last day has no next one
        return begins
    return and_(begins, column < start_of((day + 1) * QUARTERS_PER_DAY))


def _event_of(row: RowMapping) -> AnyEvent:
    """Past the checks of decoding: it passed them when it came."""
    tag = row["event_type"]
    event: AnyEvent = _TYPES[tag](**{field.name: row[field.name] for field in _FIELDS[tag]})
    return event
