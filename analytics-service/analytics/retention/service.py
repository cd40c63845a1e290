"""Removes old events in small transactions, and knows those that were removed."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from service_kit.database import Database
from service_kit.events import AnyEvent
from service_kit.locks import hold_alone
from service_kit.waiting import wait_at_most
from sqlalchemy.orm import Session

from analytics.retention.repository import OldEvent, RetentionRepository
from analytics.rollups.keeping import ROLLUPS_LOCK, is_replaying, keep_since, kept_since
from analytics.rollups.tally import ERASED_PREFIX
from analytics.times import QUARTERS_PER_DAY, day_of, start_of

REMOVED_AT_ONCE = 500  # some ten milliseconds of the writer
PAUSE_SECONDS = 0.05  # in which others write
LOOK_SECONDS = 3_600.0
SURELY_KEPT = timedelta(hours=12)  # events are kept for a day at least, and clocks may differ
log = structlog.get_logger(__name__)


def take_out_removed(session: Session, new_events: Iterable[AnyEvent], now: datetime) -> set[str]:
    """Takes out of the stored events those that were counted and removed before; returns their ids.

    Asked after they were stored: one that is being removed at this moment is stored again only when that is done.
    """
    old = {event.event_id: event for event in new_events if event.occurred_at < now - SURELY_KEPT}
    if not old:
        return set()
    hold_alone(session, ROLLUPS_LOCK)
    first = kept_since(session)
    if first is None:
        return set()
    repository = RetentionRepository(session)
    known = repository.known([id_ for id_, event in old.items() if day_of(event.occurred_at) < first])
    if known:
        repository.delete(known)
    return known


def take_conversations(session: Session, user_id: str, limit: int) -> Sequence[str]:
    """Conversations that only removed events told to be the person's; forgets that they are. To be asked until none."""
    hold_alone(session, ROLLUPS_LOCK)
    return RetentionRepository(session).take_conversations(user_id, limit)


class Retention:
    """One task. With `days` of 0 nothing is ever removed. Several replicas take turns, one batch at a time."""

    def __init__(self, database: Database, days: int, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._days = days
        self._now = now
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Looks now, and every hour."""
        if self._days:
            self._task = asyncio.create_task(self._run(), name="retention")

    async def stop(self) -> None:
        """Ends after the batch that is under way; the rest goes after the next start."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def remove_old(self) -> int:
        """Removes everything that is old by now; returns how many events that were.

        They occurred and came before the day that is `days` before today, all UTC days.
        """
        first_kept = day_of(self._now()) - self._days
        count, last = 0, None
        while not self._stopping.is_set():
            removed = await self._database.write(
                lambda session, last=last: _remove_some(session, first_kept, last)  # type: ignore[misc]
            )
            if not removed:
                break
            count, last = count + len(removed), removed[-1]
            await wait_at_most(self._stopping, PAUSE_SECONDS)
        if count:
            log.info("events_removed", events=count)
        return count

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.remove_old()
            except Exception as error:  # the next look tries again
                log.error("events_not_removed", exc_info=error)
            await wait_at_most(self._stopping, LOOK_SECONDS)


def _remove_some(session: Session, first_kept: int, after: OldEvent | None) -> list[OldEvent]:
    """One batch, with what has to be remembered of it in the same transaction."""
    hold_alone(session, ROLLUPS_LOCK)
    if is_replaying(session):  # what is still to be counted anew is needed
        return []
    repository = RetentionRepository(session)
    removed = repository.old_events(start_of(first_kept * QUARTERS_PER_DAY), after, REMOVED_AT_ONCE)
    if not removed:
        return []
    keep_since(session, first_kept)
    event_ids = [event.event_id for event in removed]
    repository.remember(event_ids)
    repository.remember_conversations(
        [
            (event.user_id, event.conversation_id)
            for event in removed
            if event.conversation_id is not None and event.user_id and not event.user_id.startswith(ERASED_PREFIX)
        ]
    )
    repository.delete(event_ids)
    return removed
