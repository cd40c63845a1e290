"""`GET /analytics/me`: one's own use, for everyone."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import httpx
import pytest
from service_kit.events import ConversationCreated, MessageCreated, UserLogin

HeadersFor = Callable[[str], dict[str, str]]
Send = Callable[..., Awaitable[httpx.Response]]
FIRST = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LAST = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
NOTHING = {
    "conversations": 0,
    "messages": 0,
    "answers": 0,
    "prompt_tokens": 0,
    "completion_tokens": 0,
    "total_tokens": 0,
    "sign_ins": 0,
    "api_requests": 0,
    "first_event_at": None,
    "last_event_at": None,
}


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
        assert response.json() == NOTHING | {
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
        assert (response.status_code, response.json()) == (200, NOTHING)

    @pytest.mark.parametrize("caller", ["anonymous", "service"])
    async def test_is_for_nobody_else(self, client: httpx.AsyncClient, headers_for: HeadersFor, caller: str) -> None:
        assert (await client.get("/analytics/me", headers=headers_for(caller))).status_code == 401
