"""`/analytics` about a range of days: exact in the viewer's time zone, shown to few."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from analytics.cuts import FIGURES
from analytics.insights.metrics import FIGURE_METRICS, metric_of, sums_for
from analytics.insights.ranges import DayRange, parts_of
from hypothesis import given
from hypothesis import strategies as st
from service_kit.clock import utc_now
from service_kit.events import AnyEvent, ApiRequest, MessageCreated, TitleGenerated, UserLogin, UserRegistered

HeadersFor = Callable[[str], dict[str, str]]
Send = Callable[..., Awaitable[httpx.Response]]
Ask = Callable[..., Awaitable[Any]]
BERLIN = ZoneInfo("Europe/Berlin")
LISTS = ("users", "conversations", "models", "providers", "roles", "endpoints")
PATHS = (*LISTS, "overview", "timeseries?metric=messages", "heatmap", "retention", "forecast")
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"])


@pytest.fixture
def ask(client: httpx.AsyncClient, headers_for: HeadersFor) -> Ask:
    async def ask(path: str, **params: Any) -> Any:
        response = await client.get(f"/analytics/{path}", headers=headers_for("manager"), params=params)
        assert response.status_code == 200, response.text
        return response.json()

    return ask


def answer(at: datetime, number: int = 0, **fields: Any) -> MessageCreated:
    facts: dict[str, Any] = {"user_id": "ada", "conversation_id": "c", "model": "gpt-4", "total_tokens": 10}
    facts |= {"cost_nano_usd": 2_000_000_000, "response_time": 2.0, "time_to_first_token": 0.5}
    return MessageCreated(**(facts | fields), source="chat", message_id=f"m{number}", role="assistant", occurred_at=at)


def request(at: datetime, status: int = 200, seconds: float = 0.1) -> ApiRequest:
    return ApiRequest(
        source="chat", user_id="ada", endpoint="/models", method="GET", status_code=status, response_time=seconds,
        occurred_at=at,
    )  # fmt: skip


class TestWhoMaySee:
    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize(
        ("caller", "status"), [("anonymous", 401), ("user", 403), ("service", 401), ("admin", 200)]
    )
    async def test_staff_alone(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, path: str, caller: str, status: int
    ) -> None:
        assert (await client.get(f"/analytics/{path}", headers=headers_for(caller))).status_code == status


class TestRanges:
    @given(zone=ZONES, first=st.dates(date(2000, 1, 1), date(2040, 1, 1)), length=st.integers(0, 400))
    def test_parts_are_the_range_without_gap_or_overlap(self, zone: str, first: date, length: int) -> None:
        begins, ends = DayRange(first, first + timedelta(days=length), ZoneInfo(zone)).quarters
        at = begins
        for grain, start, end in parts_of(begins, ends):
            unit = 96 if grain else 1
            assert start * unit == at
            at = end * unit
        assert at == ends

    @given(zone=ZONES, first=st.dates(date(2000, 1, 1), date(2040, 1, 1)), interval=st.sampled_from(["day", "week"]))
    def test_bounds_are_local_midnights_in_a_row(self, zone: str, first: date, interval: Any) -> None:
        days = DayRange(first, first + timedelta(days=30), ZoneInfo(zone))
        bounds = days.bounds(interval)
        assert (bounds[0], bounds[-1]) == days.quarters
        assert bounds == sorted(set(bounds))

    def test_days_at_a_change_of_clocks_have_23_and_25_hours(self) -> None:
        for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)):
            assert len(DayRange(day, day, BERLIN).bounds("hour")) - 1 == hours

    @pytest.mark.parametrize(
        ("params", "field"),
        [
            ({"timezone": "Mars/Olympus"}, "timezone"),
            ({"timezone": "../etc/passwd"}, "timezone"),
            ({"from": "2026-03-02", "to": "2026-03-01"}, "to"),
            ({"from": "1999-01-01"}, "from"),
            ({"from": "2001-01-01", "interval": "hour"}, "interval"),
            ({"metric": "happiness"}, "metric"),
            ({"by": "person", "metric": "answer_p95"}, "by"),
            ({"interval": "hour", "metric": "active_people"}, "interval"),
        ],
    )
    async def test_what_makes_no_range_is_refused_with_the_field(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, params: dict[str, str], field: str
    ) -> None:
        asked = {"metric": "messages"} | params
        response = await client.get("/analytics/timeseries", headers=headers_for("admin"), params=asked)
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == field


class TestOverview:
    async def test_counts_the_viewers_days_to_the_quarter_hour(self, send: Send, ask: Ask) -> None:
        first, behind = datetime(2026, 3, 28, tzinfo=BERLIN), datetime(2026, 3, 31, tzinfo=BERLIN)
        inside = [first, first + timedelta(hours=30), behind.astimezone(UTC) - timedelta(microseconds=1)]
        outside = [first.astimezone(UTC) - timedelta(microseconds=1), behind]
        await send(*(answer(at, number) for number, at in enumerate(inside + outside)))
        asked = {"from": "2026-03-28", "to": "2026-03-30", "timezone": "Europe/Berlin"}
        found = await ask("overview", **asked)
        figures = found["period"]["figures"]
        assert (figures["answers"], figures["cost_usd"], figures["total_tokens"]) == (3, 6.0, 30)
        assert found["before"]["figures"]["answers"] == 1
        assert (found["before"]["first_day"], found["before"]["last_day"]) == ("2026-03-25", "2026-03-27")
        assert found["period"]["durations"]["answer"]["p50"] == pytest.approx(2.0, rel=0.01)

    async def test_without_anything_divides_by_nothing(self, ask: Ask) -> None:
        figures = (await ask("overview"))["period"]["figures"]
        assert (figures["messages"], figures["error_rate"], figures["avg_answer_seconds"]) == (0, None, None)

    async def test_of_one_person_is_theirs(self, send: Send, ask: Ask) -> None:
        now = utc_now()
        await send(answer(now, 1), answer(now, 2, user_id="bob"))
        found = await ask("overview", by="person", subject="bob")
        assert found["period"]["figures"]["answers"] == 1


class TestTimeSeries:
    @pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"])
    @pytest.mark.parametrize("interval", ["hour", "day", "week", "month"])
    async def test_every_event_is_in_the_point_that_it_belongs_to(
        self, send: Send, ask: Ask, zone: str, interval: str
    ) -> None:
        first = datetime(2026, 3, 20, tzinfo=ZoneInfo(zone))
        moments = [first.astimezone(UTC) + timedelta(minutes=97 * number) for number in range(400)]
        await send(*(answer(at, number) for number, at in enumerate(moments)))
        asked = {"from": "2026-03-20", "to": "2026-04-20", "timezone": zone}
        found = await ask("timeseries", metric="answers", interval=interval, **asked)
        points = [(datetime.fromisoformat(p["starts_at"]), p["value"]) for p in found["series"][0]["points"]]
        ends = [*(start for start, _ in points[1:]), datetime.max.replace(tzinfo=UTC)]
        for (start, value), end in zip(points, ends, strict=True):
            assert value == sum(start <= at < end for at in moments)
        assert sum(value for _, value in points) == 400

    async def test_is_cut_by_the_leaders(self, send: Send, ask: Ask) -> None:
        now = utc_now()
        models = ["a", "b", "b", "c", "c", "c"]
        await send(*(answer(now, number, model=model) for number, model in enumerate(models)))
        found = await ask("timeseries", metric="answers", by="model", top=2)
        assert [series["subject"] for series in found["series"]] == ["c", "b"]
        assert [series["points"][-1]["value"] for series in found["series"]] == [3, 2]

    async def test_shows_quantiles_over_time(self, send: Send, ask: Ask) -> None:
        await send(*(request(utc_now(), seconds=number / 100) for number in range(1, 101)))
        found = await ask("timeseries", metric="request_p95")
        *before, today = [point["value"] for point in found["series"][0]["points"]]
        assert today == pytest.approx(0.95, rel=0.02)
        assert set(before) == {None}

    async def test_counts_people_once_a_week(self, send: Send, ask: Ask) -> None:
        days = [datetime(2026, 3, 2 + number, 12, tzinfo=UTC) for number in range(7)]
        await send(*(UserLogin(source="auth", user_id="ada", occurred_at=at) for at in days))
        asked = {"from": "2026-03-02", "to": "2026-03-08", "metric": "active_people"}
        for interval, values in (("week", [1]), ("day", [1] * 7), ("month", [1])):
            found = await ask("timeseries", interval=interval, **asked)
            assert [point["value"] for point in found["series"][0]["points"]] == values


class TestMetrics:
    @pytest.mark.parametrize("metric", FIGURE_METRICS)
    def test_is_made_of_the_sums_that_are_read_for_it(self, metric: str) -> None:
        sums = dict(zip(FIGURES, range(3, 100, 2), strict=False))
        read = {name: sums[name] for name in sums_for(metric)}
        assert metric_of(read, metric) == metric_of(sums, metric)


class TestRankings:
    async def test_pages_follow_each_other_by_rank_and_name(
        self, send: Send, client: httpx.AsyncClient, headers_for: HeadersFor
    ) -> None:
        now = utc_now()
        await send(
            *(answer(now, number, user_id=f"u{number % 25:02}") for number in range(90)),
        )
        seen: list[tuple[int, str]] = []
        url = "/analytics/users?limit=4&sort=answers"
        while url:
            response = await client.get(url, headers=headers_for("admin"))
            seen += [(-one["figures"]["answers"], one["subject"]) for one in response.json()]
            url = response.links.get("next", {}).get("url", "")
        assert len(seen) == 25
        assert seen == sorted(seen)

    async def test_endpoints_tell_their_errors_and_times(self, send: Send, ask: Ask) -> None:
        now = utc_now()
        await send(*(request(now, status) for status in (200, 404, 500, 503)))
        (found,) = await ask("endpoints")
        assert (found["service"], found["method"], found["route"]) == ("chat", "GET", "/models")
        assert (found["figures"]["error_rate"], found["figures"]["requests_4xx"]) == (0.5, 1)
        assert found["durations"]["request"]["p99"] == pytest.approx(0.1, rel=0.01)

    async def test_providers_tell_their_failures_and_times(self, send: Send, ask: Ask) -> None:
        at = utc_now()
        title: dict[str, Any] = {"model": "gpt-4", "total_tokens": 5, "cost_nano_usd": 500_000_000, "occurred_at": at}
        await send(
            *(answer(at, n, provider="near", response_time=1.0) for n in range(3)),
            answer(at, 3, provider="near", status="failed", total_tokens=0, cost_nano_usd=None),
            answer(at, 4, provider="far", total_tokens=100),
            answer(at, 5),  # nobody says who answered
            TitleGenerated(source="chat", user_id="ada", conversation_id="c", provider="near", **title),
        )
        near, far = await ask("providers", sort="failed_answers")
        assert (near["subject"], far["subject"]) == ("near", "far")
        figures = near["figures"]
        assert (figures["messages"], figures["failed_answers"], figures["failed_share"]) == (4, 1, 0.25)
        assert (figures["total_tokens"], figures["cost_usd"], figures["priced_answers"]) == (35, 6.5, 3)
        assert near["durations"]["answer"]["p50"] == pytest.approx(1.0, rel=0.01)
        assert [row["subject"] for row in await ask("providers", sort="total_tokens")] == ["far", "near"]

    @pytest.mark.parametrize("params", [{"sort": "name"}, {"cursor": "e30"}, {"cursor": "WyJhIiwgImIiXQ"}])
    async def test_what_no_list_gave_out_is_refused(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, params: dict[str, str]
    ) -> None:
        response = await client.get("/analytics/users", headers=headers_for("admin"), params=params)
        assert response.status_code == 422


class TestHeatMap:
    async def test_is_in_the_viewers_hours(self, send: Send, ask: Ask) -> None:
        at = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)  # in Berlin half past midnight, on Monday
        await send(answer(at), answer(at, 1))
        asked = {"from": "2026-03-25", "to": "2026-03-31"}
        for zone, weekday, hour in (("Europe/Berlin", 0, 0), ("UTC", 6, 22)):
            values = (await ask("heatmap", metric="messages", timezone=zone, **asked))["values"]
            assert values[weekday][hour] == 2
            assert sum(map(sum, values)) == 2


class TestRetention:
    async def test_follows_the_people_of_a_week_whatever_comes_first(self, send: Send, ask: Ask) -> None:
        now = utc_now()
        events: list[AnyEvent] = [
            UserLogin(source="auth", user_id="ada", occurred_at=now),
            UserLogin(source="auth", user_id="bob", occurred_at=now - timedelta(weeks=2)),
            *(UserRegistered(source="auth", user_id=u, occurred_at=now - timedelta(weeks=2)) for u in ("ada", "bob")),
        ]
        for event in events:
            await send(event)
        oldest, *others = await ask("retention", weeks=3)
        assert (oldest["registered"], oldest["active"]) == (2, [1, 0, 1])
        assert all(cohort["registered"] == 0 for cohort in others)


class TestForecast:
    async def test_goes_by_the_run_of_the_month(self, send: Send, ask: Ask) -> None:
        await send(answer(utc_now()))
        found = await ask("forecast")
        assert found["cost_usd"] == 2.0
        if found["forecast_usd"] is not None:
            assert found["forecast_usd"] == pytest.approx(2.0 / found["share_over"])
