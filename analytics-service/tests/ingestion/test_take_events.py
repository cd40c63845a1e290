"""`POST /events`: who may send, what is taken, and what a sender is told of the rest."""

import json
import typing
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from analytics.settings import AnalyticsSettings
from fastapi import FastAPI
from service_kit.clock import utc_now
from service_kit.events import (
    AnyEvent,
    ApiRequest,
    ConversationCreated,
    ConversationDeleted,
    MessageCreated,
    MessageFeedback,
    TitleGenerated,
    UserLogin,
    UserRegistered,
)
from support.stack import metric

Send = Callable[..., Awaitable[httpx.Response]]
Summarise = Callable[[], Awaitable[dict[str, Any]]]
HeadersFor = Callable[[str], dict[str, str]]

ONE_OF_EACH: list[AnyEvent] = [
    ApiRequest(source="chat", user_id="", endpoint="/models", method="GET", status_code=200, response_time=0.2),
    UserRegistered(source="auth", user_id="u1"),
    UserLogin(source="auth", user_id="u1"),
    ConversationCreated(source="chat", user_id="u1", conversation_id="c1"),
    ConversationDeleted(source="chat", user_id="u1", conversation_id="c1"),
    MessageCreated(source="chat", user_id="u1", conversation_id="c1", message_id="m1", role="user"),
    MessageFeedback(source="chat", user_id="u1", conversation_id="c1", message_id="m1", message_at=utc_now()),
    TitleGenerated(source="chat", user_id="u1", conversation_id="c1", model="gpt-4", total_tokens=3),
]
LOGIN = {
    "event_type": "user_login",
    "source": "auth",
    "user_id": "u1",
    "event_id": "e1",
    "occurred_at": "2026-11-22T10:00:00Z",
}
EMPTY_BATCH = b'{"events":[]}'


def without(field: str) -> dict[str, str]:
    return {name: value for name, value in LOGIN.items() if name != field}


@pytest.fixture
def parked(client: httpx.AsyncClient, headers_for: HeadersFor) -> Callable[[], Awaitable[list[dict[str, Any]]]]:
    """What is parked, as an administrator sees it."""

    async def parked() -> list[dict[str, Any]]:
        response = await client.get("/analytics/parked", headers=headers_for("admin"))
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()
        return found

    return parked


class TestWhoMaySend:
    async def test_a_service_may(self, client: httpx.AsyncClient, headers_for: HeadersFor) -> None:
        response = await client.post("/events", content=EMPTY_BATCH, headers=headers_for("service"))
        assert response.status_code == 202
        assert response.json() == {"accepted": 0, "duplicates": 0, "parked": 0}

    @pytest.mark.parametrize("caller", ["anonymous", "user", "manager", "admin"])
    async def test_nobody_else_may(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, summary: Summarise, caller: str
    ) -> None:
        response = await client.post("/events", json={"events": [LOGIN]}, headers=headers_for(caller))
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "invalid_credentials"

    async def test_a_stranger_is_refused_before_the_body_is_read(self, client: httpx.AsyncClient) -> None:
        chunks_read = 0

        async def body() -> AsyncIterator[bytes]:
            nonlocal chunks_read
            for _ in range(100):
                chunks_read += 1
                yield b"x" * 100_000

        response = await client.post("/events", content=body())
        assert response.status_code == 401
        assert chunks_read == 0


class TestWhatIsTaken:
    def test_the_sample_has_every_type_of_the_contract(self) -> None:
        assert {type(event) for event in ONE_OF_EACH} == set(typing.get_args(AnyEvent))

    @pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: type(event).__name__)
    async def test_every_type_is_taken_as_the_kit_encodes_it(self, send: Send, event: AnyEvent) -> None:
        response = await send(event)
        assert response.status_code == 202
        assert response.json() == {"accepted": 1, "duplicates": 0, "parked": 0}

    async def test_a_thousand_events_are_one_batch(self, send: Send) -> None:
        response = await send(*(UserLogin(source="auth", user_id=f"u{number}") for number in range(1_000)))
        assert response.json() == {"accepted": 1_000, "duplicates": 0, "parked": 0}

    @pytest.mark.parametrize(
        "occurred_at",
        ["0001-01-01T00:00:00+14:00", "1970-01-01T00:00:00Z", "2126-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"],
    )
    async def test_an_event_of_a_wrong_clock_counts_in_the_totals(
        self, send_raw: Send, summary: Summarise, occurred_at: str
    ) -> None:
        response = await send_raw(LOGIN | {"event_type": "user_registered", "occurred_at": occurred_at})
        assert response.json() == {"accepted": 1, "duplicates": 0, "parked": 0}
        assert (await summary())["total_users"] == 1

    @pytest.mark.sqlite  # which has files to look into
    async def test_a_field_that_the_contract_does_not_name_is_nowhere_stored(
        self, app: FastAPI, send_raw: Send, settings: AnalyticsSettings
    ) -> None:
        message = LOGIN | {
            "event_type": "message_created",
            "conversation_id": "c1",
            "message_id": "m1",
            "role": "user",
            "content": "a-text-that-nobody-may-keep",
        }
        assert (await send_raw(message)).json() == {"accepted": 1, "duplicates": 0, "parked": 0}
        files = list(Path(settings.resolved_database_url.removeprefix("sqlite:///")).parent.iterdir())
        stored = b"".join(file.read_bytes() for file in files)
        assert b"message_created" in stored
        assert b"a-text-that-nobody-may-keep" not in stored


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("event", "field"),
        [
            (LOGIN | {"event_type": "user_vanished"}, ".event_type"),
            (without("event_type"), ".event_type"),
            (without("event_id"), ".event_id"),
            (without("occurred_at"), ".occurred_at"),
            (without("user_id"), ".user_id"),
            (without("source"), ".source"),
            (LOGIN | {"user_id": ""}, ".user_id"),
            (LOGIN | {"user_id": {"name": "u1"}}, ".user_id"),
            (LOGIN | {"event_id": "e" * 256}, ".event_id"),
            (LOGIN | {"event_id": "e\x00"}, ".event_id"),
            (LOGIN | {"occurred_at": "soon"}, ".occurred_at"),
            (LOGIN | {"occurred_at": "2026-11-22T10:00:00"}, ".occurred_at"),
            (LOGIN | {"event_type": "conversation_created"}, ".conversation_id"),
            (LOGIN | {"event_type": "conversation_created", "conversation_id": None}, ".conversation_id"),
            ([], ""),
            ("user_login", ""),
            (None, ""),
        ],
        ids=str,
    )
    async def test_a_malformed_event_is_parked_and_keeps_no_other_from_being_counted(
        self, send_raw: Send, summary: Summarise, parked: Callable[[], Any], event: Any, field: str
    ) -> None:
        good = LOGIN | {"event_type": "user_registered", "event_id": "good"}
        response = await send_raw(good, event, good)
        assert (response.status_code, response.json()) == (202, {"accepted": 1, "duplicates": 1, "parked": 1})
        assert (await summary())["total_users"] == 1
        (kept,) = await parked()
        assert (kept["source"], kept["field"], kept["is_complete"]) == ("chat-service", field.lstrip("."), True)
        assert json.loads(kept["event"]) == event
        assert kept["reason"]

    async def test_the_reason_does_not_tell_what_the_event_held(
        self, send_raw: Send, parked: Callable[[], Any]
    ) -> None:
        message = LOGIN | {"event_type": "message_created", "conversation_id": "c", "message_id": "m"}
        wrong = [message | {"role": "sesame"}, LOGIN | {"event_type": "sesame"}, LOGIN | {"user_id": "\x00sesame"}]
        response = await send_raw(*wrong)
        assert response.json()["parked"] == 3
        assert "sesame" not in response.text
        assert "sesame" not in " ".join(one["reason"] + one["field"] for one in await parked())

    @pytest.mark.parametrize(
        "body",
        [b"", b"null", b"[]", b"{}", b'{"events":null}', b'{"events":{}}', b"\xff\xfe", b'{"events":[', b"[" * 100_000],
        ids=lambda body: repr(body[:12]),
    )
    async def test_a_body_that_is_no_batch_is_refused(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, body: bytes
    ) -> None:
        response = await client.post("/events", content=body, headers=headers_for("service"))
        assert response.status_code == 422
        assert response.json()["code"] == "batch_not_readable"
        assert response.json()["errors"][0]["field"] == "body"

    async def test_a_batch_that_no_reader_takes_is_refused(
        self, client: httpx.AsyncClient, headers_for: HeadersFor
    ) -> None:
        deep = b'{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
        response = await client.post("/events", content=b'{"events":[' + deep + b"]}", headers=headers_for("service"))
        assert response.status_code == 422

    async def test_an_event_that_is_no_text_is_parked_as_far_as_it_is_one(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, parked: Callable[[], Any]
    ) -> None:
        body = b'{"events":[{"event_id":"\xff"}]}'
        response = await client.post("/events", content=body, headers=headers_for("service"))
        assert response.json() == {"accepted": 0, "duplicates": 0, "parked": 1}
        (kept,) = await parked()
        assert (kept["event"], kept["is_complete"]) == ('{"event_id":"\N{REPLACEMENT CHARACTER}"}', False)

    async def test_more_than_a_thousand_events_are_refused(self, send_raw: Send, summary: Summarise) -> None:
        response = await send_raw(*(LOGIN | {"event_id": f"e{number}"} for number in range(1_001)))
        assert response.status_code == 422
        assert response.json()["code"] == "too_many_events"
        assert "1,001 events" in response.json()["detail"]
        assert (await summary())["active_users_today"] == 0

    @pytest.mark.parametrize("is_length_announced", [True, False])
    async def test_a_body_over_the_limit_is_refused(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, settings: AnalyticsSettings, is_length_announced: bool
    ) -> None:
        size = settings.largest_batch_bytes + 1

        async def unannounced() -> AsyncIterator[bytes]:
            for start in range(0, size, 65_536):
                yield b" " * min(65_536, size - start)

        content = b" " * size if is_length_announced else unannounced()
        response = await client.post("/events", content=content, headers=headers_for("service"))
        assert response.status_code == 413
        assert response.json()["code"] == "batch_too_large"
        assert "2,097,152 bytes" in response.json()["detail"]

    async def test_a_batch_whose_sender_goes_away_is_not_stored(
        self, app: FastAPI, headers_for: HeadersFor, summary: Summarise
    ) -> None:
        incoming: Iterator[dict[str, Any]] = iter(
            [{"type": "http.request", "body": EMPTY_BATCH, "more_body": True}, {"type": "http.disconnect"}]
        )
        answered: list[Any] = []

        async def receive() -> dict[str, Any]:
            return next(incoming)

        async def answer(message: Any) -> None:
            answered.append(message)

        authorization = headers_for("service")["Authorization"].encode()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "path": "/events",
            "raw_path": b"/events",
            "root_path": "",
            "scheme": "http",
            "query_string": b"",
            "headers": [(b"authorization", authorization)],
            "server": ("analytics", 80),
        }
        await app(scope, receive, answer)
        assert answered[0]["status"] == 400


class TestDescription:
    async def test_openapi_describes_the_body(self, client: httpx.AsyncClient) -> None:
        operation = (await client.get("/openapi.json")).json()["paths"]["/events"]["post"]
        events = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]["events"]
        assert events["maxItems"] == 1_000
        types = {event["properties"]["event_type"]["enum"][0]: event for event in events["items"]["anyOf"]}
        assert sorted(types) == [
            "api_request",
            "conversation_created",
            "conversation_deleted",
            "message_created",
            "message_feedback",
            "title_generated",
            "user_login",
            "user_registered",
        ]
        for event in types.values():
            assert {"event_id", "event_type", "occurred_at", "source", "user_id"} <= set(event["required"])
        assert set(operation["responses"]) == {"202", "400", "401", "413", "422", "503"}


class TestFigures:
    async def test_count_batches_and_what_became_of_their_events(
        self, client: httpx.AsyncClient, send_raw: Send
    ) -> None:
        assert (await send_raw(LOGIN, LOGIN, {"event_type": "of_the_future"})).status_code == 202
        assert (await send_raw(LOGIN)).status_code == 202
        text = (await client.get("/metrics")).text
        assert metric(text, "ingestion_batches_total") == 2
        found = [metric(text, "ingestion_events_total", outcome=word) for word in ("accepted", "duplicate", "parked")]
        assert found == [1, 2, 1]

    async def test_leave_out_a_batch_that_is_refused_whole(self, client: httpx.AsyncClient, send_raw: Send) -> None:
        assert (await send_raw(*[LOGIN] * 1_001)).status_code == 422
        assert metric((await client.get("/metrics")).text, "ingestion_batches_total") == 0
