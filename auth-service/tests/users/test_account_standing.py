"""`GET /internal/accounts/{user_id}`: whether an account is open, for the other services."""

import httpx
import pytest
from auth_server.settings import AuthSettings
from service_kit.tokens import TokenCodec

Headers = dict[str, str]


@pytest.fixture
def service(settings: AuthSettings) -> Headers:
    token = TokenCodec(settings.auth_secret_key.get_secret_value()).sign_service("chat-service")
    return {"Authorization": f"Bearer {token}"}


async def id_of(client: httpx.AsyncClient, person: Headers) -> str:
    return str((await client.get("/users/me", headers=person)).json()["id"])


class TestStanding:
    async def test_is_that_of_the_account(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, service: Headers
    ) -> None:
        path = f"/internal/accounts/{await id_of(client, ada)}"
        for is_active in (True, False, True):
            await client.patch("/users/ada", headers=admin, json={"is_active": is_active})
            response = await client.get(path, headers=service)
            assert (response.status_code, response.json()) == (200, {"is_active": is_active})

    async def test_of_nobody_is_closed(self, client: httpx.AsyncClient, service: Headers) -> None:
        for user_id in ("nobody", "x" * 64):
            assert (await client.get(f"/internal/accounts/{user_id}", headers=service)).json() == {"is_active": False}
        for user_id in ("%00", "x" * 65):
            assert (await client.get(f"/internal/accounts/{user_id}", headers=service)).status_code == 422

    async def test_is_told_to_services_alone(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        path = f"/internal/accounts/{await id_of(client, ada)}"
        for headers in (admin, ada, {}):
            assert (await client.get(path, headers=headers)).status_code == 401
