"""All SQL that reads rollups."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.db.tables import daily_totals, totals


@dataclass(frozen=True, slots=True)
class AllTimeFigures:
    """Sums over all time."""

    users: int = 0
    conversations: int = 0
    messages: int = 0
    total_tokens: int = 0


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Sums of one UTC day; `api_response_us` in microseconds over `api_requests`."""

    active_users: int = 0
    api_requests: int = 0
    api_errors: int = 0
    api_response_us: int = 0


class ReportRepository:
    """Reads one row per figure's kind; never an event."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all_time(self) -> AllTimeFigures:
        """The sums over all time; zeros before the first event."""
        columns = (totals.c.users, totals.c.conversations, totals.c.messages, totals.c.total_tokens)
        row = self._session.execute(select(*columns)).one_or_none()
        return AllTimeFigures(*row) if row is not None else AllTimeFigures()

    def day(self, day: date) -> DayFigures:
        """The sums of a day; zeros where nothing happened."""
        table = daily_totals.c
        columns = (table.active_users, table.api_requests, table.api_errors, table.api_response_us)
        row = self._session.execute(select(*columns).where(table.day == day)).one_or_none()
        return DayFigures(*row) if row is not None else DayFigures()
