"""API keys with the scope `analytics:read` read what their owner may read, and write nothing."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from analytics.settings import AnalyticsSettings
from fastapi import FastAPI
from service_kit.api_keys import ApiKeyCodec
from service_kit.credentials import Credential
from service_kit.errors import IdentityUnavailable
from service_kit.tokens import LATEST_TIMESTAMP, Principal

KeyFor = Callable[..., dict[str, str]]


@pytest.fixture
def codec(settings: AnalyticsSettings) -> ApiKeyCodec:
    return ApiKeyCodec(settings.auth_secret_key.get_secret_value())


@pytest.fixture
def key_for(codec: ApiKeyCodec, sessions: Any) -> KeyFor:
    """The headers of a program with a key of someone who has the role."""

    def key_for(role: str, *scopes: str) -> dict[str, str]:
        key = codec.make()
        sessions.keys[key.text] = Principal(
            role, f"id-{role}", (role,), "", key.public_id, 1, LATEST_TIMESTAMP, frozenset(scopes)
        )
        return {"Authorization": f"Bearer {key.text}"}

    return key_for


def code_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, str(response.json().get("code"))


class TestSummary:
    @pytest.mark.parametrize("role", ["admin", "manager"])
    async def test_is_read_with_the_scope(self, client: httpx.AsyncClient, key_for: KeyFor, role: str) -> None:
        response = await client.get("/analytics/summary", headers=key_for(role, "analytics:read"))
        assert (response.status_code, response.json()["total_users"]) == (200, 0)

    async def test_needs_the_role_of_its_reader_all_the_same(self, client: httpx.AsyncClient, key_for: KeyFor) -> None:
        response = await client.get("/analytics/summary", headers=key_for("user", "analytics:read", "chat"))
        assert code_of(response) == (403, "role_required")

    @pytest.mark.parametrize("role", ["admin", "user"])
    @pytest.mark.parametrize("scopes", [("chat",), (), ("analytics",), ("analytics:read:all",)])
    async def test_is_refused_without_the_scope_whatever_the_role(
        self, client: httpx.AsyncClient, key_for: KeyFor, role: str, scopes: tuple[str, ...]
    ) -> None:
        response = await client.get("/analytics/summary", headers=key_for(role, *scopes))
        assert code_of(response) == (403, "scope_required")
        assert "the scope analytics:read" in response.json()["detail"]
        assert 'scope="analytics:read"' in response.headers["WWW-Authenticate"]

    async def test_is_refused_to_a_key_that_is_unknown_or_none(
        self, client: httpx.AsyncClient, codec: ApiKeyCodec
    ) -> None:
        for key in (codec.make().text, codec.make().text + "0", "cvo_"):
            response = await client.get("/analytics/summary", headers={"Authorization": f"Bearer {key}"})
            assert code_of(response) == (401, "invalid_api_key")

    async def test_waits_for_auth_service(
        self, client: httpx.AsyncClient, key_for: KeyFor, app: FastAPI, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(_credential: Credential) -> Principal:
            raise IdentityUnavailable()

        monkeypatch.setattr(app.state.session_checker, "check", fail)
        response = await client.get("/analytics/summary", headers=key_for("admin", "analytics:read"))
        assert code_of(response) == (503, "identity_unavailable")


class TestEvents:
    async def test_are_taken_from_no_key(self, client: httpx.AsyncClient, key_for: KeyFor) -> None:
        headers = key_for("admin", "analytics:read", "chat")
        response = await client.post("/events", json={"events": []}, headers=headers)
        assert code_of(response) == (401, "invalid_credentials")
