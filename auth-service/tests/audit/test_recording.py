"""Every change to users, roles, passwords and sessions leaves an entry, and so does every refused admin call."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from auth_server.settings import AuthSettings

PASSWORD = "testpass123"
BOB = {"username": "bob", "email": "bob@example.com", "password": PASSWORD}
Headers = dict[str, str]
MakeUser = Callable[..., Awaitable[Headers]]
Entry = dict[str, Any]


async def entries(client: httpx.AsyncClient, admin: Headers, **which: str) -> list[Entry]:
    answer = await client.get("/audit/", headers=admin, params=which)
    assert answer.status_code == 200, answer.text
    found: list[Entry] = answer.json()
    return found


async def newest(client: httpx.AsyncClient, admin: Headers, action: str) -> Entry:
    return (await entries(client, admin, action=action))[0]


def said(entry: Entry) -> tuple[str, str | None, dict[str, Any]]:
    """Who, whom, and what of it."""
    return entry["actor_name"], entry["target_name"], entry["detail"]


class TestUsers:
    async def test_first_admin(self, client: httpx.AsyncClient, admin: Headers) -> None:
        entry = await newest(client, admin, "user.created")
        assert said(entry) == ("(first start)", "admin", {"roles": ["admin", "user"]})
        assert entry["sequence"] == 1

    async def test_registration(self, client: httpx.AsyncClient, admin: Headers) -> None:
        headers = {"X-Request-ID": "request-of-bob"}
        user = (await client.post("/users/", json=BOB, headers=headers)).json()
        entry = await newest(client, admin, "user.registered")
        assert (entry["actor_id"], entry["target_id"], entry["target_name"]) == (None, user["id"], "bob")
        assert (entry["request_id"], entry["address"]) == ("request-of-bob", "127.0.0.1")

    async def test_registration_that_is_repeated_once(self, client: httpx.AsyncClient, admin: Headers) -> None:
        for _ in range(2):
            await client.post("/users/", json=BOB, headers={"Idempotency-Key": "k"})
        assert len(await entries(client, admin, action="user.registered")) == 1

    async def test_creation_by_an_admin(self, client: httpx.AsyncClient, admin: Headers, make_user: MakeUser) -> None:
        await make_user("mary", "manager")
        assert said(await newest(client, admin, "user.created")) == ("admin", "mary", {"roles": ["manager"]})

    @pytest.mark.parametrize(
        ("method", "path", "body", "action", "detail"),
        [
            ("PATCH", "", {"full_name": "Ada L."}, "user.changed", {"fields": ["full_name"]}),
            ("PATCH", "", {"is_active": False}, "user.deactivated", {}),
            ("PUT", "/roles", {"roles": ["manager"]}, "user.roles_changed", {"from": ["user"], "to": ["manager"]}),
        ],
    )
    async def test_administration(
        self,
        client: httpx.AsyncClient,
        admin: Headers,
        ada: Headers,
        method: str,
        path: str,
        body: Any,
        action: str,
        detail: dict[str, Any],
    ) -> None:
        answer = await client.request(method, f"/users/ada{path}", json=body, headers=admin)
        assert answer.status_code == 200
        assert said(await newest(client, admin, action)) == ("admin", "ada", detail)

    async def test_deletion(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        deletion = (await client.delete("/users/ada", headers=admin)).json()
        detail = {"erasure_id": deletion["erasure_id"]}
        assert said(await newest(client, admin, "user.deleted")) == ("admin", "ada", detail)

    async def test_what_changes_nothing_leaves_none(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers
    ) -> None:
        before = len(await entries(client, admin))
        await client.patch("/users/ada", json={"is_active": True}, headers=admin)
        await client.put("/users/ada/roles", json={"roles": ["user"]}, headers=admin)
        await client.delete("/users/admin", headers=admin)  # the last one stays
        await client.patch("/users/me", json={"preferences": {"theme": "dark"}}, headers=ada)
        assert len(await entries(client, admin)) == before

    async def test_own_profile_and_password(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        await client.patch("/users/me", json={"email": "countess@example.com"}, headers=ada)
        assert said(await newest(client, admin, "user.changed")) == ("ada", "ada", {"fields": ["email"]})
        body = {"current_password": PASSWORD, "new_password": "analytical-engine-1"}
        assert (await client.put("/users/me/password", json=body, headers=ada)).status_code == 200
        assert said(await newest(client, admin, "password.changed")) == ("ada", "ada", {})


class TestSessions:
    async def test_begin_and_end(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        begun = await newest(client, admin, "session.begun")
        assert begun["actor_name"] == "ada"
        assert (await client.post("/auth/logout", headers=ada)).status_code == 200
        ended = await newest(client, admin, "session.ended")
        assert (ended["actor_name"], ended["target_id"]) == ("ada", begun["target_id"])

    async def test_end_from_the_list(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        (session,) = (await client.get("/auth/sessions", headers=ada)).json()
        await client.delete(f"/auth/sessions/{session['id']}", headers=ada)
        revoked = await newest(client, admin, "session.revoked")
        assert (revoked["actor_name"], revoked["target_id"]) == ("ada", session["id"])

    async def test_end_everywhere(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        await client.delete("/auth/sessions", headers=ada)
        entry = await newest(client, admin, "user.sessions_revoked")
        assert said(entry) == ("ada", "ada", {"reason": "signed_out_everywhere"})

    async def test_refused_sign_in_names_nobody_who_is_not_there(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers
    ) -> None:
        # People type passwords into the field for the name: what is nobody's name is not kept.
        for login in ("ada", "hunter2-is-my-password"):
            await client.post("/auth/token", data={"username": login, "password": "wrong-password-1"})
        unknown, known = await entries(client, admin, action="sign_in.refused")
        assert (known["target_name"], unknown["target_name"]) == ("ada", None)
        assert "hunter2" not in str(await entries(client, admin))

    async def test_reused_refresh_token(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, clock: Any
    ) -> None:
        signed_in = await client.post("/auth/token", data={"username": "ada", "password": PASSWORD})
        first = {"refresh_token": signed_in.json()["refresh_token"]}
        assert (await client.post("/auth/refresh", json=first)).status_code == 200
        clock.advance(seconds=11)
        assert (await client.post("/auth/refresh", json=first)).status_code == 401
        entry = await newest(client, admin, "session.revoked")
        assert (entry["actor_id"], entry["detail"]) == (None, {"reason": "token_reused"})


class TestRefusedAdminCalls:
    @pytest.mark.parametrize(
        ("method", "path", "route"),
        [
            ("GET", "/users/", "/users/"),
            ("PATCH", "/users/bob", "/users/{username}"),
            ("DELETE", "/users/bob", "/users/{username}"),
            ("PUT", "/users/bob/roles", "/users/{username}/roles"),
            ("GET", "/roles/", "/roles/"),
            ("GET", "/audit/", "/audit/"),
            ("GET", "/erasures/", "/erasures/"),
            ("GET", "/users/bob/erasure-preview", "/users/{username}/erasure-preview"),
            ("GET", "/users/bob/sessions", "/users/{username}/sessions"),
        ],
    )
    async def test_are_recorded_by_route(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, method: str, path: str, route: str
    ) -> None:
        body = {"roles": ["admin"]} if path.endswith("/bob/roles") else {} if method == "PATCH" else None
        assert (await client.request(method, path, json=body, headers=ada)).status_code == 403
        entry = await newest(client, admin, "admin_call.refused")
        assert said(entry) == ("ada", None, {"method": method, "route": route})

    async def test_of_someone_who_chooses_their_own_roles(self, client: httpx.AsyncClient, admin: Headers) -> None:
        assert (await client.post("/users/", json={**BOB, "roles": ["admin"]})).status_code == 403
        entry = await newest(client, admin, "admin_call.refused")
        assert (entry["actor_id"], entry["detail"]) == (None, {"method": "POST", "route": "/users/"})


class TestSecrets:
    async def test_are_in_no_entry(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, settings: AuthSettings
    ) -> None:
        body = {"current_password": PASSWORD, "new_password": "analytical-engine-1"}
        await client.put("/users/me/password", json=body, headers=ada)
        signed_in = await client.post("/auth/token", data={"username": "ada", "password": "analytical-engine-1"})
        await client.post("/auth/refresh", json={"refresh_token": signed_in.json()["refresh_token"]})
        text = str(await entries(client, admin, limit="200"))
        secrets = [PASSWORD, "analytical-engine-1", signed_in.json()["access_token"]]
        secrets += [signed_in.json()["refresh_token"], settings.auth_secret_key.get_secret_value()]
        assert [secret for secret in secrets if secret in text] == []
