"""`GET /analytics/me`: one's own use, for everyone."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from analytics.db.tables import events
from fastapi import FastAPI
from service_kit.events import ConversationCreated, MessageCreated, UserLogin
from sqlalchemy import delete

HeadersFor = Callable[[str], dict[str, str]]
Send = Callable[..., Awaitable[httpx.Response]]
FIRST = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LAST = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
NO_FIGURES = {
    "conversations": 0,
    "messages": 0,
    "answers": 0,
    "prompt_tokens": 0,
    "completion_tokens": 0,
    "total_tokens": 0,
    "cost_usd": 0.0,
    "sign_ins": 0,
    "api_requests": 0,
}
NOTHING = NO_FIGURES | {"first_event_at": None, "last_event_at": None}


def message(user_id: str, number: int, **fields: object) -> MessageCreated:
    defaults = {"source": "chat-service", "user_id": user_id, "conversation_id": "c", "message_id": f"m{number}"}
    return MessageCreated(**(defaults | fields))  # type: ignore[arg-type]


class TestOwnUse:
    async def test_adds_up_what_the_caller_did(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, send: Send
    ) -> None:
        tokens = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
        await send(
            UserLogin(source="auth-service", user_id="id-user", occurred_at=FIRST),
            ConversationCreated(source="chat-service", user_id="id-user", conversation_id="c", occurred_at=LAST),
            message("id-user", 1, role="user", occurred_at=FIRST),
            message("id-user", 2, role="assistant", occurred_at=FIRST, **tokens),
            message("id-user", 3, role="assistant", occurred_at=FIRST, status="stopped", **tokens),
            message("id-other", 4, role="assistant", **tokens),
        )
        response = await client.get("/analytics/me", headers=headers_for("user"))
        so_far = response.json()
        assert so_far.pop("range")["total_tokens"] == 0  # that was before the last thirty days
        assert so_far == NOTHING | {
            "conversations": 1,
            "messages": 1,
            "answers": 2,
            "prompt_tokens": 14,
            "completion_tokens": 10,
            "total_tokens": 24,
            "sign_ins": 1,
            "first_event_at": "2026-01-02T03:04:05Z",
            "last_event_at": "2026-03-02T03:04:05Z",
        }

    @pytest.mark.parametrize("caller", ["user", "manager", "admin"])
    async def test_is_for_everyone_who_is_signed_in(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, caller: str
    ) -> None:
        response = await client.get("/analytics/me", headers=headers_for(caller))
        so_far = response.json()
        days = so_far.pop("range")
        assert (response.status_code, so_far) == (200, NOTHING)
        assert [day["total_tokens"] for day in days["days"]] == [0] * 30

    @pytest.mark.parametrize("caller", ["anonymous", "service"])
    async def test_is_for_nobody_else(self, client: httpx.AsyncClient, headers_for: HeadersFor, caller: str) -> None:
        assert (await client.get("/analytics/me", headers=headers_for(caller))).status_code == 401


class TestRange:
    async def own(self, client: httpx.AsyncClient, headers_for: HeadersFor, **params: str) -> httpx.Response:
        return await client.get("/analytics/me", params=params, headers=headers_for("user"))

    async def test_a_day_is_one_of_the_callers_time_zone(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, send: Send
    ) -> None:
        answer = {"role": "assistant", "total_tokens": 10, "prompt_tokens": 7, "completion_tokens": 3}
        late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # the third of March in Kathmandu, UTC+5:45
        await send(
            message("id-user", 1, occurred_at=late, cost_nano_usd=1_500_000_000, **answer),
            message("id-user", 2, occurred_at=late, role="user"),
            message("id-user", 3, occurred_at=LAST, **answer),
            message("id-user", 4, occurred_at=FIRST, cost_nano_usd=250_000_000, **answer),
            message("id-other", 5, occurred_at=late, cost_nano_usd=9, **answer),
            UserLogin(source="auth-service", user_id="id-user", occurred_at=late),
        )
        asked = {"from": "2026-03-02", "to": "2026-03-04", "timezone": "Asia/Kathmandu"}
        found = (await self.own(client, headers_for, **asked)).json()
        assert (found["cost_usd"], found["total_tokens"]) == (1.75, 30)
        days = found["range"].pop("days")
        second = NO_FIGURES | {"answers": 1, "prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
        third = second | {"messages": 1, "sign_ins": 1, "cost_usd": 1.5}
        assert days == [
            second | {"day": "2026-03-02"},
            third | {"day": "2026-03-03"},
            NO_FIGURES | {"day": "2026-03-04"},
        ]
        both = {"answers": 2, "prompt_tokens": 14, "completion_tokens": 6, "total_tokens": 20}
        named = {"timezone": "Asia/Kathmandu", "first_day": "2026-03-02", "last_day": "2026-03-04"}
        assert found["range"] == third | both | named

    async def test_days_of_23_and_25_hours_are_one_each(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, send: Send
    ) -> None:
        hours = [datetime(2026, 3, 28, 12, tzinfo=UTC) + timedelta(hours=hour) for hour in range(48)]
        await send(*(message("id-user", n, role="user", occurred_at=at) for n, at in enumerate(hours)))
        asked = {"from": "2026-03-29", "to": "2026-03-29", "timezone": "Europe/Berlin"}
        assert (await self.own(client, headers_for, **asked)).json()["range"]["messages"] == 23

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"timezone": "Middle/Earth"}, "timezone"),
            ({"from": "2026-03-02", "to": "2026-03-01"}, "to"),
            ({"from": "1999-12-31"}, "from"),
            ({"from": "2001-01-01", "to": "2026-03-01"}, "interval"),
        ],
    )
    async def test_a_range_that_makes_no_sense_is_refused(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, wrong: dict[str, str], field: str
    ) -> None:
        response = await self.own(client, headers_for, **wrong)
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, field)

    async def test_nobody_gets_somebody_elses(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, send: Send
    ) -> None:
        await send(message("id-other", 1, role="assistant", total_tokens=5))
        asked = {"user_id": "id-other", "subject": "id-other", "by": "person"}
        assert (await self.own(client, headers_for, **asked)).json()["range"]["total_tokens"] == 0

    async def test_no_event_is_read(
        self, app: FastAPI, client: httpx.AsyncClient, headers_for: HeadersFor, send: Send
    ) -> None:
        await send(message("id-user", 1, role="user"))
        await app.state.database.write(lambda session: session.execute(delete(events)))
        assert (await self.own(client, headers_for)).json()["range"]["messages"] == 1
