"""`POST /users/{username}/password-reset`: links that administrators hand over."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from auth_server.db.models import AuditEntry
from auth_server.dependencies import Parts
from auth_server.settings import AuthSettings
from service_kit.clock import utc_now
from sqlalchemy import select

StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
AskForLink = Callable[..., Awaitable[str]]
NEW = "difference-engine-1"


async def make(client: httpx.AsyncClient, headers: dict[str, str], username: str = "ada") -> httpx.Response:
    return await client.post(f"/users/{username}/password-reset", headers=headers)


async def token_for(client: httpx.AsyncClient, headers: dict[str, str]) -> str:
    response = await make(client, headers)
    assert response.status_code == 200, response.text
    return str(response.json()["link"]).partition("#token=")[2]


async def confirm(client: httpx.AsyncClient, token: str) -> int:
    body = {"token": token, "new_password": NEW}
    return (await client.post("/auth/password-reset/confirm", json=body)).status_code


class TestMakeLink:
    async def test_gives_a_new_password(
        self, client: httpx.AsyncClient, ada: dict[str, str], admin: dict[str, str]
    ) -> None:
        answer = (await make(client, admin, "ADA")).json()
        address, _, token = answer["link"].partition("#token=")
        assert address == "http://page.test/reset-password"
        lasts = datetime.fromisoformat(answer["expires_at"]) - utc_now()
        assert timedelta(minutes=59) < lasts <= timedelta(minutes=60)
        assert await confirm(client, token) == 200
        form = {"username": "ada", "password": NEW}
        assert (await client.post("/auth/token", data=form)).status_code == 200
        assert await confirm(client, token) == 400

    async def test_is_for_admins(
        self, client: httpx.AsyncClient, ada: dict[str, str], manager: dict[str, str], service: dict[str, str]
    ) -> None:
        assert (await make(client, {})).status_code == 401
        assert (await make(client, service)).status_code == 401
        for headers in (ada, manager):
            for username in ("ada", "nobody"):
                refused = await make(client, headers, username)
                assert (refused.status_code, refused.json()["code"]) == (403, "role_required")

    @pytest.mark.parametrize("username", ["nobody", "ada@example.com", "%00", "me"])
    async def test_for_nobody_is_not_found(
        self, client: httpx.AsyncClient, ada: dict[str, str], admin: dict[str, str], username: str
    ) -> None:
        assert (await make(client, admin, username)).status_code == 404

    async def test_for_a_closed_account_is_refused(
        self, client: httpx.AsyncClient, ada: dict[str, str], admin: dict[str, str]
    ) -> None:
        await client.patch("/users/ada", json={"is_active": False}, headers=admin)
        refused = await make(client, admin)
        assert (refused.status_code, refused.json()["code"]) == (409, "account_closed")

    async def test_ends_the_earlier_ones(
        self, client: httpx.AsyncClient, ada: dict[str, str], admin: dict[str, str], ask_for_token: AskForLink
    ) -> None:
        mailed, first = await ask_for_token(), await token_for(client, admin)
        second = await token_for(client, admin)
        assert await confirm(client, mailed) == 400
        assert await confirm(client, first) == 400
        assert await confirm(client, second) == 200

    async def test_is_not_ended_by_whoever_asks_for_a_mail(
        self, client: httpx.AsyncClient, ada: dict[str, str], admin: dict[str, str], ask_for_token: AskForLink
    ) -> None:
        token = await token_for(client, admin)
        await ask_for_token()
        assert await confirm(client, token) == 200

    async def test_works_without_mail(self, settings: AuthSettings, start_service: StartService) -> None:
        async with start_service(settings.model_copy(update={"smtp_host": ""})) as client:
            form = {"username": "admin", "password": "first-admin-2026"}
            access = (await client.post("/auth/token", data=form)).json()["access_token"]
            body = {"username": "ada", "email": "ada@example.com", "password": "testpass123"}
            await client.post("/users/", json=body)
            token = await token_for(client, {"Authorization": f"Bearer {access}"})
            assert await confirm(client, token) == 200

    async def test_is_in_the_audit_trail_without_the_link(
        self, client: httpx.AsyncClient, ada: dict[str, str], admin: dict[str, str], parts: Parts
    ) -> None:
        token = await token_for(client, admin)
        query = select(AuditEntry).where(AuditEntry.action == "password.reset_link_made")
        entry = await parts.database.read(lambda session: session.scalars(query).one())
        assert (entry.actor_name, entry.target_kind, entry.target_name) == ("admin", "user", "ada")
        assert token not in str(vars(entry))


class TestCapabilities:
    async def test_tell_anyone_what_is_offered(self, client: httpx.AsyncClient) -> None:
        answer = (await client.get("/auth/capabilities")).json()
        assert (answer["registration_open"], answer["password_reset_by_mail"]) == (True, True)

    async def test_tell_what_is_not(self, settings: AuthSettings, start_service: StartService) -> None:
        closed: dict[str, Any] = {"smtp_host": "", "registration_open": False}
        async with start_service(settings.model_copy(update=closed)) as client:
            answer = (await client.get("/auth/capabilities")).json()
            assert (answer["registration_open"], answer["password_reset_by_mail"]) == (False, False)
