"""What the other services are told of a key, when it stops to hold, and that it opens nothing in auth-service."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from auth_server.settings import AuthSettings
from pydantic import SecretStr
from service_kit.api_keys import ApiKeyCodec
from service_kit.clock import utc_now
from service_kit.errors import DatabaseUnavailable
from support.databases import change, dump_of, rows_of

Headers = dict[str, str]
Key = dict[str, Any]
MakeKey = Callable[..., Awaitable[Key]]
INACTIVE = {"active": False}
PASSWORD = "testpass123"
BODY = {"name": "script", "scopes": ["chat"]}


@pytest.fixture
def make_key(client: httpx.AsyncClient, ada: Headers) -> MakeKey:
    """Makes a key of Ada's."""

    async def make(**fields: Any) -> Key:
        response = await client.post("/api-keys/", json=BODY | fields, headers=ada)
        assert response.status_code == 200, response.text
        made: Key = response.json()
        return made

    return make


@pytest.fixture
async def key(make_key: MakeKey) -> Key:
    """A key of Ada's without an end."""
    return await make_key()


async def introspect(client: httpx.AsyncClient, service: Headers, token: str) -> dict[str, Any]:
    response = await client.post("/auth/introspect", data={"token": token}, headers=service)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    said: dict[str, Any] = response.json()
    return said


class TestSeveral:
    async def test_each_is_answered_as_it_would_be_alone_and_in_order(
        self, client: httpx.AsyncClient, service: Headers, key: Key, ada: Headers
    ) -> None:
        tokens = [ada["Authorization"].removeprefix("Bearer "), "rubbish", key["key"], key["key"]]
        response = await client.post("/auth/introspections", json={"tokens": tokens}, headers=service)

        assert response.status_code == 200, response.text
        assert response.headers["cache-control"] == "no-store"
        assert response.json() == [await introspect(client, service, token) for token in tokens]
        assert [said["active"] for said in response.json()] == [True, False, True, True]

    @pytest.mark.parametrize("body", [{"tokens": []}, {"tokens": ["x"] * 101}, {"tokens": "x"}, {}, {"token": "x"}])
    async def test_none_and_more_than_a_hundred_are_refused(
        self, client: httpx.AsyncClient, service: Headers, body: dict[str, Any]
    ) -> None:
        assert (await client.post("/auth/introspections", json=body, headers=service)).status_code == 422

    async def test_it_is_for_services_alone(self, client: httpx.AsyncClient, ada: Headers) -> None:
        body = {"tokens": ["x"]}
        for headers in ({}, ada):
            assert (await client.post("/auth/introspections", json=body, headers=headers)).status_code == 401


class TestActive:
    async def test_tells_scopes_owner_and_roles(
        self, client: httpx.AsyncClient, service: Headers, ada: Headers, make_key: MakeKey, admin: Headers
    ) -> None:
        end = (utc_now() + timedelta(days=1)).replace(microsecond=0)
        key = await make_key(scopes=["chat", "analytics:read"], expires_at=end.isoformat())
        me = (await client.get("/users/me", headers=ada)).json()
        said = await introspect(client, service, key["key"])
        assert abs(said.pop("iat") - utc_now().timestamp()) < 60
        assert said == {
            "active": True,
            "token_type": "Bearer",
            "scope": "chat analytics:read",
            "client_id": key["id"],
            "username": "ada",
            "sub": "ada",
            "user_id": me["id"],
            "roles": ["user"],
            "iss": "convoai",
            "exp": int(end.timestamp()),
        }
        await client.put("/users/ada/roles", json={"roles": ["manager"]}, headers=admin)
        assert (await introspect(client, service, key["key"]))["roles"] == ["manager"]

    async def test_needs_no_end(self, client: httpx.AsyncClient, service: Headers, key: Key, clock: Any) -> None:
        clock.advance(days=10_000)
        assert (await introspect(client, service, key["key"]))["exp"] is None

    async def test_is_a_use_noted_once_a_minute(
        self, client: httpx.AsyncClient, service: Headers, ada: Headers, key: Key, clock: Any
    ) -> None:
        async def last_use() -> str | None:
            [one] = (await client.get("/api-keys/", headers=ada)).json()
            used: str | None = one["last_used_at"]
            return used

        assert await last_use() is None
        await introspect(client, service, key["key"])
        first = await last_use()
        assert first is not None
        clock.advance(seconds=55)
        await introspect(client, service, key["key"])
        assert await last_use() == first
        clock.advance(seconds=10)
        await introspect(client, service, key["key"])
        later = await last_use()
        assert later is not None
        assert later > first

    async def test_is_told_also_when_the_use_cannot_be_noted(
        self, client: httpx.AsyncClient, service: Headers, key: Key, app: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def refuse(_work: object) -> None:
            raise DatabaseUnavailable()

        monkeypatch.setattr(app.state.parts.database, "write", refuse)
        assert (await introspect(client, service, key["key"]))["active"] is True

    async def test_outlives_a_changed_password_and_signing_out(
        self, client: httpx.AsyncClient, service: Headers, ada: Headers, key: Key
    ) -> None:
        body = {"current_password": PASSWORD, "new_password": "difference-engine-1"}
        assert (await client.put("/users/me/password", json=body, headers=ada)).status_code == 200
        await client.delete("/auth/sessions", headers=ada)
        assert (await introspect(client, service, key["key"]))["active"] is True

    async def test_outlives_a_restart(
        self, settings: AuthSettings, start_service: Any, client: httpx.AsyncClient, service: Headers, key: Key
    ) -> None:
        async with start_service(settings) as again:
            assert (await introspect(again, service, key["key"]))["client_id"] == key["id"]


class TestInactive:
    @pytest.mark.parametrize("end", ["delete", "delete by admin", "expire", "deactivate owner", "delete owner"])
    async def test_is_every_key_that_has_ended(
        self,
        client: httpx.AsyncClient,
        service: Headers,
        ada: Headers,
        admin: Headers,
        make_key: MakeKey,
        clock: Any,
        end: str,
    ) -> None:
        key = await make_key(expires_at=(utc_now() + timedelta(days=1)).isoformat())
        assert (await introspect(client, service, key["key"]))["active"] is True
        match end:
            case "delete":
                await client.delete(f"/api-keys/{key['id']}", headers=ada)
            case "delete by admin":
                await client.delete(f"/users/ada/api-keys/{key['id']}", headers=admin)
            case "expire":
                clock.advance(days=1)
            case "deactivate owner":
                await client.patch("/users/ada", json={"is_active": False}, headers=admin)
            case "delete owner":
                await client.delete("/users/ada", headers=admin)
        assert await introspect(client, service, key["key"]) == INACTIVE

    async def test_is_not_for_ever_when_the_account_is_opened_again(
        self, client: httpx.AsyncClient, service: Headers, admin: Headers, key: Key
    ) -> None:
        for is_active in (False, True):
            await client.patch("/users/ada", json={"is_active": is_active}, headers=admin)
            assert (await introspect(client, service, key["key"]))["active"] is is_active

    async def test_leaves_no_row_when_the_owner_is_deleted(
        self, client: httpx.AsyncClient, settings: AuthSettings, admin: Headers, key: Key
    ) -> None:
        assert rows_of(settings.database_url, "SELECT count(*) FROM api_keys") == [(1,)]
        await client.delete("/users/ada", headers=admin)
        assert rows_of(settings.database_url, "SELECT count(*) FROM api_keys") == [(0,)]

    async def test_is_what_is_no_key_of_ours(
        self, client: httpx.AsyncClient, service: Headers, settings: AuthSettings, key: Key
    ) -> None:
        text: str = key["key"]
        never_stored = ApiKeyCodec(settings.auth_secret_key.get_secret_value()).make().text
        swapped = text[:-1] + ("a" if text[-1] != "a" else "b")
        for other in (never_stored, swapped, text[:-1], f"{text} ", f"Bearer {text}", "cvo_", "cvo_\x00", text.lower()):
            assert await introspect(client, service, other) == INACTIVE

    async def test_is_a_key_planted_by_someone_who_can_write_to_the_database(
        self, client: httpx.AsyncClient, service: Headers, settings: AuthSettings, key: Key
    ) -> None:
        change(settings.database_url, "UPDATE api_keys SET key_hash = '" + "0" * 64 + "'")
        assert await introspect(client, service, key["key"]) == INACTIVE

    async def test_is_every_key_after_the_secret_was_changed(
        self, settings: AuthSettings, start_service: Any, client: httpx.AsyncClient, key: Key, admin: Headers
    ) -> None:
        changed = settings.model_copy(update={"auth_secret_key": SecretStr("another-secret-with-more-than-32-bytes")})
        async with start_service(changed) as other:
            codec = other._transport.app.state.token_codec
            service = {"Authorization": f"Bearer {codec.sign_service('chat-service')}"}
            assert await introspect(other, service, key["key"]) == INACTIVE


class TestWhatIsStored:
    async def test_cannot_be_turned_back_into_the_key(
        self, client: httpx.AsyncClient, settings: AuthSettings, ada: Headers, key: Key
    ) -> None:
        headers = ada | {"Idempotency-Key": "once"}
        sealed = (await client.post("/api-keys/", json=BODY, headers=headers)).json()
        dump = dump_of(settings.database_url)
        assert key["prefix"].removeprefix("cvo_") in dump
        for made in (key["key"], sealed["key"]):
            assert made not in dump
            assert made[17:60] not in dump


class TestReplay:
    async def test_gives_the_first_key_again(self, client: httpx.AsyncClient, ada: Headers) -> None:
        headers = ada | {"Idempotency-Key": "once"}
        answers = [(await client.post("/api-keys/", json=BODY, headers=headers)).json() for _ in range(2)]
        assert answers[0] == answers[1]
        assert len((await client.get("/api-keys/", headers=ada)).json()) == 1

    async def test_outlives_a_restart(
        self, settings: AuthSettings, start_service: Any, client: httpx.AsyncClient, ada: Headers
    ) -> None:
        headers = ada | {"Idempotency-Key": "once"}
        first = (await client.post("/api-keys/", json=BODY, headers=headers)).json()
        async with start_service(settings) as again:
            assert (await again.post("/api-keys/", json=BODY, headers=headers)).json() == first

    async def test_with_another_body_is_refused(self, client: httpx.AsyncClient, ada: Headers) -> None:
        headers = ada | {"Idempotency-Key": "once"}
        await client.post("/api-keys/", json=BODY, headers=headers)
        response = await client.post("/api-keys/", json=BODY | {"name": "other"}, headers=headers)
        assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")

    async def test_by_somebody_else_is_no_replay(self, client: httpx.AsyncClient, ada: Headers, bob: Headers) -> None:
        keys = [
            (await client.post("/api-keys/", json=BODY, headers=caller | {"Idempotency-Key": "once"})).json()["key"]
            for caller in (ada, bob)
        ]
        assert keys[0] != keys[1]


class TestAuthService:
    """A key that has leaked must not be able to make another, read an address, or end a session."""

    CALLS = (
        ("GET", "/users/me"), ("PATCH", "/users/me"), ("PUT", "/users/me/password"), ("GET", "/users/"),
        ("GET", "/users/ada"), ("PATCH", "/users/ada"), ("DELETE", "/users/ada"), ("PUT", "/users/ada/roles"),
        ("POST", "/users/"), ("GET", "/roles/"), ("GET", "/auth/sessions"), ("DELETE", "/auth/sessions"),
        ("DELETE", "/auth/sessions/x"), ("GET", "/api-keys/"), ("POST", "/api-keys/"), ("PATCH", "/api-keys/x"),
        ("DELETE", "/api-keys/x"), ("GET", "/users/ada/api-keys"), ("DELETE", "/users/ada/api-keys/x"),
    )  # fmt: skip

    async def test_takes_no_key_and_tells_none_from_another(
        self, client: httpx.AsyncClient, make_key: MakeKey, admin: Headers
    ) -> None:
        key = await make_key(scopes=["chat", "analytics:read"])
        await client.put("/users/ada/roles", json={"roles": ["admin", "user"]}, headers=admin)
        for method, path in self.CALLS:
            answers = [
                await client.request(
                    method, path, json={}, headers={"Authorization": f"Bearer {text}", "X-Request-ID": "same"}
                )
                for text in (key["key"], "cvo_nonsense")
            ]
            assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}, path
            assert answers[0].json()["code"] == "session_required"
            assert answers[0].headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("path", ["/auth/logout", "/auth/introspect"])
    async def test_takes_none_where_other_tokens_are_asked_for(
        self, client: httpx.AsyncClient, key: Key, path: str
    ) -> None:
        headers = {"Authorization": f"Bearer {key['key']}"}
        assert (await client.post(path, data={"token": key["key"]}, headers=headers)).status_code == 401

    async def test_takes_none_as_refresh_token(self, client: httpx.AsyncClient, key: Key) -> None:
        assert (await client.post("/auth/refresh", json={"refresh_token": key["key"]})).status_code == 401
