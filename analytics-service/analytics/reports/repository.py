"""All SQL that reads the summary and one person's figures."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analytics.cuts import FIGURES, NOBODY, Cut
from analytics.db.tables import active_counts, figures, people, totals
from analytics.times import Grain

_TOTALS = select(totals.c.users, totals.c.conversations, totals.c.messages, totals.c.total_tokens)


@dataclass(frozen=True, slots=True)
class AllTimeFigures:
    """Sums over all time."""

    users: int = 0
    conversations: int = 0
    messages: int = 0
    total_tokens: int = 0


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Sums of one UTC day; `request_us` in microseconds over `requests`."""

    requests: int = 0
    requests_5xx: int = 0
    request_us: int = 0


@dataclass(frozen=True, slots=True)
class OwnSums:
    """One person's sums by the names of FIGURES, and when their first and newest event was."""

    sums: dict[str, int]
    first_event_at: datetime | None = None
    last_event_at: datetime | None = None


class ReportRepository:
    """Reads a handful of rows by their keys, never an event."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all_time(self) -> AllTimeFigures:
        """The sums over all time; zeros before the first event."""
        row = self._session.execute(_TOTALS).one_or_none()
        return AllTimeFigures(*row) if row is not None else AllTimeFigures()

    def day(self, day: int) -> DayFigures:
        """The sums of a UTC day; zeros where nothing happened."""
        table = figures.c
        query = select(table.requests, table.requests_5xx, table.request_us).where(
            table.cut == int(Cut.ALL), table.grain == int(Grain.DAY), table.slot == day, table.subject == NOBODY
        )
        row = self._session.execute(query).one_or_none()
        return DayFigures(*row) if row is not None else DayFigures()

    def active_people(self, grain: Grain, slot: int) -> int:
        """How many people were active in that day, week or month."""
        table = active_counts.c
        query = select(table.people).where(table.grain == int(grain), table.slot == slot)
        return self._session.execute(query).scalar_one_or_none() or 0

    def own(self, user_id: str) -> OwnSums:
        """What one person has used, added up over all days."""
        sums = [func.coalesce(func.sum(figures.c[name]), 0).label(name) for name in FIGURES]
        query = select(*sums).where(
            figures.c.cut == int(Cut.PERSON), figures.c.subject == user_id, figures.c.grain == int(Grain.DAY)
        )
        row = self._session.execute(query).mappings().one()
        seen = self._session.execute(
            select(people.c.first_event_at, people.c.last_event_at).where(people.c.user_id == user_id)
        ).one_or_none()
        return OwnSums({name: int(row[name]) for name in FIGURES}, *(seen or (None, None)))
