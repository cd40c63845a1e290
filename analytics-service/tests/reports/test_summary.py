"""`GET /analytics/summary`: who may see it, and what each of the seven figures counts."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from service_kit.clock import utc_now
from service_kit.events import (
    ApiRequest,
    ConversationCreated,
    ConversationDeleted,
    MessageCreated,
    UserLogin,
    UserRegistered,
)

Send = Callable[..., Awaitable[httpx.Response]]
Summarise = Callable[[], Awaitable[dict[str, Any]]]
HeadersFor = Callable[[str], dict[str, str]]
SetClock = Callable[[datetime], None]

NOW = datetime(2026, 3, 1, 15, 30, tzinfo=UTC)
ZEROS = {
    "total_users": 0,
    "active_users_today": 0,
    "total_conversations": 0,
    "total_messages": 0,
    "total_tokens_used": 0,
    "avg_response_time": 0.0,
    "error_rate": 0.0,
}


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Lets the report's service think that it is this moment."""
    return lambda now: monkeypatch.setattr("analytics.dependencies.utc_now", lambda: now)


def request(status_code: int, response_time: float, *, at: datetime = NOW, user_id: str = "") -> ApiRequest:
    return ApiRequest(
        source="chat",
        user_id=user_id,
        endpoint="/models",
        method="GET",
        status_code=status_code,
        response_time=response_time,
        occurred_at=at,
    )


def message(number: int, role: Any = "user", *, tokens: int = 0, status: Any = "complete") -> MessageCreated:
    return MessageCreated(
        source="chat",
        user_id="u1",
        conversation_id="c1",
        message_id=f"m{number}",
        role=role,
        total_tokens=tokens,
        status=status,
        response_time=99.0,
    )


class TestWhoMaySee:
    @pytest.mark.parametrize("role", ["admin", "manager"])
    async def test_admins_and_managers_may(self, client: httpx.AsyncClient, headers_for: HeadersFor, role: str) -> None:
        response = await client.get("/analytics/summary", headers=headers_for(role))
        assert response.status_code == 200
        assert response.json() == ZEROS

    async def test_a_user_may_not(self, client: httpx.AsyncClient, headers_for: HeadersFor) -> None:
        response = await client.get("/analytics/summary", headers=headers_for("user"))
        assert response.status_code == 403
        assert response.json()["code"] == "role_required"

    @pytest.mark.parametrize("caller", ["anonymous", "service"])
    async def test_anonymous_callers_and_services_are_not_signed_in(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, caller: str
    ) -> None:
        response = await client.get("/analytics/summary", headers=headers_for(caller))
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"

    async def test_it_does_not_count_its_own_requests(self, client: httpx.AsyncClient, summary: Summarise) -> None:
        await summary()
        assert await summary() == ZEROS


class TestTotals:
    async def test_users_are_those_who_registered(self, send: Send, summary: Summarise) -> None:
        await send(UserRegistered(source="auth", user_id="u1"), UserRegistered(source="auth", user_id="u2"))
        await send(UserLogin(source="auth", user_id="seen-without-registration"))
        assert (await summary())["total_users"] == 2

    async def test_a_deleted_conversation_stays_counted(self, send: Send, summary: Summarise) -> None:
        await send(
            ConversationCreated(source="chat", user_id="u1", conversation_id="c1"),
            ConversationCreated(source="chat", user_id="u1", conversation_id="c2"),
            ConversationDeleted(source="chat", user_id="u1", conversation_id="c1"),
        )
        assert (await summary())["total_conversations"] == 2

    async def test_messages_are_those_of_people_and_model(self, send: Send, summary: Summarise) -> None:
        await send(message(1), message(2, "assistant", tokens=12), message(3, "assistant", status="failed"))
        figures = await summary()
        assert figures["total_messages"] == 3
        assert figures["total_tokens_used"] == 12

    async def test_days_long_past_count(self, send: Send, summary: Summarise) -> None:
        old = utc_now() - timedelta(days=400)
        await send(UserRegistered(source="auth", user_id="u1", occurred_at=old), request(500, 1.0, at=old))
        assert await summary() == ZEROS | {"total_users": 1}


class TestToday:
    async def test_the_day_is_that_of_utc(self, set_clock: SetClock, send: Send, summary: Summarise) -> None:
        set_clock(NOW)
        in_karachi = timezone(timedelta(hours=5))
        instants = {
            "yesterday's last": datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=UTC),
            "first": datetime(2026, 3, 1, tzinfo=UTC),
            "last": datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC),
            "tomorrow's first": datetime(2026, 3, 2, tzinfo=UTC),
            "today there, yesterday in UTC": datetime(2026, 3, 1, 4, 59, tzinfo=in_karachi),
            "tomorrow there, today in UTC": datetime(2026, 3, 2, 4, 59, tzinfo=in_karachi),
        }
        await send(*(UserLogin(source="auth", user_id=name, occurred_at=at) for name, at in instants.items()))
        assert (await summary())["active_users_today"] == 3

    async def test_a_new_day_begins_at_nought_and_keeps_the_totals(
        self, set_clock: SetClock, send: Send, summary: Summarise
    ) -> None:
        set_clock(datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC))
        await send(
            UserRegistered(source="auth", user_id="u1", occurred_at=NOW),
            UserLogin(source="auth", user_id="u1", occurred_at=NOW),
            request(500, 0.5),
        )
        today = {"total_users": 1, "active_users_today": 1, "avg_response_time": 0.5, "error_rate": 1.0}
        assert await summary() == ZEROS | today
        set_clock(datetime(2026, 3, 2, tzinfo=UTC))
        assert await summary() == ZEROS | {"total_users": 1}

    async def test_an_event_that_comes_late_counts_on_its_own_day(
        self, set_clock: SetClock, send: Send, summary: Summarise
    ) -> None:
        set_clock(NOW)
        await send(UserLogin(source="auth", user_id="u1", occurred_at=NOW - timedelta(days=1)))
        assert (await summary())["active_users_today"] == 0
        set_clock(NOW - timedelta(days=1))
        assert (await summary())["active_users_today"] == 1


class TestActiveUsers:
    async def test_each_person_counts_once_whatever_they_do(self, send: Send, summary: Summarise) -> None:
        await send(
            UserLogin(source="auth", user_id="signs-in"),
            message(1),
            ConversationCreated(source="chat", user_id="begins", conversation_id="c1"),
            ConversationDeleted(source="chat", user_id="deletes", conversation_id="c2"),
            request(200, 0.1, at=utc_now(), user_id="asks"),
        )
        await send(UserLogin(source="auth", user_id="u1"), UserLogin(source="auth", user_id="asks"))
        assert (await summary())["active_users_today"] == 5

    async def test_anonymous_requests_and_registrations_are_nobody_active(self, send: Send, summary: Summarise) -> None:
        await send(request(200, 0.1, at=utc_now()), UserRegistered(source="auth", user_id="u1"))
        assert (await summary())["active_users_today"] == 0


class TestRequests:
    async def test_the_time_is_the_mean_of_requests_and_not_of_messages(
        self, set_clock: SetClock, send: Send, summary: Summarise
    ) -> None:
        set_clock(NOW)
        await send(message(1, "assistant"), *(request(200, seconds) for seconds in (0.1, 0.2, 0.6)))
        assert (await summary())["avg_response_time"] == pytest.approx(0.3, abs=1e-9)

    async def test_the_error_rate_is_the_share_of_5xx(
        self, set_clock: SetClock, send: Send, summary: Summarise
    ) -> None:
        set_clock(NOW)
        await send(*(request(status, 0.1) for status in (200, 302, 404, 422, 429, 499, 500, 503)))
        assert (await summary())["error_rate"] == 0.25
