"""All SQL that reads rollups."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analytics.db.tables import daily_totals, events, totals


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


@dataclass(slots=True)
class OwnFigures:
    """One person's events by type and role, their tokens, and when the first and the newest was."""

    events: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    first_event_at: datetime | None = None
    last_event_at: datetime | None = None


class ReportRepository:
    """Reads one row per figure's kind; events only of one person, by their index."""

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

    def own(self, user_id: str) -> OwnFigures:
        """What one person has used, added up over all their events."""
        table, figures = events.c, OwnFigures()
        tokens = [func.sum(column) for column in (table.prompt_tokens, table.completion_tokens, table.total_tokens)]
        times = [func.min(table.occurred_at), func.max(table.occurred_at)]
        query = select(table.event_type, table.role, func.count(), *tokens, *times).where(table.user_id == user_id)
        for kind, role, count, prompt, completion, total, first, last in self._session.execute(
            query.group_by(table.event_type, table.role)
        ):
            figures.events[kind, role] = count
            figures.prompt_tokens += prompt or 0
            figures.completion_tokens += completion or 0
            figures.total_tokens += total or 0
            figures.first_event_at = min(figures.first_event_at or first, first)
            figures.last_event_at = max(figures.last_event_at or last, last)
        return figures
