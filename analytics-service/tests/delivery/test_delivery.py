"""`GET /analytics/delivery`: what senders report, and how long events take."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from analytics.delivery.service import DeliveryService
from analytics.main import create_app
from analytics.settings import AnalyticsSettings
from fastapi import FastAPI
from service_kit.clock import utc_now
from service_kit.delivery_reports import SenderReport
from service_kit.events import UserLogin
from service_kit.tokens import TokenCodec

HeadersFor = Callable[[str], dict[str, str]]
Send = Callable[..., Awaitable[httpx.Response]]
QUIET: dict[str, Any] = {
    "instance": "host-1",
    "waiting": 0,
    "oldest_waiting_at": None,
    "parked": 0,
    "requests_waiting": 0,
    "requests_dropped": 0,
    "is_in_trouble": False,
    "last_error": None,
    "last_error_at": None,
    "has_ended": False,
}


@pytest.fixture
def report(client: httpx.AsyncClient, headers_for: HeadersFor) -> Callable[..., Awaitable[httpx.Response]]:
    async def report(caller: str = "service", **facts: Any) -> httpx.Response:
        return await client.put("/internal/senders", json=QUIET | facts, headers=headers_for(caller))

    return report


@pytest.fixture
def delivery(client: httpx.AsyncClient, headers_for: HeadersFor) -> Callable[..., Awaitable[dict[str, Any]]]:
    async def delivery() -> dict[str, Any]:
        response = await client.get("/analytics/delivery", headers=headers_for("manager"))
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    return delivery


class TestTakeReport:
    @pytest.mark.parametrize("caller", ["anonymous", "user", "admin"])
    async def test_only_a_service_may(self, report: Send, delivery: Send, caller: str) -> None:
        assert (await report(caller)).status_code == 401
        assert (await delivery())["senders"] == []  # type: ignore[index]

    async def test_a_token_of_another_secret_is_refused(self, client: httpx.AsyncClient) -> None:
        wrong = TokenCodec("another-secret-of-the-tests-with-more-than-32").sign_service("chat-service")
        response = await client.put("/internal/senders", json=QUIET, headers={"Authorization": f"Bearer {wrong}"})
        assert response.status_code == 401

    @pytest.mark.parametrize(
        "wrong",
        [
            {"waiting": -1},
            {"parked": 2**63},
            {"instance": ""},
            {"instance": "a b"},
            {"instance": "x" * 129},
            {"last_error": "x" * 201},
            {"last_error": "\x00"},
            {"oldest_waiting_at": "2026-01-01T00:00:00"},
        ],
    )
    async def test_what_makes_no_sense_is_refused(self, report: Send, wrong: dict[str, Any]) -> None:
        assert (await report(**wrong)).status_code == 422

    async def test_a_newer_sender_is_understood(self, report: Send) -> None:
        assert (await report(further="fact")).status_code == 204


class TestGetDelivery:
    @pytest.mark.parametrize(("caller", "status"), [("anonymous", 401), ("user", 403), ("service", 401)])
    async def test_others_may_not(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, caller: str, status: int
    ) -> None:
        assert (await client.get("/analytics/delivery", headers=headers_for(caller))).status_code == status

    async def test_nothing_is_known_at_first(self, delivery: Send) -> None:
        found: Any = await delivery()
        assert (found["senders"], found["parked"]) == ([], 0)
        assert (found["delay"]["events"], found["delay"]["median_seconds"]) == (0, None)

    async def test_it_tells_what_a_sender_said_last(self, report: Send, delivery: Send) -> None:
        oldest = utc_now() - timedelta(minutes=5)
        await report(waiting=1)
        trouble = {"is_in_trouble": True, "last_error": "503 later", "last_error_at": oldest.isoformat()}
        counts = {"waiting": 7, "parked": 2, "requests_waiting": 3, "requests_dropped": 4}
        assert (await report(oldest_waiting_at=oldest.isoformat(), **counts, **trouble)).status_code == 204
        [sender] = (await delivery())["senders"]  # type: ignore[index]
        assert sender.items() >= ({**counts, "service": "chat-service", "state": "running"}).items()
        assert 300 <= sender["oldest_waiting_seconds"] < 330
        assert (sender["is_in_trouble"], sender["last_error"]) == (True, "503 later")

    async def test_two_processes_stand_side_by_side(self, report: Send, delivery: Send) -> None:
        await report(instance="host-1", requests_dropped=5)
        await report(instance="host-2", has_ended=True)
        found: Any = await delivery()
        states = {one["instance"]: (one["state"], one["requests_dropped"]) for one in found["senders"]}
        assert states == {"host-1": ("running", 5), "host-2": ("ended", 0)}

    async def test_what_was_said_outlives_a_restart(
        self, settings: AnalyticsSettings, sessions: Any, headers_for: HeadersFor
    ) -> None:
        for _ in range(2):
            app = create_app(settings, sessions)
            transport = httpx.ASGITransport(app)
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="http://a") as client,
            ):
                before = (await client.get("/analytics/delivery", headers=headers_for("admin"))).json()["senders"]
                await client.put("/internal/senders", json=QUIET, headers=headers_for("service"))
        assert [one["instance"] for one in before] == ["host-1"]

    async def test_events_that_cannot_be_read_are_counted(self, send_raw: Send, delivery: Send) -> None:
        await send_raw({"event_type": "of_tomorrow"}, {"event_type": "of_the_day_after"})
        assert (await delivery())["parked"] == 2  # type: ignore[index]

    async def test_delays_are_those_of_new_events(self, send: Send, delivery: Send) -> None:
        now = utc_now()
        ago = [0.0] * 18 + [100.0, 1_000.0]
        events = [UserLogin(source="s", user_id="u", occurred_at=now - timedelta(seconds=s)) for s in ago]
        await send(*events[:10])
        await send(*events)
        await send(UserLogin(source="s", user_id="u", occurred_at=now + timedelta(days=400)))
        delay: Any = (await delivery())["delay"]  # type: ignore[index]
        assert delay["events"] == 21
        assert delay["median_seconds"] < 30
        assert 95 < delay["p95_seconds"] < 135


class TestForgetting:
    async def test_the_silent_are_called_so_and_are_gone_after_a_day(self, app: FastAPI) -> None:
        now = datetime(2026, 5, 1, 12, tzinfo=UTC)
        service = DeliveryService(app.state.database, now=lambda: now)
        await service.take("chat-service", SenderReport(**QUIET))
        now += timedelta(seconds=61)
        assert [one.state for one in (await service.state()).senders] == ["silent"]
        now += timedelta(days=1)
        assert (await service.state()).senders == []
        await service.take("chat-service", SenderReport(**(QUIET | {"instance": "host-2"})))
        assert [one.instance for one in (await service.state()).senders] == ["host-2"]
        now -= timedelta(days=1)
        assert [one.instance for one in (await service.state()).senders] == ["host-2"]
