"""Answers questions about a range of days."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from service_kit.database import Database
from service_kit.errors import InvalidInput
from sqlalchemy.orm import Session

from analytics.cuts import NOBODY, TIMED_CUTS, Cut, endpoint_of
from analytics.insights.metrics import (
    ACTIVE_PEOPLE,
    ADDED_METRICS,
    DURATION_METRICS,
    METRICS,
    NANO,
    durations_of,
    figures_of,
    metric_of,
    sums_for,
)
from analytics.insights.ranges import DayRange, Interval
from analytics.insights.rankings import SORTS, SubjectSums
from analytics.insights.repository import InsightRepository
from analytics.insights.schemas import (
    Cohort,
    Endpoint,
    Forecast,
    HeatMap,
    Overview,
    Period,
    Point,
    Ranked,
    Series,
    Timed,
    TimeSeries,
)
from analytics.rollups.sketches import seconds_at
from analytics.times import (
    QUARTERS_PER_DAY,
    Grain,
    date_of,
    day_of,
    first_day,
    number_of,
    period_of,
    quarter_of,
    start_of,
)

HOURS, WEEKDAYS = 24, 7
FIRST_HOUR = 1 / HOURS / 31
_GRAINS = {"day": Grain.DAY, "week": Grain.WEEK, "month": Grain.MONTH}


class InsightService:
    """Reads only; `now` tells the current time."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def overview(self, days: DayRange, cut: Cut, subject: str, *, is_compared: bool) -> Overview:
        """What happened in the range and in the one before, read in one transaction, so that they fit each other."""

        def read(session: Session) -> Overview:
            repository = InsightRepository(session)
            before = _period(repository, days.before(), cut, subject) if is_compared else None
            return Overview(timezone=days.zone.key, period=_period(repository, days, cut, subject), before=before)

        return await self._database.read(read)

    async def series(
        self, days: DayRange, interval: Interval, metric: str, cut: Cut, subjects: list[str], *, top: int
    ) -> TimeSeries:
        """A metric over time: of these subjects, or without any of those with most messages or requests.

        Raises: InvalidInput (422) for a metric that is not kept for the cut or the interval.
        """
        _check_metric(metric, cut, interval)
        bounds = days.bounds(interval)

        def read(session: Session) -> list[Series]:
            repository = InsightRepository(session)
            chosen = subjects or _leaders(repository, cut, bounds, top)
            if metric == ACTIVE_PEOPLE:
                return [Series(subject=NOBODY, points=_active(repository, days, interval))]
            if metric in DURATION_METRICS:
                measure, share = DURATION_METRICS[metric]
                values = {
                    one: [seconds_at(sketch, share) for sketch in repository.duration_series(measure, one, cut, bounds)]
                    for one in chosen
                }
            else:
                sums = repository.series(cut, chosen, bounds, sums_for(metric))
                values = {one: [metric_of(slot, metric) for slot in sums[one]] for one in chosen}
            return [Series(subject=one, points=_points(bounds, values[one])) for one in chosen]

        found = await self._database.read(read)
        return TimeSeries(metric=metric, interval=interval, timezone=days.zone.key, series=found)

    async def ranking(
        self, days: DayRange, cut: Cut, *, sort: str, limit: int, after: tuple[int, str] | None
    ) -> list[SubjectSums]:
        """The subjects with most of something, behind the one with that much and that name.

        Raises: InvalidInput (422) for what nothing can be sorted by.
        """
        if sort not in SORTS:
            raise InvalidInput(f"Sort by one of these: {', '.join(SORTS)}.", field="sort")
        begins, ends = days.quarters
        return await self._database.read(
            lambda session: InsightRepository(session).ranking(cut, begins, ends, sort=sort, limit=limit, after=after)
        )

    async def with_durations(self, days: DayRange, cut: Cut, ranked: list[SubjectSums]) -> list[Timed]:
        """The same with how long things took."""
        begins, ends = days.quarters
        subjects = [one.subject for one in ranked]
        found = await self._database.read(
            lambda session: InsightRepository(session).durations(cut, subjects, begins, ends)
        )
        return [
            Timed(subject=one.subject, figures=figures_of(one.sums), durations=durations_of(found, one.subject))
            for one in ranked
        ]

    async def all_rows(self, days: DayRange, cut: Cut, *, sort: str, limit: int) -> Sequence[Ranked]:
        """The subjects with most of something, with how long things took where that is kept; of all the one sum."""
        if cut is Cut.ALL:
            begins, ends = days.quarters
            sums = await self._database.read(
                lambda session: InsightRepository(session).total(Cut.ALL, NOBODY, begins, ends)
            )
            found = [SubjectSums(NOBODY, sums, 0)]
        else:
            found = await self.ranking(days, cut, sort=sort, limit=limit, after=None)
        return await self.with_durations(days, cut, found) if cut in TIMED_CUTS else [ranked_of(one) for one in found]

    async def heat_map(self, days: DayRange, metric: str) -> HeatMap:
        """When in the week things happen. Raises InvalidInput (422) for a metric that cannot be added up."""
        if metric not in ADDED_METRICS:
            raise InvalidInput(f"Choose one that can be added up: {', '.join(ADDED_METRICS)}.", field="metric")
        bounds = days.bounds("hour")
        sums = await self._database.read(
            lambda session: InsightRepository(session).series(Cut.ALL, [NOBODY], bounds, sums_for(metric))[NOBODY]
        )
        values = [[0.0] * HOURS for _ in range(WEEKDAYS)]
        for bound, slot in zip(bounds, sums, strict=False):
            local = start_of(bound).astimezone(days.zone)
            values[local.weekday()][local.hour] += metric_of(slot, metric) or 0.0
        return HeatMap(metric=metric, timezone=days.zone.key, values=values)

    async def retention(self, weeks: int) -> list[Cohort]:
        """Of the people of each of the last weeks, how many were active in the weeks since."""
        this_week = period_of(day_of(self._now()), Grain.WEEK)
        first = this_week - weeks + 1

        def read(session: Session) -> tuple[dict[int, int], dict[tuple[int, int], int]]:
            repository = InsightRepository(session)
            return repository.registered(first), repository.cohorts(first)

        registered, cells = await self._database.read(read)
        return [
            Cohort(
                week=date_of(first_day(week, Grain.WEEK)),
                registered=registered.get(week, 0),
                active=[cells.get((week, later), 0) for later in range(week, this_week + 1)],
            )
            for week in range(first, this_week + 1)
        ]

    async def forecast(self, zone_of: DayRange) -> Forecast:
        """What the month that is running in the range's zone will cost, by the run of the month so far."""
        now = self._now()
        month = now.astimezone(zone_of.zone).date().replace(day=1)
        end = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        begins, ends = DayRange(month, end, zone_of.zone).quarters
        share = min(1.0, max(0.0, (now - start_of(begins)) / (start_of(ends) - start_of(begins))))
        sums = await self._database.read(
            lambda session: InsightRepository(session).total(Cut.ALL, NOBODY, begins, quarter_of(now) + 1)
        )
        cost = sums["cost_nano_usd"] / NANO
        return Forecast(
            month=month,
            cost_usd=cost,
            share_over=share,
            forecast_usd=cost / share if share >= FIRST_HOUR else None,
        )


def ranked_of(found: SubjectSums) -> Ranked:
    """A row of a ranking as it is shown."""
    return Ranked(subject=found.subject, figures=figures_of(found.sums))


def endpoint_row(row: Timed) -> Endpoint:
    """The row of an endpoint, with the parts of its name."""
    service, method, route = endpoint_of(row.subject)
    return Endpoint(
        subject=row.subject,
        figures=row.figures,
        durations=row.durations,
        service=service,
        method=method,
        route=route,
    )


def _period(repository: InsightRepository, days: DayRange, cut: Cut, subject: str) -> Period:
    begins, ends = days.quarters
    durations = repository.durations(cut, [subject], begins, ends) if cut in TIMED_CUTS else {}
    return Period(
        first_day=days.first,
        last_day=days.last,
        figures=figures_of(repository.total(cut, subject, begins, ends)),
        durations=durations_of(durations, subject),
        active_people=repository.active_people(*days.utc_days),
    )


def _check_metric(metric: str, cut: Cut, interval: Interval) -> None:
    if metric not in METRICS:
        raise InvalidInput(f"There is no such metric. Choose one of these: {', '.join(METRICS)}.", field="metric")
    if metric in DURATION_METRICS and cut not in TIMED_CUTS:
        raise InvalidInput("Durations are kept for all, models, endpoints and providers.", field="by")
    if metric == ACTIVE_PEOPLE and (cut is not Cut.ALL or interval not in _GRAINS):
        raise InvalidInput("People are counted by day, week and month, and not by anything else.", field="interval")


def _leaders(repository: InsightRepository, cut: Cut, bounds: list[int], top: int) -> list[str]:
    if cut is Cut.ALL:
        return [NOBODY]
    sort = "requests" if cut is Cut.ENDPOINT else "messages"
    ranked = repository.ranking(cut, bounds[0], bounds[-1], sort=sort, limit=top, after=None)
    return [one.subject for one in ranked]


def _points(bounds: list[int], values: list[float | None]) -> list[Point]:
    return [Point(starts_at=start_of(bound), value=value) for bound, value in zip(bounds, values, strict=False)]


def _active(repository: InsightRepository, days: DayRange, interval: Interval) -> list[Point]:
    """By UTC days, ISO weeks and months, whatever the viewer's zone: people are counted in those."""
    grain = _GRAINS[interval]
    first, last = (period_of(number_of(day), grain) for day in (days.first, days.last))
    counts = repository.active_counts(grain, first, last + 1)
    return [
        Point(starts_at=start_of(first_day(slot, grain) * QUARTERS_PER_DAY), value=counts.get(slot, 0))
        for slot in range(first, last + 1)
    ]
