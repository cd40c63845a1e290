"""The page's way: the refresh token in a cookie, and who may not use that."""

from http.cookies import Morsel, SimpleCookie

import httpx
import pytest
from auth_server.settings import AuthSettings
from fastapi import FastAPI

PASSWORD = "testpass123"
ORIGIN = "http://localhost:3000"
PAGE = {"X-Requested-With": "convoai", "Origin": ORIGIN}
FORM = {"username": "ada", "password": PASSWORD}

pytestmark = pytest.mark.usefixtures("ada")


def cookie_of(response: httpx.Response) -> "Morsel[str]":
    """The cookie of the session that the answer sets."""
    lines = response.headers.get_list("set-cookie")
    [cookie] = [line for header in lines for line in SimpleCookie(header).values() if line.key == "convoai_refresh"]
    return cookie


async def sign_in(client: httpx.AsyncClient, **headers: str) -> httpx.Response:
    response = await client.post("/auth/token", data=FORM, headers=PAGE | headers)
    assert response.status_code == 200, response.text
    return response


async def session_count(client: httpx.AsyncClient, response: httpx.Response) -> int:
    headers = {"Authorization": f"Bearer {response.json()['access_token']}"}
    return len((await client.get("/auth/sessions", headers=headers)).json())


class TestSignIn:
    async def test_sets_the_cookie_and_says_nothing_of_it_in_the_body(self, client: httpx.AsyncClient) -> None:
        response = await sign_in(client)
        cookie = cookie_of(response)
        assert response.json()["refresh_token"] is None
        assert cookie.key == "convoai_refresh"
        assert cookie.value.startswith("cvr_")
        assert cookie.value not in response.text
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "strict", "/auth")
        assert cookie["domain"] == ""
        assert int(cookie["max-age"]) == 7 * 86_400

    async def test_the_cookie_is_for_http_in_development(self, client: httpx.AsyncClient) -> None:
        assert cookie_of(await sign_in(client))["secure"] == ""

    async def test_the_cookie_is_for_https_alone_where_there_is_https(
        self, client: httpx.AsyncClient, app: FastAPI
    ) -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://auth.test") as secure:
            assert cookie_of(await secure.post("/auth/token", data=FORM, headers=PAGE))["secure"] is True

    async def test_programs_get_no_cookie(self, client: httpx.AsyncClient) -> None:
        response = await client.post("/auth/token", data=FORM, headers={"Origin": ORIGIN})
        assert "set-cookie" not in response.headers
        assert response.json()["refresh_token"].startswith("cvr_")

    async def test_a_refused_one_sets_none(self, client: httpx.AsyncClient) -> None:
        response = await client.post("/auth/token", data=FORM | {"password": "wrong-pass-1"}, headers=PAGE)
        assert response.status_code == 401
        assert "set-cookie" not in response.headers


class TestRefresh:
    async def test_takes_the_cookie_and_sets_the_next(self, client: httpx.AsyncClient) -> None:
        first = cookie_of(await sign_in(client)).value
        response = await client.post("/auth/refresh", headers=PAGE)
        assert response.status_code == 200
        assert response.json()["refresh_token"] is None
        second = cookie_of(response)
        assert second.value != first
        assert (second["httponly"], second["samesite"], second["path"]) == (True, "strict", "/auth")
        assert await session_count(client, response) == 1 + 1  # the fixture's sign-in, and this one

    async def test_several_tabs_at_once_have_one_successor(self, client: httpx.AsyncClient) -> None:
        first = cookie_of(await sign_in(client)).value
        headers = PAGE | {"Cookie": f"convoai_refresh={first}"}
        client.cookies.clear()
        answers = [await client.post("/auth/refresh", headers=headers) for _ in range(3)]
        client.cookies.clear()
        assert len({cookie_of(answer).value for answer in answers}) == 1

    async def test_a_body_goes_before_the_cookie(self, client: httpx.AsyncClient) -> None:
        await sign_in(client)
        response = await client.post("/auth/refresh", headers=PAGE, json={"refresh_token": "cvr_none"})
        assert response.status_code == 401

    async def test_a_refusal_leaves_the_cookie(self, client: httpx.AsyncClient) -> None:
        """Another tab may have got a newer one meanwhile, which this answer would take away."""
        client.cookies.set("convoai_refresh", "cvr_none", path="/auth")
        response = await client.post("/auth/refresh", headers=PAGE)
        assert response.status_code == 401
        assert "set-cookie" not in response.headers

    async def test_the_page_may_send_its_mark_and_cookie_from_its_address(self, client: httpx.AsyncClient) -> None:
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-requested-with"}
        preflight = await client.options("/auth/refresh", headers={"Origin": ORIGIN} | asked)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-credentials"] == "true"
        assert preflight.headers["access-control-allow-origin"] == ORIGIN


HOSTILE_ORIGINS = [
    "http://evil.example",
    "https://localhost:3000",
    "http://localhost:3001",
    "http://localhost:3000.evil.example",
    "http://evil.example/http://localhost:3000",
    "null",
    "",
]


class TestForgery:
    """What other sites can make a browser send along with the cookie."""

    @pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
    async def test_without_the_mark_the_cookie_does_not_count(self, client: httpx.AsyncClient, path: str) -> None:
        signed_in = await sign_in(client)
        for headers in ({}, {"Origin": ORIGIN}, {"Origin": "http://evil.example"}, {"X-Requested-With": "fetch"}):
            response = await client.post(path, headers=headers)
            assert response.status_code == 401
            assert "set-cookie" not in response.headers
        assert await session_count(client, signed_in) == 2

    @pytest.mark.parametrize("origin", HOSTILE_ORIGINS)
    @pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout", "/auth/token"])
    async def test_with_the_mark_from_elsewhere_is_refused(
        self, client: httpx.AsyncClient, path: str, origin: str
    ) -> None:
        signed_in = await sign_in(client)
        data = FORM if path == "/auth/token" else None
        response = await client.post(path, data=data, headers=PAGE | {"Origin": origin})
        assert (response.status_code, response.json()["code"]) == (403, "origin_not_allowed")
        assert "set-cookie" not in response.headers
        assert await session_count(client, signed_in) == 2

    async def test_with_the_mark_and_no_origin_is_refused(self, client: httpx.AsyncClient) -> None:
        await sign_in(client)
        response = await client.post("/auth/refresh", headers={"X-Requested-With": "convoai"})
        assert response.status_code == 403

    async def test_another_site_may_not_send_the_mark(self, client: httpx.AsyncClient) -> None:
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-requested-with"}
        preflight = await client.options("/auth/refresh", headers={"Origin": "http://evil.example"} | asked)
        assert "access-control-allow-origin" not in preflight.headers

    async def test_a_page_on_the_very_address_of_the_service_may(self, client: httpx.AsyncClient) -> None:
        await sign_in(client, Origin="http://auth.test")
        assert (await client.post("/auth/refresh", headers=PAGE | {"Origin": "http://auth.test"})).status_code == 200


class TestOpenService:
    @pytest.fixture
    def settings(self, settings: AuthSettings) -> AuthSettings:
        return settings.model_copy(update={"cors_origins": ["*"]})

    async def test_a_star_allows_no_cookie(self, client: httpx.AsyncClient) -> None:
        response = await client.post("/auth/token", data=FORM, headers=PAGE)
        assert (response.status_code, response.json()["code"]) == (403, "origin_not_allowed")


class TestSignOut:
    async def test_by_the_cookie_ends_the_session_and_takes_the_cookie(self, client: httpx.AsyncClient) -> None:
        signed_in = await sign_in(client)
        value = cookie_of(signed_in).value
        response = await client.post("/auth/logout", headers=PAGE)
        assert (response.status_code, response.json()) == (200, {"message": "Signed out"})
        cookie = cookie_of(response)
        assert (cookie.value, cookie["max-age"], cookie["path"], cookie["httponly"]) == ("", "0", "/auth", True)
        headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        assert (await client.get("/users/me", headers=headers)).status_code == 401
        assert (await client.post("/auth/refresh", json={"refresh_token": value})).status_code == 401

    async def test_with_a_spent_cookie_ends_it_too(self, client: httpx.AsyncClient) -> None:
        old = cookie_of(await sign_in(client)).value
        newer = await client.post("/auth/refresh", headers=PAGE)
        client.cookies.clear()
        response = await client.post("/auth/logout", headers=PAGE | {"Cookie": f"convoai_refresh={old}"})
        assert response.status_code == 200
        headers = {"Authorization": f"Bearer {newer.json()['access_token']}"}
        assert (await client.get("/users/me", headers=headers)).status_code == 401

    async def test_twice_is_no_error(self, client: httpx.AsyncClient) -> None:
        value = cookie_of(await sign_in(client)).value
        for _ in range(2):
            client.cookies.clear()
            response = await client.post("/auth/logout", headers=PAGE | {"Cookie": f"convoai_refresh={value}"})
            assert response.status_code == 200
