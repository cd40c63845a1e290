"""An event counts once, whatever happens on its way."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from analytics.main import create_app
from analytics.settings import AnalyticsSettings
from fastapi import FastAPI
from service_kit.events import AnyEvent, ConversationCreated, MessageCreated, UserLogin, UserRegistered, encode_event
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

Send = Callable[..., Awaitable[httpx.Response]]
Summarise = Callable[[], Awaitable[dict[str, Any]]]


def messages(count: int) -> list[AnyEvent]:
    return [
        MessageCreated(
            source="chat",
            user_id=f"u{number % 7}",
            conversation_id=f"c{number % 11}",
            message_id=f"m{number}",
            role="assistant",
            total_tokens=number,
        )
        for number in range(count)
    ]


def encoded(events: Sequence[AnyEvent]) -> str:
    return '{"events":[' + ",".join(encode_event(event) for event in events) + "]}"


@contextmanager
def commits_failing_with(error: Exception) -> Iterator[None]:
    """Every commit of every engine fails in here, after all statements went well."""

    def fail(_connection: object) -> None:
        raise error

    event.listen(Engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(Engine, "commit", fail)


@pytest.fixture
async def second_app(settings: AnalyticsSettings, app: FastAPI) -> AsyncIterator[FastAPI]:
    """Another process' worth of the service on the same database."""
    second_app = create_app(settings, app.state.session_checker)
    async with second_app.router.lifespan_context(second_app):
        yield second_app


class TestDuplicates:
    async def test_a_batch_sent_twice_counts_once(self, send: Send, summary: Summarise) -> None:
        batch = messages(100)
        assert (await send(*batch)).json() == {"accepted": 100, "duplicates": 0, "parked": 0}
        before = await summary()
        assert (await send(*batch)).json() == {"accepted": 0, "duplicates": 100, "parked": 0}
        assert await summary() == before
        assert before["total_messages"] == 100
        assert before["total_tokens_used"] == sum(range(100))

    async def test_an_event_twice_in_one_batch_counts_once(self, send: Send, summary: Summarise) -> None:
        once = messages(3)
        assert (await send(*once, *once, once[0])).json() == {"accepted": 3, "duplicates": 4, "parked": 0}
        assert (await summary())["total_messages"] == 3

    async def test_batches_that_overlap_count_each_event_once(self, send: Send, summary: Summarise) -> None:
        all_events = messages(300)
        first = await send(*all_events[:200])
        second = await send(*all_events[100:])
        assert (first.json()["accepted"], second.json()["accepted"]) == (200, 100)
        assert (await summary())["total_messages"] == 300

    async def test_of_two_events_with_one_id_the_first_counts(self, send: Send, summary: Summarise) -> None:
        few, many = (
            MessageCreated(
                source="chat",
                user_id="u",
                event_id="same",
                conversation_id="c",
                message_id="m",
                role="assistant",
                total_tokens=tokens,
            )
            for tokens in (5, 500)
        )
        await send(few, many)
        assert (await summary())["total_tokens_used"] == 5

    async def test_twenty_at_once_count_once(self, send: Send, summary: Summarise) -> None:
        batch = messages(200)
        answers = await asyncio.gather(*(send(*random.sample(batch, len(batch))) for _ in range(20)))
        assert [answer.status_code for answer in answers] == [202] * 20
        assert sum(answer.json()["accepted"] for answer in answers) == 200
        assert sum(answer.json()["duplicates"] for answer in answers) == 19 * 200
        figures = await summary()
        assert figures["total_messages"] == 200
        assert figures["total_tokens_used"] == sum(range(200))
        assert figures["active_users_today"] == 7

    async def test_two_replicas_on_one_database_count_once(
        self, send: Send, second_app: FastAPI, headers_for: Callable[[str], dict[str, str]], summary: Summarise
    ) -> None:
        batch = messages(100)
        body = encoded(batch)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(second_app), base_url="http://analytics") as other:
            answers = await asyncio.gather(
                *(send(*batch) for _ in range(5)),
                *(other.post("/events", content=body, headers=headers_for("service")) for _ in range(5)),
            )
        assert {answer.status_code for answer in answers} == {202}
        assert sum(answer.json()["accepted"] for answer in answers) == 100
        assert (await summary())["total_tokens_used"] == sum(range(100))

    async def test_a_person_registered_by_two_events_counts_once(self, send: Send, summary: Summarise) -> None:
        await send(UserRegistered(source="auth", user_id="u1"), UserRegistered(source="auth", user_id="u1"))
        await send(UserRegistered(source="auth", user_id="u1"), UserRegistered(source="auth", user_id="u2"))
        assert (await summary())["total_users"] == 2

    async def test_a_conversation_begun_by_two_events_counts_once(self, send: Send, summary: Summarise) -> None:
        begun = [ConversationCreated(source="chat", user_id="u", conversation_id=name) for name in ("c1", "c1", "c2")]
        await send(*begun[:2])
        await send(*begun[1:], ConversationCreated(source="chat", user_id="u", conversation_id="c1"))
        assert (await summary())["total_conversations"] == 2


class TestFailure:
    @pytest.mark.parametrize(
        ("error", "status", "code"),
        [
            (OperationalError("COMMIT", {}, Exception("disk I/O error")), 503, "database_unavailable"),
            (RuntimeError("anything else"), 500, "internal_error"),
        ],
        ids=["database", "crash"],
    )
    async def test_a_failing_commit_is_told_and_counts_nothing(
        self, send: Send, summary: Summarise, error: Exception, status: int, code: str
    ) -> None:
        batch = messages(10)
        with commits_failing_with(error):
            response = await send(*batch)
        assert response.status_code == status
        assert response.json()["code"] == code
        assert "disk" not in response.text
        assert (await summary())["total_messages"] == 0
        assert (await send(*batch)).json() == {"accepted": 10, "duplicates": 0, "parked": 0}
        assert (await summary())["total_messages"] == 10


class TestSize:
    async def test_ten_thousand_events_in_any_order_are_exact(self, send: Send, summary: Summarise) -> None:
        events = messages(8_000) + [UserRegistered(source="auth", user_id=f"u{number}") for number in range(2_000)]
        random.shuffle(events)
        for start in range(0, len(events), 1_000):
            assert (await send(*events[start : start + 1_000])).json()["accepted"] == 1_000
        figures = await summary()
        assert figures["total_messages"] == 8_000
        assert figures["total_tokens_used"] == sum(range(8_000))
        assert figures["total_users"] == 2_000
        assert figures["active_users_today"] == 7


class TestRestart:
    async def test_figures_and_ids_outlive_the_process(
        self, app: FastAPI, settings: AnalyticsSettings, headers_for: Callable[[str], dict[str, str]]
    ) -> None:
        sessions = app.state.session_checker
        body = encoded([UserLogin(source="auth", user_id=f"u{number}") for number in range(5)])
        answers: list[dict[str, Any]] = []
        summaries: list[dict[str, Any]] = []
        for _ in range(2):
            app = create_app(settings, sessions)
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://analytics") as client,
            ):
                answers.append((await client.post("/events", content=body, headers=headers_for("service"))).json())
                summaries.append((await client.get("/analytics/summary", headers=headers_for("admin"))).json())
        assert answers == [{"accepted": 5, "duplicates": 0, "parked": 0}, {"accepted": 0, "duplicates": 5, "parked": 0}]
        assert summaries[0]["active_users_today"] == 5
        assert summaries[0] == summaries[1]
