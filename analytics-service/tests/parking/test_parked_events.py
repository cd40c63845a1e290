"""`/analytics/parked`: what could not be read is kept once, shown to administrators alone, and tried again."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from analytics.db.tables import parked_events
from analytics.main import create_app
from analytics.settings import AnalyticsSettings
from fastapi import FastAPI
from service_kit.clock import new_id, utc_now
from service_kit.events import UserRegistered, encode_event
from sqlalchemy import insert

HeadersFor = Callable[[str], dict[str, str]]
Send = Callable[..., Awaitable[httpx.Response]]
Summarise = Callable[[], Awaitable[dict[str, Any]]]
UNKNOWN = {"event_type": "of_a_newer_version", "source": "chat", "user_id": "u", "event_id": "1", "occurred_at": "x"}


async def get(client: httpx.AsyncClient, headers: dict[str, str], **params: Any) -> httpx.Response:
    response = await client.get("/analytics/parked", headers=headers, params=params)
    assert response.status_code == 200, response.text
    return response


def row_of(text: str, *, is_complete: bool = True) -> dict[str, Any]:
    """What an older version parked, which this one can read."""
    facts = {"source": "auth-service", "field": "event_type", "reason": "There is no such type of event."}
    return facts | {"digest": new_id(), "event_text": text, "is_complete": is_complete, "parked_at": utc_now()}


async def park(app: FastAPI, *rows: dict[str, Any]) -> None:
    await app.state.database.write(lambda session: session.execute(insert(parked_events), list(rows)))


class TestParking:
    async def test_keeps_one_that_is_sent_again_once(
        self, send_raw: Send, client: httpx.AsyncClient, headers_for: HeadersFor
    ) -> None:
        for _ in range(3):
            assert (await send_raw(UNKNOWN, UNKNOWN)).json() == {"accepted": 0, "duplicates": 0, "parked": 2}
        (kept,) = (await get(client, headers_for("admin"))).json()
        assert (kept["field"], kept["reason"]) == ("occurred_at", "Invalid RFC3339 encoded datetime")

    async def test_cuts_what_is_no_event_of_ours(
        self, send_raw: Send, client: httpx.AsyncClient, headers_for: HeadersFor
    ) -> None:
        await send_raw(UNKNOWN | {"essay": "é" * 20_000})
        (kept,) = (await get(client, headers_for("admin"))).json()
        assert len(kept["event"].encode()) <= 16_400
        assert not kept["is_complete"]

    async def test_pages_follow_each_other(
        self, send_raw: Send, client: httpx.AsyncClient, headers_for: HeadersFor
    ) -> None:
        for number in range(5):
            await send_raw(*(UNKNOWN | {"event_id": f"{number}.{part}"} for part in range(5)))
        seen: list[str] = []
        url = "/analytics/parked?limit=7"
        while url:
            response = await client.get(url, headers=headers_for("admin"))
            seen += [one["id"] for one in response.json()]
            url = response.links.get("next", {}).get("url", "")
        assert len(seen) == len(set(seen)) == 25

    @pytest.mark.parametrize(
        ("caller", "status"), [("anonymous", 401), ("service", 401), ("user", 403), ("manager", 403)]
    )
    @pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/retry")])
    async def test_is_for_administrators(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, caller: str, status: int, method: str, path: str
    ) -> None:
        response = await client.request(method, f"/analytics/parked{path}", headers=headers_for(caller))
        assert response.status_code == status


class TestRetry:
    async def test_counts_what_can_be_read_now_and_keeps_the_rest(
        self, app: FastAPI, client: httpx.AsyncClient, headers_for: HeadersFor, summary: Summarise, send_raw: Send
    ) -> None:
        await send_raw(UNKNOWN)
        event = encode_event(UserRegistered(source="auth-service", user_id="u1"))
        await park(app, row_of(event), row_of(event), row_of(event[:-1], is_complete=False))
        for expected in ({"accepted": 1, "duplicates": 1, "parked": 2}, {"accepted": 0, "duplicates": 0, "parked": 2}):
            response = await client.post("/analytics/parked/retry", headers=headers_for("admin"))
            assert response.json() == expected
            assert (await summary())["total_users"] == 1
        assert len((await get(client, headers_for("admin"))).json()) == 2

    async def test_of_more_than_are_tried_at_once_reaches_all(
        self, app: FastAPI, client: httpx.AsyncClient, headers_for: HeadersFor
    ) -> None:
        events = [encode_event(UserRegistered(source="auth-service", user_id=f"u{number}")) for number in range(1_200)]
        await park(app, *(row_of(event) for event in events), row_of("{}"))
        response = await client.post("/analytics/parked/retry", headers=headers_for("admin"))
        assert response.json() == {"accepted": 1_200, "duplicates": 0, "parked": 1}

    async def test_is_done_at_each_start(self, app: FastAPI, settings: AnalyticsSettings, summary: Summarise) -> None:
        await park(app, row_of(encode_event(UserRegistered(source="auth-service", user_id="u1"))))
        newer = create_app(settings, app.state.session_checker)
        async with newer.router.lifespan_context(newer):
            assert (await summary())["total_users"] == 1
