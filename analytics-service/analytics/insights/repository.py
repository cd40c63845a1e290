"""All SQL that reads figures of a range: sums by slot and by subject, and durations."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import reduce
from itertools import groupby, pairwise
from math import gcd

from sqlalchemy import ColumnElement, and_, distinct, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from analytics.cuts import FIGURES, NOBODY, Cut, Measure
from analytics.db.tables import active_counts, active_people, cohorts, figures, people, sketches
from analytics.insights.ranges import parts_of
from analytics.insights.rankings import SORTS, SubjectSums, Sums
from analytics.rollups.sketches import Sketch, decode
from analytics.times import QUARTERS_PER_DAY, Grain


class InsightRepository:
    """Reads rollups in the session that it is given, never an event."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def total(self, cut: Cut, subject: str, begins: int, ends: int) -> Sums:
        """The sums of a subject in these quarter hours."""
        sums: Sums = Counter()
        columns = [func.sum(figures.c[name]) for name in FIGURES]
        for grain, start, end in parts_of(begins, ends):
            query = select(*columns).where(_in_slots(cut, grain, start, end), figures.c.subject == subject)
            row = self._session.connection().execute(query).one()
            sums.update({name: int(amount) for name, amount in zip(FIGURES, row, strict=True) if amount})
        return sums

    def ranking(
        self, cut: Cut, begins: int, ends: int, *, sort: str, limit: int, after: tuple[int, str] | None
    ) -> list[SubjectSums]:
        """The subjects with most of what is sorted by, and their sums; behind the one with that much and that name."""
        columns = [figures.c.subject, *(figures.c[name] for name in FIGURES)]
        slots = union_all(
            *(
                select(*columns).where(_in_slots(cut, grain, start, end), figures.c.subject != NOBODY)
                for grain, start, end in parts_of(begins, ends)
            )
        ).subquery()
        rank: ColumnElement[int] = reduce(lambda one, other: one + other, (func.sum(slots.c[n]) for n in SORTS[sort]))
        sums = [func.sum(slots.c[name]).label(name) for name in FIGURES]
        query = select(slots.c.subject, rank.label("rank"), *sums).group_by(slots.c.subject)
        if after is not None:
            query = query.having(or_(rank < after[0], and_(rank == after[0], slots.c.subject > after[1])))
        rows = self._session.execute(query.order_by(rank.desc(), slots.c.subject).limit(limit)).mappings()
        return [
            SubjectSums(row["subject"], Counter({name: int(row[name]) for name in FIGURES}), int(row["rank"]))
            for row in rows
        ]

    def series(
        self, cut: Cut, subjects: Collection[str], bounds: Sequence[int], names: Sequence[str]
    ) -> dict[str, list[Sums]]:
        """The sums of these names of each subject between each two bounds, quarter hours both.

        Summed up in the database, a question for each run of steps of one length: 90 days with a change of the clocks
        are three, and give a row for each day.
        """
        found: dict[str, list[Sums]] = {subject: [Counter() for _ in bounds[1:]] for subject in subjects}
        columns = [func.sum(figures.c[name]) for name in names]
        for first, step, count in _runs_of(bounds):
            grain, unit = _grain_of(bounds[first], step)
            start = bounds[first] // unit
            n = (figures.c.slot - literal(start)) // literal(step // unit)
            is_wanted = _in_slots(cut, grain, start, start + count * step // unit)
            query = select(figures.c.subject, n, *columns).where(is_wanted, figures.c.subject.in_(subjects))
            for row in self._session.connection().execute(query.group_by(figures.c.subject, n)):
                sums = {name: int(sum_) for name, sum_ in zip(names, row[2:], strict=True) if sum_}
                found[row[0]][first + int(row[1])].update(sums)
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
        grain, unit = _grain_of(bounds[0], reduce(gcd, (bound - bounds[0] for bound in bounds[1:])))
        table = sketches.c
        query = select(table.slot, table.buckets).where(
            table.cut == int(cut),
            table.subject == subject,
            table.measure == int(measure),
            table.grain == int(grain),
            table.slot >= bounds[0] // unit,
            table.slot < bounds[-1] // unit,
        )
        found: list[Sketch] = [Counter() for _ in bounds[1:]]
        for row in self._session.connection().execute(query):
            found[bisect_right(bounds, row.slot * unit) - 1].update(decode(row.buckets))
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


def _in_slots(cut: Cut, grain: Grain, start: int, end: int) -> ColumnElement[bool]:
    table = figures.c
    return and_(table.cut == int(cut), table.grain == int(grain), table.slot >= start, table.slot < end)


def _runs_of(bounds: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """The steps between bounds, those of one length that follow each other together: place, length, how many."""
    place = 0
    for step, run in groupby(later - earlier for earlier, later in pairwise(bounds)):
        count = len(list(run))
        yield place, step, count
        place += count


def _grain_of(start: int, step: int) -> tuple[Grain, int]:
    """Which rows make up steps from this quarter hour on, and how many quarter hours one of them is."""
    if step % QUARTERS_PER_DAY == 0 and start % QUARTERS_PER_DAY == 0:
        return Grain.DAY, QUARTERS_PER_DAY
    return Grain.QUARTER, 1
