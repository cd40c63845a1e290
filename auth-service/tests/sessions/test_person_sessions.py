"""`/users/{username}/sessions`: admins see a user's sign-ins and end them, one or all, at once and on record."""

from typing import Any

import httpx
import pytest
from auth_server.db.models import UserSession
from auth_server.dependencies import Parts
from sqlalchemy import select
from support.factors import done

Headers = dict[str, str]
Json = dict[str, Any]
PASSWORD = "testpass123"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ABSENT_ID = "01900000-0000-7000-8000-000000000000"
CALLS = [("GET", ""), ("DELETE", ""), ("DELETE", "/{id}")]


async def sign_in(client: httpx.AsyncClient, username: str = "ada") -> Json:
    form = {"username": username, "password": PASSWORD}
    tokens: Json = done(await client.post("/auth/token", data=form, headers={"User-Agent": FIREFOX}))
    return tokens


def headers_of(tokens: Json) -> Headers:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def sessions(client: httpx.AsyncClient, admin: Headers, username: str = "ada") -> list[Json]:
    found: list[Json] = done(await client.get(f"/users/{username}/sessions", headers=admin))
    return found


async def holds(client: httpx.AsyncClient, headers: Headers) -> bool:
    return (await client.get("/users/me", headers=headers)).status_code == 200


async def entries(client: httpx.AsyncClient, admin: Headers, action: str) -> list[Json]:
    found: list[Json] = done(await client.get("/audit/", params={"action": action}, headers=admin))
    return found


class TestWhoMay:
    @pytest.mark.parametrize(("method", "path"), CALLS)
    async def test_admins_alone(
        self,
        client: httpx.AsyncClient,
        admin: Headers,
        ada: Headers,
        bob: Headers,
        manager: Headers,
        method: str,
        path: str,
    ) -> None:
        [session] = await sessions(client, admin)
        address = f"/users/ada/sessions{path}".replace("{id}", session["id"])
        for headers, status in (({}, 401), (ada, 403), (bob, 403), (manager, 403)):
            assert (await client.request(method, address, headers=headers)).status_code == status
        assert [one["id"] for one in await sessions(client, admin)] == [session["id"]]
        assert await holds(client, ada)

    @pytest.mark.parametrize(("method", "path"), CALLS)
    @pytest.mark.parametrize("name", ["nobody", "me", "a%00b", "%25", "x" * 400])
    async def test_an_absent_user_is_not_found(
        self, client: httpx.AsyncClient, admin: Headers, method: str, path: str, name: str
    ) -> None:
        address = f"/users/{name}/sessions{path}".replace("{id}", ABSENT_ID)
        response = await client.request(method, address, headers=admin)
        assert (response.status_code, response.json()["code"]) == (404, "user_not_found")
        assert await holds(client, admin)


class TestList:
    async def test_is_what_the_user_sees_without_a_current_one(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers
    ) -> None:
        await sign_in(client)
        seen_by_admin = done(await client.get("/users/ADA/sessions", headers=admin))
        own = done(await client.get("/auth/sessions", headers=ada))
        assert [one["is_current"] for one in own] == [False, True]
        assert seen_by_admin == [one | {"is_current": False} for one in own]
        assert seen_by_admin[0]["device"] == "Firefox on Linux"

    async def test_marks_the_admins_own(self, client: httpx.AsyncClient, admin: Headers) -> None:
        assert [one["is_current"] for one in await sessions(client, admin, "admin")] == [True]

    async def test_goes_page_by_page(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        for _ in range(4):
            await sign_in(client)
        listed: list[str] = []
        path: str | None = "/users/ada/sessions?limit=2"
        while path:
            response = await client.get(path, headers=admin)
            listed += [session["id"] for session in done(response)]
            path = response.links.get("next", {}).get("url")
        assert listed == [session["id"] for session in await sessions(client, admin)]
        assert len(set(listed)) == 5

    async def test_holds_no_token(self, client: httpx.AsyncClient, admin: Headers, ada: Headers, parts: Parts) -> None:
        tokens = await sign_in(client)
        text = (await client.get("/users/ada/sessions", headers=admin)).text
        seeds = await parts.database.read(lambda session: list(session.scalars(select(UserSession.seed))))
        for secret in (tokens["access_token"], tokens["refresh_token"], *seeds):
            assert secret not in text

    @pytest.mark.parametrize("query", [{"cursor": "nonsense"}, {"limit": "0"}, {"limit": "201"}])
    async def test_a_wrong_query_is_refused(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, query: dict[str, str]
    ) -> None:
        assert (await client.get("/users/ada/sessions", params=query, headers=admin)).status_code == 422


class TestEndOne:
    async def test_ends_it_at_once_and_no_other(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, bob: Headers, service: Headers
    ) -> None:
        tokens = await sign_in(client)
        [newest, _first] = await sessions(client, admin)
        response = await client.delete(f"/users/Ada/sessions/{newest['id']}", headers=admin)
        assert (response.status_code, response.json()) == (200, {"message": "Signed out there"})
        assert [await holds(client, headers) for headers in (headers_of(tokens), ada, bob, admin)] == [
            False, True, True, True,
        ]  # fmt: skip
        refresh = {"refresh_token": tokens["refresh_token"]}
        assert (await client.post("/auth/refresh", json=refresh)).status_code == 401
        asked = await client.post("/auth/introspect", data={"token": tokens["access_token"]}, headers=service)
        assert done(asked) == {"active": False}
        assert newest["id"] not in str(await sessions(client, admin))

    async def test_is_recorded(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        [session] = await sessions(client, admin)
        done(await client.delete(f"/users/ada/sessions/{session['id']}", headers=admin))
        [entry] = await entries(client, admin, "session.revoked")
        assert (entry["actor_name"], entry["target_kind"], entry["target_id"]) == ("admin", "session", session["id"])
        assert entry["detail"] == {"reason": "ended_by_admin", "user": "ada"}

    async def test_anothers_looks_exactly_like_an_absent_one(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, bob: Headers
    ) -> None:
        [bobs] = await sessions(client, admin, "bob")
        ended = await sign_in(client)
        [newest, _first] = await sessions(client, admin)
        done(await client.post("/auth/logout", headers=headers_of(ended)))
        request = admin | {"X-Request-ID": "the-same-for-all"}
        answers = [
            await client.delete(f"/users/ada/sessions/{session_id}", headers=request)
            for session_id in (ABSENT_ID, bobs["id"], newest["id"], "x", "%00", "' OR 1=1 --", "ü" * 36)
        ]
        assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
        assert answers[0].json()["code"] == "session_not_found"
        assert await holds(client, bob)
        assert await entries(client, admin, "session.revoked") == []


class TestEndAll:
    async def test_ends_every_one_of_theirs_at_once_and_nobody_elses(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, bob: Headers
    ) -> None:
        tokens = await sign_in(client)
        response = await client.delete("/users/ada/sessions", headers=admin)
        assert (response.status_code, response.json()) == (200, {"message": "Signed out everywhere"})
        assert [await holds(client, headers) for headers in (ada, headers_of(tokens), bob, admin)] == [
            False, False, True, True,
        ]  # fmt: skip
        refresh = {"refresh_token": tokens["refresh_token"]}
        assert (await client.post("/auth/refresh", json=refresh)).status_code == 401
        assert await sessions(client, admin) == []

    async def test_lets_them_sign_in_anew(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        done(await client.delete("/users/ada/sessions", headers=admin))
        assert await holds(client, headers_of(await sign_in(client)))

    async def test_is_recorded(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        done(await client.delete("/users/ada/sessions", headers=admin))
        [entry] = await entries(client, admin, "user.sessions_revoked")
        assert (entry["actor_name"], entry["target_kind"], entry["target_name"]) == ("admin", "user", "ada")
        assert entry["detail"] == {"reason": "ended_by_admin"}

    async def test_may_be_the_admins_own(self, client: httpx.AsyncClient, admin: Headers) -> None:
        done(await client.delete("/users/admin/sessions", headers=admin))
        assert not await holds(client, admin)
