"""Keeps what senders report of their events, and how long events took to get here."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from service_kit.database import Database
from service_kit.delivery_reports import SenderFigure, SenderReport
from service_kit.events import AnyEvent
from sqlalchemy.orm import Session

from analytics.delivery.repository import DeliveryRepository
from analytics.delivery.schemas import Delay, DeliveryState, SenderState
from analytics.parking.service import count_parked
from analytics.rollups.sketches import Sketch, bucket_of, seconds_at
from analytics.times import DAY, QUARTERS_PER_DAY, as_utc, quarter_of, start_of

MOST_SHOWN = 200
SILENT_AFTER = timedelta(minutes=1)  # four reports of 15 seconds
RECENT_QUARTERS = 4  # before the one that is running: an hour at least
MICROSECOND = timedelta(microseconds=1)


def note_delays(session: Session, events: Iterable[AnyEvent], received_at: datetime) -> None:
    """Takes note of how long new events took, in the transaction that has counted them and is alone with the rollups.

    A sender whose clock is ahead has sent its event at once.
    """
    delays = Counter(bucket_of((received_at - as_utc(event.occurred_at)) // MICROSECOND) for event in events)
    if delays:
        DeliveryRepository(session).add_delays(quarter_of(received_at), delays)


def reported_figures(session: Session, now: datetime) -> list[list[SenderFigure]]:
    """What each process tells of itself, the last one first; what a silent one said once is not true for ever."""
    return DeliveryRepository(session).figures(now - SILENT_AFTER)


class DeliveryService:
    """`now` tells the current time."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def take(self, source: str, report: SenderReport) -> None:
        """Keeps the report of a service's process, and forgets those that are a day old."""
        now = self._now()

        def work(session: Session) -> None:
            repository = DeliveryRepository(session)
            repository.put(source, report, now)
            repository.forget(now - DAY, quarter_of(now) - QUARTERS_PER_DAY)

        await self._database.write(work)

    async def state(self) -> DeliveryState:
        """How events get here at this moment, read in one transaction."""
        now = self._now()
        first_quarter = quarter_of(now) - RECENT_QUARTERS

        def read(session: Session) -> DeliveryState:
            repository = DeliveryRepository(session)
            return DeliveryState(
                senders=[_shown(row, now) for row in repository.senders(now - DAY, MOST_SHOWN)],
                parked=count_parked(session),
                delay=_delay(repository.delays(first_quarter), start_of(first_quarter)),
            )

        return await self._database.read(read)


def _shown(row: Any, now: datetime) -> SenderState:
    is_silent = now - row.heard_at > SILENT_AFTER
    oldest = row.oldest_waiting_at
    return SenderState(
        service=row.source,
        instance=row.instance,
        state="ended" if row.has_ended else "silent" if is_silent else "running",
        heard_at=row.heard_at,
        waiting=row.waiting,
        oldest_waiting_seconds=None if oldest is None else max(0.0, (now - oldest).total_seconds()),
        parked=row.parked,
        requests_waiting=row.requests_waiting,
        requests_dropped=row.requests_dropped,
        is_in_trouble=row.is_in_trouble,
        last_error=row.last_error,
        last_error_at=row.last_error_at,
    )


def _delay(delays: Sketch, since: datetime) -> Delay:
    median, p95 = (seconds_at(delays, share) for share in (0.5, 0.95))
    return Delay(since=since, events=delays.total(), median_seconds=median, p95_seconds=p95)
