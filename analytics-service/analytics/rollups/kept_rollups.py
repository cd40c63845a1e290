"""All SQL of the recount: reads what is kept of a day, and puts something else in its place."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from analytics.cuts import FIGURES, NOBODY, Cut, Measure
from analytics.db.tables import (
    active_counts,
    active_people,
    cohorts,
    counted_conversations,
    figures,
    people,
    sketches,
    totals,
)
from analytics.rollups.people_repository import PeopleRepository
from analytics.rollups.repository import RollupRepository
from analytics.rollups.sketches import Sketch, decode
from analytics.rollups.tally import ERASED_PREFIX, FigureKey, SketchKey, Tally
from analytics.times import QUARTERS_PER_DAY, Grain, period_of


class KeptRollups:
    """Works in the transaction of the session that it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._repository = RollupRepository(session)

    def days(self) -> set[int]:
        """The UTC days of which anything is kept."""
        of_all = select(figures.c.grain, figures.c.slot).where(
            figures.c.cut == int(Cut.ALL), figures.c.grain.in_([int(Grain.QUARTER), int(Grain.DAY)])
        )
        of_people = select(active_counts.c.slot).where(active_counts.c.grain == int(Grain.DAY))
        days = {
            row.slot // QUARTERS_PER_DAY if row.grain == Grain.QUARTER else row.slot
            for row in self._session.execute(of_all)
        }
        return days | set(self._session.scalars(of_people))

    def figures(self, day: int) -> dict[FigureKey, dict[str, int]]:
        """All sums of the day and of its quarter hours."""
        return {
            (Cut(row["cut"]), Grain(row["grain"]), row["slot"], row["subject"]): {name: row[name] for name in FIGURES}
            for row in self._session.execute(select(figures).where(_of_day(figures, day))).mappings()
        }

    def sketches(self, day: int) -> dict[SketchKey, Sketch]:
        """All durations of the day and of its quarter hours."""
        return {
            (Cut(row.cut), Grain(row.grain), row.slot, row.subject, Measure(row.measure)): decode(row.buckets)
            for row in self._session.execute(select(sketches).where(_of_day(sketches, day)))
        }

    def active(self, day: int) -> set[str]:
        """Under which names people were active."""
        table = active_people.c
        query = select(table.user_id).where(table.grain == int(Grain.DAY), table.slot == day)
        return set(self._session.scalars(query))

    def replace_day(self, day: int, expected: Tally, active: Collection[str]) -> None:
        """Puts these sums, durations and people in the place of those that are kept."""
        for table in (figures, sketches):
            self._session.execute(delete(table).where(_of_day(table, day)))
        self._repository.add_figures(expected.figures)
        self._repository.add_sketches(expected.sketches)
        names = active_people.c
        on_day = and_(names.grain == int(Grain.DAY), names.slot == day)
        self._session.execute(delete(active_people).where(on_day, names.user_id.not_in(active)))
        grains = {name: [Grain.DAY] if name.startswith(ERASED_PREFIX) else _PERIODS for name in active}
        rows = [(grain, period_of(day, grain), name) for name, of_name in grains.items() for grain in of_name]
        PeopleRepository(self._session).add_active(rows)

    def differences_of_sums(self, *, is_repaired: bool) -> list[str]:
        """What does not fit the rows that it was counted from, in words; put right if that is asked for."""
        found = []
        for name, kept, counted, replace in (
            ("totals", *self._totals(), self._replace_totals),
            ("numbers of active people", *self._active_counts(), self._replace_active_counts),
            ("cohorts", *self._cohorts(), self._replace_cohorts),
        ):
            if kept != counted:
                found.append(f"The {name} differ from what they are counted from.")
                if is_repaired:
                    replace(counted)
        return found

    def _totals(self) -> tuple[Any, Any]:
        columns = (totals.c.users, totals.c.conversations, totals.c.messages, totals.c.total_tokens)
        kept = self._session.execute(select(*columns)).one_or_none()
        is_all = and_(figures.c.cut == int(Cut.ALL), figures.c.grain == int(Grain.DAY), figures.c.subject == NOBODY)
        sums = select(func.sum(figures.c.questions + figures.c.answers), func.sum(figures.c.total_tokens))
        messages, tokens = self._session.execute(sums.where(is_all)).one()
        users = self._count(people, people.c.registered_week.is_not(None))
        counted = (users, self._count(counted_conversations), int(messages or 0), int(tokens or 0))
        return tuple(kept or (0, 0, 0, 0)), counted

    def _replace_totals(self, counted: Any) -> None:
        self._session.execute(delete(totals))
        users, conversations, messages, tokens = counted
        self._repository.add_to_totals(users=users, conversations=conversations, messages=messages, total_tokens=tokens)

    def _active_counts(self) -> tuple[Any, Any]:
        table = active_people.c
        counted = select(table.grain, table.slot, func.count()).group_by(table.grain, table.slot)
        kept = select(active_counts.c.grain, active_counts.c.slot, active_counts.c.people).where(
            active_counts.c.people != 0
        )
        return self._cells(kept), self._cells(counted)

    def _replace_active_counts(self, counted: Any) -> None:
        self._session.execute(delete(active_counts))
        PeopleRepository(self._session).add_to_counts(counted)

    def _cohorts(self) -> tuple[Any, Any]:
        """Erased people cannot be followed from week to week: what is kept of them is believed as far as it can be."""
        kept = self._cells(
            select(cohorts.c.registered_week, cohorts.c.active_week, cohorts.c.people).where(cohorts.c.people != 0)
        )
        active = active_people.c
        is_same = and_(active.user_id == people.c.user_id, active.grain == int(Grain.WEEK))
        known = self._cells(
            select(people.c.registered_week, active.slot, func.count())
            .join_from(people, active_people, is_same)
            .where(people.c.registered_week.is_not(None))
            .group_by(people.c.registered_week, active.slot)
        )
        is_erased = active.user_id.startswith(ERASED_PREFIX, autoescape=True)
        of_erased = select(active.slot, func.count()).where(active.grain == int(Grain.WEEK), is_erased)
        erased = {row[0]: row[1] for row in self._session.execute(of_erased.group_by(active.slot))}
        return kept, _nearest(kept, known, erased)

    def _replace_cohorts(self, counted: Any) -> None:
        self._session.execute(delete(cohorts))
        PeopleRepository(self._session).add_to_cohorts(counted)

    def _cells(self, query: Any) -> dict[tuple[int, int], int]:
        return {(row[0], row[1]): row[2] for row in self._session.execute(query)}

    def _count(self, table: Table, *where: ColumnElement[bool]) -> int:
        return self._session.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


_PERIODS = [Grain.DAY, Grain.WEEK, Grain.MONTH]
Cells = Mapping[tuple[int, int], int]


def _nearest(kept: Cells, known: Cells, erased: Mapping[int, int]) -> dict[tuple[int, int], int]:
    """For each cell the number nearest to what is kept that known and erased people can make up."""
    cells = {
        (registered, week): min(max(kept.get((registered, week), 0), low), low + erased.get(week, 0))
        for registered, week in kept.keys() | known.keys()
        for low in [known.get((registered, week), 0)]
    }
    return {cell: count for cell, count in cells.items() if count}


def _of_day(table: Table, day: int) -> ColumnElement[bool]:
    quarters = and_(
        table.c.grain == int(Grain.QUARTER),
        table.c.slot >= day * QUARTERS_PER_DAY,
        table.c.slot < (day + 1) * QUARTERS_PER_DAY,
    )
    is_here = or_(and_(table.c.grain == int(Grain.DAY), table.c.slot == day), quarters)
    return and_(table.c.cut.in_([int(cut) for cut in Cut]), is_here)
