"""Makes reports of the rollups."""

from collections.abc import Callable
from datetime import datetime

from service_kit.database import Database
from sqlalchemy.orm import Session

from analytics.reports.repository import AllTimeFigures, DayFigures, ReportRepository
from analytics.reports.schemas import Summary
from analytics.times import MICROSECONDS_PER_SECOND, as_utc


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
        today = as_utc(self._now()).date()

        def read(session: Session) -> tuple[AllTimeFigures, DayFigures]:
            repository = ReportRepository(session)
            return repository.all_time(), repository.day(today)

        total, day = await self._database.read(read)
        return Summary(
            total_users=total.users,
            active_users_today=day.active_users,
            total_conversations=total.conversations,
            total_messages=total.messages,
            total_tokens_used=total.total_tokens,
            avg_response_time=day.api_response_us / MICROSECONDS_PER_SECOND / max(day.api_requests, 1),
            error_rate=day.api_errors / max(day.api_requests, 1),
        )
