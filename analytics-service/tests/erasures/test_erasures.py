"""`/internal`: a deleted person's events belong to nobody, and every figure stays what it was."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from analytics.db.tables import active_people, erased_people, events, figures, people
from analytics.times import Grain
from fastapi import FastAPI
from service_kit.events import ApiRequest, ConversationCreated, MessageCreated, UserLogin, UserRegistered
from sqlalchemy import select

HeadersFor = Callable[[str], dict[str, str]]
Send = Callable[..., Awaitable[httpx.Response]]
Summarise = Callable[[], Awaitable[dict[str, Any]]]
ADA, BOB = "0190-ada", "0190-bob"
ORDER = {"erasure_id": "e-1", "user_id": ADA}


def login(user_id: str, days_ago: int = 0) -> UserLogin:
    return UserLogin(source="auth-service", user_id=user_id, occurred_at=datetime.now(UTC) - timedelta(days=days_ago))


def use_of(user_id: str) -> list[Any]:
    """What somebody leaves behind on three days, seven events."""
    message: dict[str, Any] = {"source": "chat-service", "user_id": user_id, "conversation_id": f"c-{user_id}"}
    return [
        UserRegistered(source="auth-service", user_id=user_id, occurred_at=datetime.now(UTC) - timedelta(days=2)),
        login(user_id, 2),
        login(user_id, 1),
        login(user_id),
        ConversationCreated(source="chat-service", user_id=user_id, conversation_id=f"c-{user_id}"),
        MessageCreated(**message, message_id=f"m-{user_id}", role="assistant", total_tokens=30),
        ApiRequest(
            source="chat-service",
            user_id=user_id,
            endpoint="/",
            method="GET",
            status_code=200,
            response_time=0.25,
        ),
    ]


@pytest.fixture
def erase(client: httpx.AsyncClient, headers_for: HeadersFor) -> Callable[..., Awaitable[dict[str, Any]]]:
    async def erase(user_id: str = ADA) -> dict[str, Any]:
        body = ORDER | {"user_id": user_id}
        response = await client.post("/internal/erasures", json=body, headers=headers_for("service"))
        assert response.status_code == 200, response.text
        report: dict[str, Any] = response.json()
        return report

    return erase


async def people_in(app: FastAPI) -> set[str]:
    """Every name that stands for somebody anywhere in the database."""

    def read(session: Any) -> set[str]:
        columns = (events.c.user_id, people.c.user_id, active_people.c.user_id, figures.c.subject)
        return {name for column in columns for name in session.scalars(select(column))}

    found: set[str] = await app.state.database.read(read)
    return found


class TestWhoMay:
    @pytest.mark.parametrize("caller", ["anonymous", "user", "manager", "admin"])
    @pytest.mark.parametrize(("method", "path"), [("POST", "/internal/erasures"), ("GET", f"/internal/holdings/{ADA}")])
    async def test_no_person(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, caller: str, method: str, path: str
    ) -> None:
        body = ORDER if method == "POST" else None
        response = await client.request(method, path, json=body, headers=headers_for(caller))
        assert (response.status_code, response.json()["code"]) == (401, "invalid_credentials")

    @pytest.mark.parametrize(
        "body", [{}, {"user_id": ADA}, ORDER | {"user_id": ""}, ORDER | {"user_id": "a\x00b"}, ORDER | {"all": True}]
    )
    async def test_an_order_of_the_wrong_shape_is_refused(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, body: dict[str, Any]
    ) -> None:
        response = await client.post("/internal/erasures", json=body, headers=headers_for("service"))
        assert response.status_code == 422


class TestErase:
    async def test_takes_the_id_out_of_everything_and_leaves_every_figure(
        self, send: Send, summary: Summarise, erase: Callable[..., Any], app: FastAPI
    ) -> None:
        await send(*use_of(ADA), *use_of(BOB))
        before = await summary()
        assert (before["total_users"], before["active_users_today"]) == (2, 2)
        assert await erase() == {"erasure_id": "e-1", "erased": {"events": 7}}
        assert await summary() == before
        people = await people_in(app)
        assert ADA not in people
        assert BOB in people

    async def test_makes_the_days_of_one_person_those_of_different_nobodies(
        self, send: Send, erase: Callable[..., Any], app: FastAPI
    ) -> None:
        await send(*use_of(ADA))
        await erase()

        def read(session: Any) -> list[tuple[Any, str]]:
            return list(session.execute(select(active_people.c.grain, active_people.c.user_id)))

        rows = await app.state.database.read(read)
        assert len([grain for grain, _ in rows if grain == Grain.DAY]) == 3
        assert len({name for _, name in rows}) == len(rows)
        assert all(name.startswith("erased-") for _, name in rows)

    async def test_is_known_by_a_code_alone(self, send: Send, erase: Callable[..., Any], app: FastAPI) -> None:
        await send(*use_of(ADA))
        await erase()
        (code,) = await app.state.database.read(lambda session: session.scalars(select(erased_people.c.person_hash)))
        assert len(code) == 64
        assert ADA not in code

    async def test_of_somebody_unknown_finds_nothing(self, erase: Callable[..., Any]) -> None:
        assert (await erase())["erased"] == {"events": 0}

    async def test_again_and_at_once_is_answered_alike(self, send: Send, erase: Callable[..., Any]) -> None:
        await send(*use_of(ADA))
        reports = await asyncio.gather(*(erase() for _ in range(5)))
        assert [report["erased"] for report in [*reports, await erase()]] == [{"events": 7}] * 6

    @pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
    async def test_takes_events_at_the_calendars_edges(
        self, send_raw: Send, erase: Callable[..., Any], app: FastAPI, moment: str
    ) -> None:
        event = {"event_type": "user_login", "source": "s", "user_id": ADA, "event_id": "1", "occurred_at": moment}
        assert (await send_raw(event)).status_code == 202
        assert (await erase())["erased"] == {"events": 1}
        assert ADA not in await people_in(app)


class TestLateEvents:
    async def test_are_stored_without_the_id_and_counted_once(
        self, send: Send, summary: Summarise, erase: Callable[..., Any], app: FastAPI
    ) -> None:
        on_time, late = use_of(ADA)[:4], use_of(ADA)[4:]
        await send(*on_time)
        await erase()
        response = await send(*late, *on_time, *use_of(BOB))
        assert response.json() == {"accepted": 10, "duplicates": 4, "parked": 0}
        figures = await summary()
        assert (figures["total_users"], figures["active_users_today"]) == (2, 2), "her day was counted before"
        assert (figures["total_conversations"], figures["total_messages"], figures["total_tokens_used"]) == (2, 2, 60)
        assert ADA not in await people_in(app)

    async def test_of_somebody_of_whom_nothing_had_come_count_as_they_would_have(
        self, send: Send, summary: Summarise, erase: Callable[..., Any], app: FastAPI
    ) -> None:
        await erase()
        await send(*use_of(ADA))
        figures = await summary()
        assert (figures["total_users"], figures["active_users_today"], figures["total_messages"]) == (1, 1, 1)
        assert ADA not in await people_in(app)


class TestHoldings:
    async def test_are_counted(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, send: Send, erase: Callable[..., Any]
    ) -> None:
        async def holdings() -> dict[str, int]:
            response = await client.get(f"/internal/holdings/{ADA}", headers=headers_for("service"))
            found: dict[str, int] = response.json()["holdings"]
            return found

        assert await holdings() == {"events": 0}
        await send(*use_of(ADA), *use_of(BOB))
        assert await holdings() == {"events": 7}
        await erase()
        assert await holdings() == {"events": 0}
