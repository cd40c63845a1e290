"""All SQL that reads figures for alerts: sums by the minute, and by the day for what is spent."""

from collections import Counter

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from analytics.cuts import MINUTE_CUTS, Cut, Measure
from analytics.db.tables import figures, sketches
from analytics.rollups.sketches import Sketch, decode
from analytics.times import Grain


class ReadingsRepository:
    """Works in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def sums(self, cut: Cut, subject: str, grain: Grain, slots: range, names: tuple[str, ...]) -> dict[str, int]:
        """These sums of a subject over the slots."""
        table = figures.c
        sums = [func.coalesce(func.sum(table[name]), 0).label(name) for name in names]
        where = and_(table.cut == int(cut), table.grain == int(grain), table.slot.between(slots.start, slots.stop - 1))
        row = self._session.execute(select(*sums).where(where, table.subject == subject)).mappings().one()
        return {name: int(row[name]) for name in names}

    def durations(self, cut: Cut, subject: str, measure: Measure, minutes: range) -> Sketch:
        """All durations of a subject in these minutes."""
        table, merged = sketches.c, Counter[int]()
        where = and_(
            table.cut == int(cut),
            table.grain == int(Grain.MINUTE),
            table.slot.between(minutes.start, minutes.stop - 1),
            table.subject == subject,
            table.measure == int(measure),
        )
        for buckets in self._session.scalars(select(table.buckets).where(where)):
            merged.update(decode(buckets))
        return merged

    def newest_minute(self, cut: Cut, subject: str) -> int | None:
        """The newest minute in which anything happened; None when that is longer ago than minutes are kept."""
        table = figures.c
        where = and_(table.cut == int(cut), table.grain == int(Grain.MINUTE), table.subject == subject)
        newest: int | None = self._session.execute(select(func.max(table.slot)).where(where)).scalar_one()
        return newest

    def forget_minutes(self, before: int) -> None:
        """Forgets the minutes before that one."""
        for table in (figures, sketches):
            is_old = and_(
                table.c.cut.in_([int(cut) for cut in MINUTE_CUTS]),
                table.c.grain == int(Grain.MINUTE),
                table.c.slot < before,
            )
            self._session.execute(delete(table).where(is_old))
