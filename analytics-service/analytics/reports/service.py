"""Makes reports of the rollups."""

from collections.abc import Callable
from datetime import datetime

from service_kit.database import Database
from sqlalchemy.orm import Session

from analytics.insights.own_use import own_figures, own_range
from analytics.insights.ranges import DayRange
from analytics.reports.repository import AllTimeFigures, DayFigures, ReportRepository
from analytics.reports.schemas import OwnUse, Summary
from analytics.times import MICROSECONDS_PER_SECOND, Grain, day_of


class ReportService:
    """Reads only; `now` tells the current time."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def summary(self) -> Summary:
        """The seven figures of this moment, read in one transaction, so that they fit each other.

        Totals are of use so far and never fall: a deleted account or conversation stays counted, as its messages
        and tokens do, or averages over them would be wrong. The day's times and errors are those of all API
        requests whose events have arrived.
        """
        today = day_of(self._now())

        def read(session: Session) -> tuple[AllTimeFigures, DayFigures, int]:
            repository = ReportRepository(session)
            return repository.all_time(), repository.day(today), repository.active_people(Grain.DAY, today)

        total, day, active = await self._database.read(read)
        return Summary(
            total_users=total.users,
            active_users_today=active,
            total_conversations=total.conversations,
            total_messages=total.messages,
            total_tokens_used=total.total_tokens,
            avg_response_time=day.request_us / MICROSECONDS_PER_SECOND / max(day.requests, 1),
            error_rate=day.requests_5xx / max(day.requests, 1),
        )

    async def own_use(self, user_id: str, days: DayRange) -> OwnUse:
        """What one person has used so far, and in these days; zeros for somebody of whom no event has come.

        Raises: InvalidInput (422) for more than 2,000 days.
        """

        def read(session: Session) -> OwnUse:
            own = ReportRepository(session).own(user_id)
            return OwnUse(
                **own_figures(own.sums),
                first_event_at=own.first_event_at,
                last_event_at=own.last_event_at,
                range=own_range(session, user_id, days),
            )

        return await self._database.read(read)
