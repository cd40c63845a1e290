"""Makes reports of the rollups."""

from collections.abc import Callable
from datetime import datetime

from service_kit.database import Database
from sqlalchemy.orm import Session

from analytics.reports.repository import AllTimeFigures, DayFigures, OwnFigures, ReportRepository
from analytics.reports.schemas import OwnUse, Summary
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

    async def own_use(self, user_id: str) -> OwnUse:
        """What one person has used so far; zeros for somebody of whom no event has come."""

        def read(session: Session) -> OwnFigures:
            return ReportRepository(session).own(user_id)

        own = await self._database.read(read)
        return OwnUse(
            conversations=own.events["conversation_created", None],
            messages=own.events["message_created", "user"],
            answers=own.events["message_created", "assistant"],
            prompt_tokens=own.prompt_tokens,
            completion_tokens=own.completion_tokens,
            total_tokens=own.total_tokens,
            sign_ins=own.events["user_login", None],
            api_requests=own.events["api_request", None],
            first_event_at=own.first_event_at,
            last_event_at=own.last_event_at,
        )
