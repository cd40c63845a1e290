"""`GET /users/`: every order and filter, page by page, with everybody in it once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from auth_server.db.models import User
from auth_server.dependencies import Parts
from auth_server.users.schemas import NewUser
from auth_server.users.service import UserService
from service_kit.pagination import encode_cursor
from sqlalchemy.orm import Session
from support.factors import done

Headers = dict[str, str]
Json = dict[str, Any]
SORTS = ["username", "-username", "created_at", "-created_at", "last_login_at", "-last_login_at"]
DAY = datetime(2026, 3, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Name, roles, whether active, and when they registered and last signed in: many at one moment, some never.
PEOPLE: list[tuple[str, tuple[str, ...], bool, datetime, datetime | None]] = [
    ("bea", ("user",), True, DAY, None),
    ("Cem", ("user",), True, DAY, DAY),
    ("dan", ("user", "manager"), True, DAY, DAY),
    ("Émile", ("manager",), False, DAY + MICROSECOND, DAY),
    ("eve", ("user",), False, DAY + MICROSECOND, None),
    ("fay", ("admin",), False, DAY + timedelta(days=1), None),
    ("gus", ("user",), True, DAY - timedelta(days=1), DAY + MICROSECOND),
    ("田中さん", ("user",), True, DAY - timedelta(days=1), DAY - MICROSECOND),
]


@pytest.fixture(autouse=True)
async def people(parts: Parts) -> None:
    """These, beside the first admin, who is there and signed in just now."""

    def work(session: Session) -> None:
        for number, (name, roles, is_active, created_at, last_login_at) in enumerate(PEOPLE):
            new = NewUser(name, f"person{number}@example.com", None, "no hash", roles)
            user = session.get_one(User, UserService(session).create(new).id)
            user.is_active, user.created_at, user.last_login_at = is_active, created_at, last_login_at

    await parts.database.write(work)


async def pages(
    client: httpx.AsyncClient, headers: Headers, which: dict[str, str], limit: int = 200
) -> list[list[Json]]:
    found: list[list[Json]] = []
    query = httpx.QueryParams({"limit": str(limit)} | which)
    path: str | None = f"/users/?{query}"
    while path:
        response = await client.get(path, headers=headers)
        found.append(done(response))
        path = response.links.get("next", {}).get("url")
    return found


async def listed(client: httpx.AsyncClient, headers: Headers, which: dict[str, str], limit: int = 200) -> list[Json]:
    return [user for page in await pages(client, headers, which, limit) for user in page]


async def names(client: httpx.AsyncClient, headers: Headers, which: dict[str, str]) -> list[str]:
    return [user["username"] for user in await listed(client, headers, which)]


async def cursor_of(client: httpx.AsyncClient, headers: Headers, sort: str) -> str:
    """Of the second page."""
    response = await client.get("/users/", params={"sort": sort, "limit": 2}, headers=headers)
    return httpx.URL(response.links["next"]["url"]).params["cursor"]


def sort_key(user: Json, sort: str) -> tuple[str | datetime, str]:
    """What an order goes by: who never signed in comes first, and ids break ties."""
    value = user[sort.removeprefix("-")]
    if sort.endswith("username"):
        return str(value).casefold(), user["id"]
    return datetime.fromisoformat(value or "1970-01-01T00:00:00Z"), user["id"]


class TestOrder:
    @pytest.mark.parametrize("sort", SORTS)
    async def test_is_the_one_that_is_asked_for(self, client: httpx.AsyncClient, admin: Headers, sort: str) -> None:
        found = await listed(client, admin, {"sort": sort})
        in_order = sorted(found, key=lambda user: sort_key(user, sort), reverse=sort.startswith("-"))
        assert [user["username"] for user in found] == [user["username"] for user in in_order]
        assert {user["username"] for user in found} == {"admin", *(person[0] for person in PEOPLE)}

    async def test_is_by_name_when_none_is_asked_for(self, client: httpx.AsyncClient, admin: Headers) -> None:
        assert await names(client, admin, {}) == await names(client, admin, {"sort": "username"})

    async def test_who_never_signed_in_comes_before_all_who_did(
        self, client: httpx.AsyncClient, admin: Headers
    ) -> None:
        upwards = await names(client, admin, {"sort": "last_login_at"})
        assert set(upwards[:3]) == {"bea", "eve", "fay"}
        assert upwards[-1] == "admin"
        assert await names(client, admin, {"sort": "-last_login_at"}) == upwards[::-1]


class TestPages:
    @pytest.mark.parametrize("sort", SORTS)
    async def test_hold_everybody_once_in_the_order_of_the_whole(
        self, client: httpx.AsyncClient, admin: Headers, sort: str
    ) -> None:
        whole = await listed(client, admin, {"sort": sort})
        for limit in (1, 2, 3, 9):
            found = await pages(client, admin, {"sort": sort}, limit)
            assert [len(page) for page in found] == [min(limit, 9 - start) for start in range(0, 9, limit)]
            assert [user for page in found for user in page] == whole

    @pytest.mark.parametrize("sort", SORTS)
    async def test_keep_the_filter(self, client: httpx.AsyncClient, admin: Headers, sort: str) -> None:
        which = {"sort": sort, "role": "user", "is_active": "true"}
        found = await listed(client, admin, which, 1)
        assert found == await listed(client, admin, which)
        assert {user["username"] for user in found} == {"admin", "bea", "Cem", "dan", "gus", "田中さん"}

    @pytest.mark.parametrize("sort", ["created_at", "-last_login_at", "username"])
    async def test_go_on_where_they_were_though_somebody_left(
        self, client: httpx.AsyncClient, admin: Headers, sort: str
    ) -> None:
        whole = await names(client, admin, {"sort": sort})
        first = await client.get("/users/", params={"sort": sort, "limit": 3}, headers=admin)
        last_read = whole[2] if whole[2] != "admin" else whole[1]
        done(await client.delete(f"/users/{last_read}", headers=admin))
        second = done(await client.get(first.links["next"]["url"], headers=admin))
        assert [user["username"] for user in second] == whole[3:6]


class TestIds:
    async def test_find_those_people_alone_page_by_page(self, client: httpx.AsyncClient, admin: Headers) -> None:
        ids = {user["username"]: user["id"] for user in await listed(client, admin, {})}
        query = httpx.QueryParams({"limit": 1, "id": [ids["fay"], "nobody's", ids["bea"]]})
        first = await client.get(f"/users/?{query}", headers=admin)
        assert [user["username"] for user in done(first)] == ["bea"]
        second = await client.get(first.links["next"]["url"], headers=admin)
        assert [user["username"] for user in done(second)] == ["fay"]
        assert "next" not in second.links

    async def test_narrow_with_the_rest_of_the_filter(self, client: httpx.AsyncClient, admin: Headers) -> None:
        ids = [user["id"] for user in await listed(client, admin, {}) if user["username"] in ("fay", "bea")]
        query = httpx.QueryParams({"id": ids, "role": "admin"})
        assert [user["username"] for user in done(await client.get(f"/users/?{query}", headers=admin))] == ["fay"]

    @pytest.mark.parametrize("ids", [["x"] * 101, ["x" * 65]])
    async def test_are_limited(self, client: httpx.AsyncClient, admin: Headers, ids: list[str]) -> None:
        response = await client.get(f"/users/?{httpx.QueryParams({'id': ids})}", headers=admin)
        assert response.status_code == 422


class TestCursor:
    @pytest.mark.parametrize("given", SORTS)
    async def test_holds_in_its_own_order_alone(self, client: httpx.AsyncClient, admin: Headers, given: str) -> None:
        cursor = await cursor_of(client, admin, given)
        for asked in SORTS:
            query = {"sort": asked, "limit": "2", "cursor": cursor}
            response = await client.get("/users/", params=query, headers=admin)
            if asked == given:
                assert response.status_code == 200
                continue
            [error] = response.json()["errors"]
            assert (response.status_code, error["field"]) == (422, "cursor")
            assert "Start again without it" in error["message"]

    @pytest.mark.parametrize(
        "position",
        [
            (),
            ("username",),
            ("username", "ada"),
            ("username", "ada", "id", "more"),
            ("created_at", "yesterday", "id"),
            ("created_at", "2026-03-01T00:00:00", "id"),
            ("created_at", "0001-01-01T00:00:00+23:59", "id"),
            ("created_at", "9999-12-31T23:59:59-23:59", "id"),
            ("created_at", 1, "id"),
            ("emperor", "x", "id"),
        ],
    )
    async def test_that_this_list_never_gave_out_is_refused(
        self, client: httpx.AsyncClient, admin: Headers, position: tuple[str | int, ...]
    ) -> None:
        sort = str(position[0]) if position and position[0] in SORTS else "username"
        query = {"sort": sort, "cursor": encode_cursor(*position)}
        assert (await client.get("/users/", params=query, headers=admin)).status_code == 422


class TestFilter:
    @pytest.mark.parametrize(
        ("which", "found"),
        [
            ({"role": "admin"}, ["admin", "fay"]),
            ({"role": "manager"}, ["dan", "Émile"]),
            ({"role": "emperor"}, []),
            ({"is_active": "false"}, ["eve", "fay", "Émile"]),
            ({"is_active": "false", "role": "admin"}, ["fay"]),
            ({"is_active": "true", "role": "manager"}, ["dan"]),
            ({"q": "ÉMILE"}, ["Émile"]),
            ({"q": "person1@"}, ["Cem"]),
            ({"q": "e", "is_active": "false"}, ["eve", "fay", "Émile"]),
            ({"q": "da", "role": "admin"}, []),
            ({"q": "田中"}, ["田中さん"]),
            ({"q": "%"}, []),
        ],
    )
    async def test_narrows_by_all_that_is_asked(
        self, client: httpx.AsyncClient, admin: Headers, which: dict[str, str], found: list[str]
    ) -> None:
        assert sorted(await names(client, admin, which)) == sorted(found)

    async def test_tells_what_it_went_by(self, client: httpx.AsyncClient, admin: Headers) -> None:
        [fay] = await listed(client, admin, {"role": "admin", "is_active": "false"})
        assert (fay["roles"], fay["is_active"], fay["last_login_at"]) == (["admin"], False, None)
        assert datetime.fromisoformat(fay["created_at"]) == DAY + timedelta(days=1)

    @pytest.mark.parametrize(
        "query",
        [
            {"sort": "email"},
            {"sort": "password_hash"},
            {"sort": "--username"},
            {"sort": ""},
            {"is_active": "maybe"},
            {"is_active": ""},
            {"role": "x" * 33},
            {"role": ""},
            {"role": "Admin'"},
            {"role": "\x00"},
            {"limit": "-1"},
            {"q": "x" * 101},
        ],
    )
    async def test_a_wrong_query_is_refused(
        self, client: httpx.AsyncClient, admin: Headers, query: dict[str, str]
    ) -> None:
        response = await client.get("/users/", params=query, headers=admin)
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"].endswith(next(iter(query)))
