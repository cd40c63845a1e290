"""`/analytics/export`: whatever a chart or list shows, as CSV that runs nothing and as JSON."""

import csv
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from analytics.insights.export import Table, csv_of, harmless
from service_kit.clock import utc_now
from service_kit.events import ApiRequest, MessageCreated

HeadersFor = Callable[[str], dict[str, str]]
Send = Callable[..., Awaitable[httpx.Response]]
Ask = Callable[..., Awaitable[Any]]
AT = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
ONE_DAY = {"from": "2026-03-02", "to": "2026-03-03"}


@pytest.fixture
def fetch(client: httpx.AsyncClient, headers_for: HeadersFor) -> Send:
    async def fetch(path: str, *, caller: str = "manager", **params: Any) -> httpx.Response:
        return await client.get(f"/analytics/{path}", headers=headers_for(caller), params=params)

    return fetch


def answer(number: int, model: str, at: datetime = AT, **fields: Any) -> MessageCreated:
    facts: dict[str, Any] = {"user_id": "ada", "conversation_id": "c", "role": "assistant", "source": "chat"}
    facts |= {"total_tokens": 10, "cost_nano_usd": 2_000_000_000, "response_time": 2.0}
    return MessageCreated(**(facts | fields), message_id=f"m{number}", model=model, occurred_at=at)


def rows_of(response: httpx.Response) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text.lstrip("\ufeff"))))


class TestWhoMay:
    @pytest.mark.parametrize("path", ["export.csv", "export.json"])
    @pytest.mark.parametrize(
        ("caller", "status"), [("anonymous", 401), ("user", 403), ("service", 401), ("admin", 200)]
    )
    async def test_staff_alone(self, fetch: Send, path: str, caller: str, status: int) -> None:
        for params in ({"by": "person"}, {"metric": "messages"}):
            assert (await fetch(path, caller=caller, **params)).status_code == status


class TestLists:
    async def test_hold_the_rows_of_the_list(self, send: Send, fetch: Send) -> None:
        await send(answer(0, "=cmd|' /C calc'!A0", utc_now()), answer(1, "gpt,4", utc_now()))
        response = await fetch("export.csv", by="model")
        rows = rows_of(response)
        assert {row["model"] for row in rows} == {"'=cmd|' /C calc'!A0", "gpt,4"}
        assert {row["cost_usd"] for row in rows} == {"2.0"}
        assert response.headers["content-disposition"].endswith('.csv"')

    async def test_are_the_same_as_json_with_nothing_added_to_texts(self, send: Send, fetch: Send) -> None:
        await send(answer(0, "=1+1"), answer(1, "gpt-4"), answer(2, "gpt-4", status="failed", response_time=None))
        found = (await fetch("export.json", by="model", sort="failed_answers", **ONE_DAY)).json()
        assert [(row["model"], row["answers"], row["failed_share"]) for row in found] == [
            ("gpt-4", 2, 0.5),
            ("=1+1", 1, 0.0),
        ]
        assert found[0]["answer_p50_seconds"] == pytest.approx(2.0, rel=0.01)
        assert found[0]["first_token_p95_seconds"] is None
        listed = (await fetch("models", sort="failed_answers", **ONE_DAY)).json()
        assert [row["figures"].items() <= line.items() for row, line in zip(listed, found, strict=True)] == [True] * 2

    @pytest.mark.parametrize("by", ["all", "person", "model", "role", "endpoint", "conversation", "provider"])
    async def test_are_there_for_every_cut_in_both_forms(self, send: Send, fetch: Send, by: str) -> None:
        facts = {"source": "chat", "user_id": "ada", "endpoint": "/models", "method": "GET"}
        await send(
            answer(0, "gpt-4", provider="near"),
            ApiRequest(**facts, status_code=200, response_time=0.5, occurred_at=AT),
        )
        lines, objects = (
            rows_of(await fetch("export.csv", by=by, **ONE_DAY)),
            await fetch("export.json", by=by, **ONE_DAY),
        )
        assert [list(line) for line in lines] == [list(one) for one in objects.json()]
        assert len(lines) == 1


class TestSeries:
    async def test_hold_the_points_of_the_chart(self, send: Send, fetch: Send) -> None:
        await send(answer(0, "@gpt"), answer(1, "gpt-4"), answer(2, "gpt-4"))
        asked = {"metric": "total_tokens", "interval": "day", "timezone": "Europe/Berlin", "by": "model"}
        lines = rows_of(await fetch("export.csv", **asked, **ONE_DAY))
        assert [tuple(line.values()) for line in lines] == [
            ("gpt-4", "2026-03-01T23:00:00+00:00", "0.0"),
            ("gpt-4", "2026-03-02T23:00:00+00:00", "20.0"),
            ("'@gpt", "2026-03-01T23:00:00+00:00", "0.0"),
            ("'@gpt", "2026-03-02T23:00:00+00:00", "10.0"),
        ]
        named = (await fetch("export.json", **asked, subject="@gpt", **ONE_DAY)).json()
        assert named[-1] == {"model": "@gpt", "starts_at": "2026-03-02T23:00:00+00:00", "total_tokens": 10.0}

    async def test_leave_out_what_cannot_be_divided(self, fetch: Send) -> None:
        assert {line["error_rate"] for line in rows_of(await fetch("export.csv", metric="error_rate"))} == {""}
        assert {one["error_rate"] for one in (await fetch("export.json", metric="error_rate")).json()} == {None}

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"metric": "luck"}, "metric"),
            ({"metric": "answer_p95", "by": "person"}, "by"),
            ({"metric": "messages", "interval": "hour", "from": "2020-01-01"}, "interval"),
            ({"by": "person", "sort": "luck"}, "sort"),
        ],
    )
    async def test_what_there_is_not_is_refused(self, fetch: Send, wrong: dict[str, str], field: str) -> None:
        response = await fetch("export.json", **wrong)
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, field)


class TestCells:
    @pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
    def test_run_no_formula(self, begin: str) -> None:
        assert harmless(f"{begin}1") == f"'{begin}1"
        assert harmless("a=1") == "a=1"
        (row,) = rows_of(httpx.Response(200, text=csv_of(Table(["subject"], [[f"{begin}1"]]))))
        assert row["subject"] == f"'{begin}1"
