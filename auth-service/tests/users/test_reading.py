"""`GET /users/` and `GET /users/{username}`."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

MakeUser = Callable[..., Awaitable[dict[str, str]]]


class TestReadUser:
    async def test_one_reads_oneself(self, client: httpx.AsyncClient, ada: dict[str, str]) -> None:
        response = await client.get("/users/ADA", headers=ada)
        assert (response.status_code, response.json()["username"]) == (200, "ada")
        assert "preferences" not in response.json()

    @pytest.mark.usefixtures("ada")
    async def test_admins_and_managers_read_anyone(
        self, client: httpx.AsyncClient, admin: dict[str, str], manager: dict[str, str]
    ) -> None:
        for headers in (admin, manager):
            assert (await client.get("/users/ada", headers=headers)).status_code == 200

    @pytest.mark.usefixtures("ada")
    async def test_to_others_a_user_is_as_good_as_absent(self, client: httpx.AsyncClient, bob: dict[str, str]) -> None:
        other = await client.get("/users/ada", headers=bob)
        absent = await client.get("/users/nobody", headers=bob)
        assert (other.status_code, absent.status_code) == (404, 404)
        assert {**other.json(), "request_id": ""} == {**absent.json(), "request_id": ""}

    @pytest.mark.usefixtures("ada")
    async def test_anonymous_callers_are_refused(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/users/ada")).status_code == 401
        assert (await client.get("/users/nobody")).status_code == 401

    @pytest.mark.parametrize(
        "path", ["/users/a%00b", "/users/%ED%A0%80", "/users/" + "x" * 4_000, "/users/%27%20OR%201"]
    )
    async def test_strange_names_are_absent(self, client: httpx.AsyncClient, admin: dict[str, str], path: str) -> None:
        assert (await client.get(path, headers=admin)).status_code == 404


class TestListUsers:
    async def test_pages_hold_everyone_once_by_name(
        self, client: httpx.AsyncClient, admin: dict[str, str], make_user: MakeUser
    ) -> None:
        names = sorted(["Zoe", "bea", "Cem", "dan", "Émile", "eve", "田中さん"], key=str.casefold)
        for name in names:
            await make_user(name)
        seen: list[str] = []
        address = "/users/?limit=3"
        while address:
            response = await client.get(address, headers=admin)
            seen += [user["username"] for user in response.json()]
            link = response.headers.get("link", "")
            address = link[1 : link.index(">")] if link else ""
        assert len(seen) == len(names) + 1
        assert set(seen) == {*names, "admin"}
        assert seen[:3] == ["admin", "bea", "Cem"]

    async def test_may_be_read_by_managers_but_not_by_users(
        self, client: httpx.AsyncClient, manager: dict[str, str], ada: dict[str, str]
    ) -> None:
        assert (await client.get("/users/", headers=manager)).status_code == 200
        assert (await client.get("/users/", headers=ada)).status_code == 403
        assert (await client.get("/users/")).status_code == 401

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("ADA", ["ada"]),
            ("example.com", ["ada", "admin", "bob"]),
            ("b@EXAMPLE", ["bob"]),
            ("lovelace", ["ada"]),
            ("%", []),
            ("_", []),
            ("nothing like it", []),
            ("\x00", []),
            ("", ["ada", "admin", "bob"]),
        ],
    )
    @pytest.mark.usefixtures("bob")
    async def test_are_searched_by_name_and_address(
        self, client: httpx.AsyncClient, admin: dict[str, str], ada: dict[str, str], text: str, names: list[str]
    ) -> None:
        await client.patch("/users/me", json={"full_name": "Countess Lovelace"}, headers=ada)
        response = await client.get("/users/", params={"q": text}, headers=admin)
        assert response.status_code == 200
        assert [user["username"] for user in response.json()] == names

    @pytest.mark.parametrize(
        "query", [{"limit": "0"}, {"limit": "201"}, {"cursor": "foreign"}, {"cursor": "W251bGxd"}, {"q": "x" * 101}]
    )
    async def test_a_wrong_query_is_refused(
        self, client: httpx.AsyncClient, admin: dict[str, str], query: dict[str, str]
    ) -> None:
        response = await client.get("/users/", params=query, headers=admin)
        assert response.status_code == 422
