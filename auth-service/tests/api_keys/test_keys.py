"""`/api-keys/`: one's own keys are made, listed, renamed and deleted; others' look as if they were not there."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from auth_server.settings import AuthSettings
from service_kit.api_keys import ApiKeyCodec
from service_kit.clock import utc_now

Headers = dict[str, str]
ABSENT_ID = "01900000-0000-7000-8000-000000000000"
SAME_REQUEST = {"X-Request-ID": "the-same-for-both"}
BODY = {"name": "script", "scopes": ["chat"]}


async def make(client: httpx.AsyncClient, headers: Headers, **fields: Any) -> dict[str, Any]:
    response = await client.post("/api-keys/", json=BODY | fields, headers=headers)
    assert response.status_code == 200, response.text
    made: dict[str, Any] = response.json()
    return made


async def listed(client: httpx.AsyncClient, headers: Headers, path: str = "/api-keys/") -> list[dict[str, Any]]:
    response = await client.get(path, headers=headers)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()
    return found


class TestMake:
    async def test_shows_the_key_this_once(
        self, client: httpx.AsyncClient, ada: Headers, settings: AuthSettings
    ) -> None:
        response = await client.post("/api-keys/", json=BODY, headers=ada)
        made = response.json()
        assert response.headers["cache-control"] == "no-store"
        assert set(made) == {"id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "key"}
        assert (made["name"], made["scopes"]) == ("script", ["chat"])
        assert (made["expires_at"], made["last_used_at"]) == (None, None)
        assert made["key"].startswith(made["prefix"] + "_")
        assert ApiKeyCodec(settings.auth_secret_key.get_secret_value()).read(made["key"]) is not None
        [one] = await listed(client, ada)
        assert one == {name: value for name, value in made.items() if name != "key"}

    async def test_takes_scopes_and_an_end(self, client: httpx.AsyncClient, ada: Headers) -> None:
        end = (utc_now() + timedelta(days=30)).replace(microsecond=0)
        made = await make(client, ada, scopes=["analytics:read", "chat", "chat"], expires_at=end.isoformat())
        assert made["scopes"] == ["chat", "analytics:read"]
        assert datetime.fromisoformat(made["expires_at"]) == end
        assert datetime.fromisoformat(made["created_at"]).utcoffset() == timedelta(0)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": ""}, "body.name"),
            ({"name": " \t"}, "body.name"),
            ({"name": "a\nb"}, "body.name"),
            ({"name": "a\x00b"}, "body.name"),
            ({"name": "x" * 101}, "body.name"),
            ({"name": None}, "body.name"),
            ({"scopes": []}, "body.scopes"),
            ({"scopes": ["admin"]}, "body.scopes.0"),
            ({"scopes": "chat"}, "body.scopes"),
            ({"expires_at": "2020-01-01T00:00:00Z"}, "body.expires_at"),
            ({"expires_at": "2040-01-01T00:00:00"}, "body.expires_at"),
            ({"expires_at": "9999-12-31T23:59:59-12:00"}, "body.expires_at"),
            ({"expires_at": "soon"}, "body.expires_at"),
            ({"user_id": ABSENT_ID}, "body.user_id"),
            ({"id": ABSENT_ID}, "body.id"),
            ({"roles": ["admin"]}, "body.roles"),
        ],
    )
    async def test_says_what_is_wrong(
        self, client: httpx.AsyncClient, ada: Headers, change: dict[str, Any], field: str
    ) -> None:
        response = await client.post("/api-keys/", json=BODY | change, headers=ada)
        assert response.status_code == 422
        assert [error["field"] for error in response.json()["errors"]] == [field]
        assert await listed(client, ada) == []

    async def test_is_limited_in_number_and_each_is_told_so(
        self, settings: AuthSettings, start_service: Any, client: httpx.AsyncClient, ada: Headers, bob: Headers
    ) -> None:
        async with start_service(settings.model_copy(update={"api_keys_per_user": 2})) as limited:
            first = await make(limited, ada)
            await make(limited, ada)
            response = await limited.post("/api-keys/", json=BODY, headers=ada)
            assert (response.status_code, response.json()["code"]) == (409, "too_many_api_keys")
            assert "2 API keys" in response.json()["detail"]
            await make(limited, bob)
            await limited.delete(f"/api-keys/{first['id']}", headers=ada)
            await make(limited, ada)

    async def test_of_many_at_once_makes_no_more_than_one_may_have(
        self, settings: AuthSettings, start_service: Any, client: httpx.AsyncClient, ada: Headers
    ) -> None:
        async with start_service(settings.model_copy(update={"api_keys_per_user": 3})) as limited:
            requests = [limited.post("/api-keys/", json=BODY, headers=ada) for _ in range(10)]
            statuses = sorted(response.status_code for response in await asyncio.gather(*requests))
            assert statuses == [200] * 3 + [409] * 7

    @pytest.mark.parametrize(("days", "status"), [(None, 422), (6.9, 200), (7.1, 422)])
    async def test_may_have_to_name_an_end(
        self,
        settings: AuthSettings,
        start_service: Any,
        client: httpx.AsyncClient,
        ada: Headers,
        days: float | None,
        status: int,
    ) -> None:
        async with start_service(settings.model_copy(update={"api_key_maximum_days": 7.0})) as strict:
            end = (utc_now() + timedelta(days=days)).isoformat() if days else None
            response = await strict.post("/api-keys/", json=BODY | {"expires_at": end}, headers=ada)
            assert response.status_code == status
            assert status == 200 or "at most 7 days" in response.json()["detail"]

    async def test_is_for_those_who_are_signed_in(self, client: httpx.AsyncClient) -> None:
        response = await client.post("/api-keys/", json=BODY)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"


class TestList:
    async def test_is_newest_first_and_page_by_page(self, client: httpx.AsyncClient, ada: Headers) -> None:
        for number in range(5):
            await make(client, ada, name=f"key {number}")
        names: list[str] = []
        path: str | None = "/api-keys/?limit=2"
        while path:
            response = await client.get(path, headers=ada)
            names += [key["name"] for key in response.json()]
            path = response.links.get("next", {}).get("url")
        assert names == ["key 4", "key 3", "key 2", "key 1", "key 0"]

    async def test_shows_nothing_of_others(self, client: httpx.AsyncClient, ada: Headers, bob: Headers) -> None:
        await make(client, ada)
        assert await listed(client, bob) == []

    async def test_keeps_what_has_expired(self, client: httpx.AsyncClient, ada: Headers, clock: Any) -> None:
        await make(client, ada, expires_at=(utc_now() + timedelta(days=1)).isoformat())
        clock.advance(days=2)
        assert len(await listed(client, ada)) == 1

    async def test_is_for_those_who_are_signed_in(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/api-keys/")).status_code == 401

    @pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=x"])
    async def test_refuses_what_is_no_page(self, client: httpx.AsyncClient, ada: Headers, query: str) -> None:
        assert (await client.get(f"/api-keys/?{query}", headers=ada)).status_code == 422


class TestRename:
    async def test_changes_the_name_and_nothing_else(self, client: httpx.AsyncClient, ada: Headers) -> None:
        made = await make(client, ada)
        response = await client.patch(f"/api-keys/{made['id']}", json={"name": " backup "}, headers=ada)
        expected = {name: value for name, value in made.items() if name != "key"} | {"name": "backup"}
        assert (response.status_code, response.json()) == (200, expected)
        assert await listed(client, ada) == [expected]

    @pytest.mark.parametrize(
        "body",
        [{}, {"name": ""}, {"name": "x" * 101}, {"name": "y", "scopes": ["chat"]}, {"name": "y", "user_id": "1"}],
    )
    async def test_of_anything_else_is_refused(
        self, client: httpx.AsyncClient, ada: Headers, body: dict[str, Any]
    ) -> None:
        made = await make(client, ada)
        assert (await client.patch(f"/api-keys/{made['id']}", json=body, headers=ada)).status_code == 422
        assert (await listed(client, ada))[0]["name"] == "script"


class TestDelete:
    async def test_takes_one_away_and_no_other(self, client: httpx.AsyncClient, ada: Headers) -> None:
        made, other = await make(client, ada), await make(client, ada)
        response = await client.delete(f"/api-keys/{made['id']}", headers=ada)
        assert (response.status_code, response.json()) == (200, {"message": "API key deleted"})
        assert [key["id"] for key in await listed(client, ada)] == [other["id"]]
        again = await client.delete(f"/api-keys/{made['id']}", headers=ada)
        assert (again.status_code, again.json()["code"]) == (404, "api_key_not_found")


class TestAnothersKey:
    @pytest.mark.parametrize(("method", "body"), [("PATCH", {"name": "mine now"}), ("DELETE", None)])
    async def test_looks_exactly_like_an_absent_one(
        self, client: httpx.AsyncClient, ada: Headers, bob: Headers, admin: Headers, method: str, body: object
    ) -> None:
        theirs, gone = (await make(client, ada))["id"], (await make(client, bob))["id"]
        await client.delete(f"/api-keys/{gone}", headers=bob)
        for caller in (bob, admin):
            answers = [
                await client.request(method, f"/api-keys/{key_id}", json=body, headers=caller | SAME_REQUEST)
                for key_id in (ABSENT_ID, theirs, gone, "x", "%00", "' OR 1=1 --", "ü" * 36)
            ]
            assert {
                (answer.status_code, str(sorted(answer.headers.items())), answer.content) for answer in answers
            } == {(404, str(sorted(answers[0].headers.items())), answers[0].content)}
            assert answers[0].json()["code"] == "api_key_not_found"
        assert [key["name"] for key in await listed(client, ada)] == ["script"]

    @pytest.mark.parametrize(("method", "body"), [("PATCH", {"name": "x"}), ("DELETE", None)])
    async def test_tells_an_anonymous_caller_nothing(
        self, client: httpx.AsyncClient, ada: Headers, method: str, body: object
    ) -> None:
        own = (await make(client, ada))["id"]
        answers = [
            await client.request(method, f"/api-keys/{key_id}", json=body, headers=SAME_REQUEST)
            for key_id in (own, ABSENT_ID)
        ]
        assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}


class TestAdministration:
    async def test_sees_and_deletes_anyones(self, client: httpx.AsyncClient, ada: Headers, admin: Headers) -> None:
        made, kept = await make(client, ada), await make(client, ada, name="kept")
        found = await listed(client, admin, "/users/ADA/api-keys")
        assert [key["name"] for key in found] == ["kept", "script"]
        assert made["key"] not in str(found)
        response = await client.delete(f"/users/ada/api-keys/{made['id']}", headers=admin)
        assert (response.status_code, response.json()) == (200, {"message": "API key deleted"})
        assert [key["id"] for key in await listed(client, ada)] == [kept["id"]]

    async def test_goes_page_by_page(self, client: httpx.AsyncClient, ada: Headers, admin: Headers) -> None:
        for _ in range(3):
            await make(client, ada)
        response = await client.get("/users/ada/api-keys?limit=2", headers=admin)
        rest = await client.get(response.links["next"]["url"], headers=admin)
        assert (len(response.json()), len(rest.json())) == (2, 1)

    async def test_finds_a_key_under_its_owner_alone(
        self, client: httpx.AsyncClient, ada: Headers, bob: Headers, admin: Headers
    ) -> None:
        theirs = (await make(client, ada))["id"]
        for path, code in (
            (f"/users/bob/api-keys/{theirs}", "api_key_not_found"),
            (f"/users/ada/api-keys/{ABSENT_ID}", "api_key_not_found"),
            (f"/users/nobody/api-keys/{theirs}", "user_not_found"),
        ):
            response = await client.delete(path, headers=admin)
            assert (response.status_code, response.json()["code"]) == (404, code)
        assert (await client.get("/users/nobody/api-keys", headers=admin)).status_code == 404
        assert len(await listed(client, ada)) == 1

    async def test_is_for_admins_alone(
        self, client: httpx.AsyncClient, ada: Headers, bob: Headers, manager: Headers
    ) -> None:
        key_id = (await make(client, ada))["id"]
        for caller, status in ((ada, 403), (bob, 403), (manager, 403), ({}, 401)):
            for name in ("ada", "nobody"):
                assert (await client.get(f"/users/{name}/api-keys", headers=caller)).status_code == status
                assert (await client.delete(f"/users/{name}/api-keys/{key_id}", headers=caller)).status_code == status
        assert len(await listed(client, ada)) == 1
