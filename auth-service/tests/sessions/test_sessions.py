"""`/auth/sessions` and `/auth/logout`: one's own sign-ins, and ending them."""

from datetime import datetime
from typing import Any

import httpx
import pytest

PASSWORD = "testpass123"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ABSENT_ID = "01900000-0000-7000-8000-000000000000"
SAME_REQUEST = {"X-Request-ID": "the-same-for-both"}
Headers = dict[str, str]


async def sign_in(client: httpx.AsyncClient, username: str = "ada", password: str = PASSWORD) -> Headers:
    form = {"username": username, "password": password}
    response = await client.post("/auth/token", data=form, headers={"User-Agent": FIREFOX})
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


async def sessions(client: httpx.AsyncClient, headers: Headers) -> list[dict[str, Any]]:
    response = await client.get("/auth/sessions", headers=headers)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()
    return found


async def current_id(client: httpx.AsyncClient, headers: Headers) -> str:
    [own] = [session for session in await sessions(client, headers) if session["is_current"]]
    return str(own["id"])


async def holds(client: httpx.AsyncClient, headers: Headers) -> bool:
    return (await client.get("/users/me", headers=headers)).status_code == 200


class TestList:
    async def test_tells_device_address_and_times(self, client: httpx.AsyncClient, ada: Headers, clock: Any) -> None:
        headers = await sign_in(client)
        clock.advance(minutes=5)
        await client.get("/users/me", headers=headers)
        newest, oldest = await sessions(client, headers)
        assert set(newest) == {
            "id", "device", "address", "created_at", "last_used_at", "expires_at", "is_current",
        }  # fmt: skip
        assert (newest["device"], newest["address"], newest["is_current"]) == ("Firefox on Linux", "127.0.0.1", True)
        assert (oldest["device"].startswith("python-httpx/"), oldest["is_current"]) == (True, False)
        created, used = (datetime.fromisoformat(newest[name]) for name in ("created_at", "last_used_at"))
        assert 299 < (used - created).total_seconds() < 330
        assert created.utcoffset() is not None

    async def test_shows_nothing_of_others(self, client: httpx.AsyncClient, ada: Headers, bob: Headers) -> None:
        assert len(await sessions(client, ada)) == 1
        assert await current_id(client, ada) not in str(await sessions(client, bob))

    async def test_goes_page_by_page(self, client: httpx.AsyncClient, ada: Headers) -> None:
        for _ in range(4):
            await sign_in(client)
        listed: list[str] = []
        path: str | None = "/auth/sessions?limit=2"
        while path:
            response = await client.get(path, headers=ada)
            listed += [session["id"] for session in response.json()]
            path = response.links.get("next", {}).get("url")
        assert listed == [session["id"] for session in await sessions(client, ada)]
        assert len(set(listed)) == 5

    async def test_leaves_out_what_has_ended(self, client: httpx.AsyncClient, ada: Headers, clock: Any) -> None:
        left = await sign_in(client)
        await client.post("/auth/logout", headers=left)
        assert len(await sessions(client, ada)) == 1
        clock.advance(days=6)
        await sessions(client, ada)
        unused = len(await sessions(client, ada))
        await sign_in(client)
        clock.advance(days=6)
        assert unused == 1
        assert len(await sessions(client, ada)) == 2
        clock.advance(days=6)
        assert len(await sessions(client, ada)) == 1

    async def test_is_for_those_who_are_signed_in(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/auth/sessions")).status_code == 401


class TestEnd:
    async def test_ends_one_and_no_other(self, client: httpx.AsyncClient, ada: Headers) -> None:
        other, third = await sign_in(client), await sign_in(client)
        response = await client.delete(f"/auth/sessions/{await current_id(client, other)}", headers=ada)
        assert (response.status_code, response.json()) == (200, {"message": "Signed out there"})
        assert [await holds(client, headers) for headers in (ada, other, third)] == [True, False, True]

    async def test_may_be_the_own_one(self, client: httpx.AsyncClient, ada: Headers) -> None:
        assert (await client.delete(f"/auth/sessions/{await current_id(client, ada)}", headers=ada)).status_code == 200
        assert not await holds(client, ada)

    async def test_anothers_looks_exactly_like_an_absent_one(
        self, client: httpx.AsyncClient, ada: Headers, bob: Headers
    ) -> None:
        theirs, own = await current_id(client, ada), await sign_in(client, "bob")
        ended = await current_id(client, own)
        await client.post("/auth/logout", headers=own)
        answers = [
            await client.delete(f"/auth/sessions/{session_id}", headers=bob | SAME_REQUEST)
            for session_id in (ABSENT_ID, theirs, ended, "x", "%00", "' OR 1=1 --", "ü" * 36)
        ]
        assert {(answer.status_code, str(sorted(answer.headers.items())), answer.content) for answer in answers} == {
            (404, str(sorted(answers[0].headers.items())), answers[0].content)
        }
        assert answers[0].json()["code"] == "session_not_found"
        assert await holds(client, ada)

    async def test_an_administrator_ends_nobody_elses_here(
        self, client: httpx.AsyncClient, ada: Headers, admin: Headers
    ) -> None:
        response = await client.delete(f"/auth/sessions/{await current_id(client, ada)}", headers=admin)
        assert response.status_code == 404

    async def test_an_anonymous_caller_learns_nothing(self, client: httpx.AsyncClient, ada: Headers) -> None:
        own = await current_id(client, ada)
        answers = [await client.delete(f"/auth/sessions/{one}", headers=SAME_REQUEST) for one in (own, ABSENT_ID)]
        assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}


class TestEndAll:
    async def test_signs_out_everywhere(self, client: httpx.AsyncClient, ada: Headers, bob: Headers) -> None:
        other = await sign_in(client)
        assert (await client.delete("/auth/sessions", headers=ada)).status_code == 200
        assert [await holds(client, headers) for headers in (ada, other, bob)] == [False, False, True]
        assert await holds(client, await sign_in(client)), "a new sign-in is a new session"

    async def test_may_keep_the_own_one(self, client: httpx.AsyncClient, ada: Headers) -> None:
        other = await sign_in(client)
        response = await client.delete("/auth/sessions", params={"except_current": "true"}, headers=ada)
        assert response.status_code == 200
        assert [await holds(client, headers) for headers in (ada, other)] == [True, False]

    async def test_is_for_those_who_are_signed_in(self, client: httpx.AsyncClient) -> None:
        assert (await client.delete("/auth/sessions")).status_code == 401


class TestSignOut:
    async def test_ends_the_session_of_the_access_token(self, client: httpx.AsyncClient, ada: Headers) -> None:
        other = await sign_in(client)
        response = await client.post("/auth/logout", headers=ada)
        assert (response.status_code, response.json()) == (200, {"message": "Signed out"})
        assert "set-cookie" not in response.headers
        assert [await holds(client, headers) for headers in (ada, other)] == [False, True]

    @pytest.mark.parametrize("header", [None, "Bearer x", "Basic YTpi", "Bearer cvr_x"])
    async def test_without_a_token_of_ours_is_401(self, client: httpx.AsyncClient, header: str | None) -> None:
        response = await client.post("/auth/logout", headers={"Authorization": header} if header else {})
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"


class TestPasswordChange:
    async def test_ends_the_other_sessions(self, client: httpx.AsyncClient, ada: Headers, bob: Headers) -> None:
        other = await sign_in(client)
        body = {"current_password": PASSWORD, "new_password": "difference-engine-1"}
        assert (await client.put("/users/me/password", json=body, headers=ada)).status_code == 200
        assert [await holds(client, headers) for headers in (ada, other, bob)] == [True, False, True]

    async def test_that_is_refused_ends_none(self, client: httpx.AsyncClient, ada: Headers) -> None:
        other = await sign_in(client)
        body = {"current_password": "wrong-pass-1", "new_password": "difference-engine-1"}
        assert (await client.put("/users/me/password", json=body, headers=ada)).status_code == 400
        assert await holds(client, other)
