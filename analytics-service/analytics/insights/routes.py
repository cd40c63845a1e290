"""`/analytics` about a range of days, for administrators and managers."""

from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Depends, Query, Response
from service_kit.authentication import Analyst
from service_kit.errors import InvalidInput
from service_kit.pagination import Page, PageDep
from service_kit.problems import problem_responses

from analytics.cuts import LONGEST_SUBJECT, NOBODY, Cut
from analytics.dependencies import InsightServiceDep, RangeDep
from analytics.insights.export import Table, csv_of, json_of, table_of_list, table_of_series
from analytics.insights.metrics import METRICS
from analytics.insights.ranges import DayRange, Interval
from analytics.insights.rankings import SORTS, SubjectSums
from analytics.insights.schemas import (
    Cohort,
    Endpoint,
    Forecast,
    HeatMap,
    Overview,
    Ranked,
    Timed,
    TimeSeries,
)
from analytics.insights.service import InsightService, endpoint_row, ranked_of

router = APIRouter(prefix="/analytics", tags=["analytics"], responses=problem_responses(401, 403, 503))
MOST_EXPORTED = 10_000

CutName = Literal["all", "person", "model", "role", "endpoint", "conversation", "provider"]
MetricQuery = Annotated[str, Query(json_schema_extra={"enum": list(METRICS)})]
CutQuery = Annotated[CutName, Query(description="What the figures are about; `subject` names which one.")]
SubjectQuery = Annotated[str, Query(max_length=LONGEST_SUBJECT, description="An id or name; empty with `all`.")]
TopQuery = Annotated[int, Query(ge=1, le=20)]
SubjectsQuery = Annotated[list[str], Query(alias="subject", max_length=20)]
SortQuery = Annotated[
    str, Query(json_schema_extra={"enum": list(SORTS)}, description="By what the list is sorted, most first.")
]


class Export(NamedTuple):
    """A table, and the name of its file without what tells the format."""

    table: Table
    name: str


@router.get("/overview")
async def get_overview(
    _analyst: Analyst,
    insights: InsightServiceDep,
    days: RangeDep,
    compare: bool = True,
    by: CutQuery = "all",
    subject: SubjectQuery = NOBODY,
) -> Overview:
    """What happened, beside what happened in as many days before; of one person, model, … with `by` and `subject`."""
    return await insights.overview(days, Cut[by.upper()], subject, is_compared=compare)


@router.get("/timeseries")
async def get_timeseries(
    _analyst: Analyst,
    insights: InsightServiceDep,
    days: RangeDep,
    metric: MetricQuery,
    interval: Interval = "day",
    by: CutQuery = "all",
    subjects: SubjectsQuery = [],  # noqa: B006 - FastAPI copies it
    top: TopQuery = 5,
) -> TimeSeries:
    """A metric over time; cut by something, of the `top` subjects or of those that are named."""
    return await insights.series(days, interval, metric, Cut[by.upper()], subjects, top=top)


@router.get("/users")
async def list_users(
    _analyst: Analyst, insights: InsightServiceDep, days: RangeDep, page: PageDep, sort: SortQuery = "messages"
) -> list[Ranked]:
    """People by their ids, and what they did."""
    return [ranked_of(one) for one in await _page_of(insights, days, Cut.PERSON, page, sort)]


@router.get("/conversations")
async def list_conversations(
    _analyst: Analyst, insights: InsightServiceDep, days: RangeDep, page: PageDep, sort: SortQuery = "messages"
) -> list[Ranked]:
    """Conversations by their ids, and what happened in them."""
    return [ranked_of(one) for one in await _page_of(insights, days, Cut.CONVERSATION, page, sort)]


@router.get("/models")
async def list_models(
    _analyst: Analyst, insights: InsightServiceDep, days: RangeDep, page: PageDep, sort: SortQuery = "messages"
) -> list[Timed]:
    """Models, with how long their answers took and what people think of them."""
    return await insights.with_durations(days, Cut.MODEL, await _page_of(insights, days, Cut.MODEL, page, sort))


@router.get("/providers")
async def list_providers(
    _analyst: Analyst, insights: InsightServiceDep, days: RangeDep, page: PageDep, sort: SortQuery = "messages"
) -> list[Timed]:
    """Providers of models, with the answers that failed and how long they took."""
    return await insights.with_durations(days, Cut.PROVIDER, await _page_of(insights, days, Cut.PROVIDER, page, sort))


@router.get("/roles")
async def list_roles(_analyst: Analyst, insights: InsightServiceDep, days: RangeDep) -> list[Ranked]:
    """Messages and tokens of people and of the models."""
    found = await insights.ranking(days, Cut.ROLE, sort="total_tokens", limit=2, after=None)
    return [ranked_of(one) for one in found]


@router.get("/endpoints")
async def list_endpoints(
    _analyst: Analyst, insights: InsightServiceDep, days: RangeDep, page: PageDep, sort: SortQuery = "requests"
) -> list[Endpoint]:
    """Endpoints by service, method and route template, with their errors and how long they took."""
    found = await _page_of(insights, days, Cut.ENDPOINT, page, sort)
    rows = await insights.with_durations(days, Cut.ENDPOINT, found)
    return [endpoint_row(row) for row in rows]


@router.get("/heatmap")
async def get_heat_map(
    _analyst: Analyst, insights: InsightServiceDep, days: RangeDep, metric: MetricQuery = "messages"
) -> HeatMap:
    """The busiest hours of the week, in the viewer's time zone; at most 83 days."""
    return await insights.heat_map(days, metric)


@router.get("/retention")
async def get_retention(
    _analyst: Analyst, insights: InsightServiceDep, weeks: Annotated[int, Query(ge=1, le=104)] = 12
) -> list[Cohort]:
    """How many of the people of each of the last weeks came back in the weeks since."""
    return await insights.retention(weeks)


@router.get("/forecast")
async def get_forecast(_analyst: Analyst, insights: InsightServiceDep, days: RangeDep) -> Forecast:
    """What this month will have cost if it goes on as it went so far; of the range only its time zone counts."""
    return await insights.forecast(days)


async def get_export(
    insights: InsightServiceDep,
    days: RangeDep,
    by: CutQuery = "all",
    sort: SortQuery = "messages",
    metric: Annotated[
        str | None,
        Query(json_schema_extra={"enum": list(METRICS)}, description="With it a series, else a list."),
    ] = None,
    interval: Interval = "day",
    subjects: SubjectsQuery = [],  # noqa: B006 - FastAPI copies it
    top: TopQuery = 5,
) -> Export:
    """What is exported, and the beginning of its file's name."""
    cut = Cut[by.upper()]
    if metric is None:
        table = table_of_list(by, await insights.all_rows(days, cut, sort=sort, limit=MOST_EXPORTED))
    else:
        table = table_of_series(by, await insights.series(days, interval, metric, cut, subjects, top=top))
    return Export(table, f"convoai-{metric or by}-{days.first.isoformat()}-{days.last.isoformat()}")


ExportDep = Annotated[Export, Depends(get_export)]


@router.get("/export.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def export_csv(_analyst: Analyst, export: ExportDep) -> Response:
    """The figures of all persons, models, …, at most 10,000 rows; or with `metric` a row for each point of a series.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    return _as_file(csv_of(export.table), "text/csv", f"{export.name}.csv")


@router.get("/export.json", responses={200: {"model": list[dict[str, str | int | float | None]]}})
async def export_json(_analyst: Analyst, export: ExportDep) -> Response:
    """The same as an array of objects, whose names are those of the columns."""
    return _as_file(json_of(export.table), "application/json", f"{export.name}.json")


def _as_file(content: str | bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _after(page: Page) -> tuple[int, str] | None:
    position = page.position(2)
    if position is None:
        return None
    rank, subject = position
    if not isinstance(rank, int):
        raise InvalidInput("The cursor is not one that this list gave out. Start again without it.", field="cursor")
    return rank, str(subject)


async def _page_of(insights: InsightService, days: DayRange, cut: Cut, page: Page, sort: str) -> list[SubjectSums]:
    """The rows of the page; one more than it holds says that there is a next one."""
    found = await insights.ranking(days, cut, sort=sort, limit=page.limit + 1, after=_after(page))
    if len(found) > page.limit:
        last = found[page.limit - 1]
        page.announce_next(last.rank, last.subject)
    return found[: page.limit]
