"""What another service has refused is in the trail, as if it had been refused here."""

from typing import Any

import httpx
import pytest
from auth_server import commands
from auth_server.settings import AuthSettings
from service_kit.tokens import TokenCodec

PATH = "/internal/refused-calls"
CALL: dict[str, Any] = {
    "user_id": "0190b0a5-0000-7000-8000-000000000001",
    "username": "bob",
    "method": "GET",
    "route": "/analytics/summary",
    "address": "192.0.2.7",
    "request_id": "request-of-bob",
    "at": "2026-01-02T03:04:05+00:00",
}
Headers = dict[str, str]


@pytest.fixture
def service(settings: AuthSettings) -> Headers:
    token = TokenCodec(settings.auth_secret_key.get_secret_value()).sign_service("analytics-service")
    return {"Authorization": f"Bearer {token}"}


async def refusals(client: httpx.AsyncClient, admin: Headers) -> list[dict[str, Any]]:
    answer = await client.get("/audit/", headers=admin, params={"action": "admin_call.refused"})
    found: list[dict[str, Any]] = answer.json()
    return found


class TestReport:
    async def test_is_recorded_with_who_what_and_from_where(
        self, client: httpx.AsyncClient, admin: Headers, service: Headers, settings: AuthSettings
    ) -> None:
        calls = [CALL, CALL | {"route": "/analytics/users"}]
        assert (await client.post(PATH, json={"calls": calls}, headers=service)).status_code == 204
        newest, oldest = await refusals(client, admin)
        assert newest["detail"]["route"] == "/analytics/users"
        assert {name: oldest[name] for name in ("actor_id", "actor_name", "address", "request_id")} == {
            "actor_id": CALL["user_id"],
            "actor_name": "bob",
            "address": "192.0.2.7",
            "request_id": "request-of-bob",
        }
        assert oldest["detail"] == {name: CALL[name] for name in ("method", "route", "at")} | {
            "service": "analytics-service"
        }
        assert "4 entries, none changed, missing or moved" in await commands.verify_audit(settings)

    async def test_of_anybody_else_is_refused(self, client: httpx.AsyncClient, admin: Headers, bob: Headers) -> None:
        for headers in ({}, admin, bob):
            assert (await client.post(PATH, json={"calls": [CALL]}, headers=headers)).status_code == 401
        assert await refusals(client, admin) == []

    @pytest.mark.parametrize(
        "body",
        [
            {"calls": []},
            {"calls": [CALL] * 101},
            {"calls": [CALL | {"action": "user.deleted"}]},
            {"calls": [CALL | {"at": "2026-01-02T03:04:05"}]},
            {},
        ],
    )
    async def test_of_another_shape_is_refused_and_nothing_of_it_recorded(
        self, client: httpx.AsyncClient, admin: Headers, service: Headers, body: dict[str, Any]
    ) -> None:
        assert (await client.post(PATH, json=body, headers=service)).status_code == 422
        assert await refusals(client, admin) == []
