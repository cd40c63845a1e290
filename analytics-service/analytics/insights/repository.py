"""All SQL that reads figures of a range: sums by slot and by subject, and durations."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from functools import cache, reduce
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Table, and_, bindparam, distinct, func, or_, select, union_all
from sqlalchemy.orm import Session

from analytics.cuts import FIGURES, NOBODY, Cut, Measure
from analytics.db.tables import active_counts, active_people, cohorts, figures, people, sketches
from analytics.insights.ranges import QUARTERS_PER_HOUR, parts_of
from analytics.insights.rankings import SORTS, SubjectSums, Sums
from analytics.insights.slots import Intervals, SlotRange
from analytics.rollups.sketches import Sketch, decode
from analytics.times import QUARTERS_PER_DAY, Grain

HALF_A_DAY = QUARTERS_PER_DAY // 2


class InsightRepository:
    """Reads rollups in the session that it is given, never an event."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def total(self, cut: Cut, subject: str, begins: int, ends: int) -> Sums:
        """The sums of a subject in these quarter hours."""
        return self._sums_of(cut, [subject], begins, ends)[subject]

    def ranking(
        self, cut: Cut, begins: int, ends: int, *, sort: str, limit: int, after: tuple[int, str] | None
    ) -> list[SubjectSums]:
        """The subjects with most of what is sorted by, and their sums; behind the one with that much and that name.

        First who they are, by what is sorted by alone: there may be hundreds of thousands. All sums are read of a page.
        """
        names = SORTS[sort]
        slots = union_all(
            *(
                select(figures.c.subject, _added([figures.c[name] for name in names]).label("amount")).where(
                    _in_slots(cut, grain, start, end), figures.c.subject != NOBODY
                )
                for grain, start, end in parts_of(begins, ends)
            )
        ).subquery()
        rank = func.sum(slots.c.amount)
        query = select(slots.c.subject, rank).group_by(slots.c.subject)
        if after is not None:
            query = query.having(or_(rank < after[0], and_(rank == after[0], slots.c.subject > after[1])))
        leaders = self._session.execute(query.order_by(rank.desc(), slots.c.subject).limit(limit)).all()
        sums = self._sums_of(cut, [row[0] for row in leaders], begins, ends)
        return [SubjectSums(subject, sums[subject], int(amount)) for subject, amount in leaders]

    def _sums_of(self, cut: Cut, subjects: Collection[str], begins: int, ends: int) -> dict[str, Sums]:
        found: dict[str, Sums] = {subject: Counter() for subject in subjects}
        columns = [func.sum(figures.c[name]) for name in FIGURES]
        for grain, start, end in parts_of(begins, ends):
            query = select(figures.c.subject, *columns).where(
                _in_slots(cut, grain, start, end), figures.c.subject.in_(subjects)
            )
            for row in self._session.connection().execute(query.group_by(figures.c.subject)):
                found[row[0]].update({name: int(sum_) for name, sum_ in zip(FIGURES, row[1:], strict=True)})
        return found

    def series(
        self, cut: Cut, subjects: Collection[str], bounds: Sequence[int], names: Sequence[str]
    ) -> dict[str, list[Sums]]:
        """The sums of these names of each subject between each two bounds, quarter hours both.

        Rows that count alike are summed up in the database: it gives one for each day and half of a day, or hour.
        """
        found: dict[str, list[Sums]] = {subject: [Counter() for _ in bounds[1:]] for subject in subjects}
        intervals = Intervals(bounds)
        in_step = (0, HALF_A_DAY) if intervals.is_in_days else (bounds[0], QUARTERS_PER_HOUR)
        for rows in intervals.ranges():
            origin, step = (0, 1) if rows.grain is Grain.DAY else in_step
            query = _sums_of_slots(tuple(names), at_places=rows.places is not None)
            which: dict[str, object] = {
                "of_cut": int(cut),
                "of_grain": int(rows.grain),
                "start": rows.start,
                "end": rows.end,
                "subjects": list(subjects),
                "origin": origin,
                "step": step,
            }
            if rows.places is not None:
                which["places"] = rows.places
            for subject, slot, *sums in self._session.connection().execute(query, which):
                for interval, sign in intervals.shares(rows.grain, slot):
                    added = found[subject][interval]
                    for name, sum_ in zip(names, sums, strict=True):
                        added[name] += sign * int(sum_)
        return found

    def durations(
        self, cut: Cut, subjects: Collection[str], begins: int, ends: int
    ) -> dict[tuple[str, Measure], Sketch]:
        """The durations of each subject in these quarter hours, by what was measured."""
        found: dict[tuple[str, Measure], Sketch] = defaultdict(Counter)
        table = sketches.c
        for grain, start, end in parts_of(begins, ends):
            query = select(table.subject, table.measure, table.buckets).where(
                table.cut == int(cut), table.grain == int(grain), table.slot >= start, table.slot < end
            )
            for row in self._session.connection().execute(query.where(table.subject.in_(subjects))):
                found[row.subject, Measure(row.measure)].update(decode(row.buckets))
        return found

    def duration_series(self, measure: Measure, subject: str, cut: Cut, bounds: Sequence[int]) -> list[Sketch]:
        """The durations between each two bounds."""
        table = sketches.c
        found: list[Sketch] = [Counter() for _ in bounds[1:]]
        intervals = Intervals(bounds)
        for rows in intervals.ranges():
            query = select(table.slot, table.buckets).where(
                _of_range(sketches, cut, rows), table.subject == subject, table.measure == int(measure)
            )
            for row in self._session.connection().execute(query):
                durations = decode(row.buckets)
                for interval, sign in intervals.shares(rows.grain, row.slot):
                    if sign > 0:
                        found[interval].update(durations)
                    else:
                        found[interval].subtract(durations)
        return found

    def active_people(self, first_day: int, last_day: int) -> int:
        """How many different people were active from one UTC day to before another."""
        table = active_people.c
        query = select(func.count(distinct(table.user_id))).where(
            table.grain == int(Grain.DAY), table.slot >= first_day, table.slot < last_day
        )
        return self._session.execute(query).scalar_one()

    def active_counts(self, grain: Grain, first: int, last: int) -> dict[int, int]:
        """How many people were active in each UTC day, ISO week or month from one to before another."""
        table = active_counts.c
        query = select(table.slot, table.people).where(
            table.grain == int(grain), table.slot >= first, table.slot < last
        )
        return {row.slot: row.people for row in self._session.execute(query)}

    def registered(self, first_week: int) -> dict[int, int]:
        """How many people registered in each week, beginning with this one."""
        week = people.c.registered_week
        query = select(week, func.count()).where(week >= first_week).group_by(week)
        return {row[0]: row[1] for row in self._session.execute(query)}

    def cohorts(self, first_week: int) -> dict[tuple[int, int], int]:
        """How many of those who registered in one week were active in another, both from this one on."""
        table = cohorts.c
        query = select(table.registered_week, table.active_week, table.people).where(
            table.registered_week >= first_week, table.active_week >= first_week
        )
        return {(row[0], row[1]): row[2] for row in self._session.execute(query)}


@cache
def _sums_of_slots(names: tuple[str, ...], *, at_places: bool) -> Select[Any]:
    """Subject, first slot and sums of the slots that share a step; built once, as building costs as much as asking."""
    column = figures.c
    is_wanted = [
        column.cut == bindparam("of_cut"),
        column.grain == bindparam("of_grain"),
        column.slot >= bindparam("start"),
        column.slot < bindparam("end"),
        column.subject.in_(bindparam("subjects", expanding=True)),
    ]
    if at_places:
        is_wanted.append((column.slot % QUARTERS_PER_DAY).in_(bindparam("places", expanding=True)))
    alike = (column.slot - bindparam("origin", type_=Integer)) // bindparam("step", type_=Integer)
    query = select(column.subject, func.min(column.slot), *(func.sum(column[name]) for name in names))
    return query.where(*is_wanted).group_by(column.subject, alike)


def _in_slots(cut: Cut, grain: Grain, start: int, end: int) -> ColumnElement[bool]:
    return _of_range(figures, cut, SlotRange(grain, start, end))


def _of_range(table: Table, cut: Cut, rows: SlotRange) -> ColumnElement[bool]:
    column = table.c
    is_wanted = and_(
        column.cut == int(cut), column.grain == int(rows.grain), column.slot >= rows.start, column.slot < rows.end
    )
    if rows.places is None:
        return is_wanted
    return and_(is_wanted, (column.slot % QUARTERS_PER_DAY).in_(rows.places))


def _added(columns: Sequence[ColumnElement[int]]) -> ColumnElement[int]:
    return reduce(lambda one, other: one + other, columns)
