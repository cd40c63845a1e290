"""`PATCH` and `DELETE /users/{username}`, `PUT /users/{username}/roles`: for admins."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

MakeUser = Callable[..., Awaitable[dict[str, str]]]
CALLS: list[tuple[str, str, dict[str, object] | None]] = [
    ("PATCH", "/users/bob", {"full_name": "Bob"}),
    ("DELETE", "/users/bob", None),
    ("PUT", "/users/bob/roles", {"roles": ["admin"]}),
]


class TestWhoMay:
    @pytest.mark.parametrize(("method", "path", "body"), CALLS)
    @pytest.mark.usefixtures("bob")
    async def test_nobody_without_the_role_admin(
        self,
        client: httpx.AsyncClient,
        ada: dict[str, str],
        manager: dict[str, str],
        admin: dict[str, str],
        method: str,
        path: str,
        body: dict[str, object] | None,
    ) -> None:
        before = (await client.get("/users/bob", headers=admin)).json()
        for headers, status in (({}, 401), (ada, 403), (manager, 403)):
            assert (await client.request(method, path, json=body, headers=headers)).status_code == status
        assert (await client.get("/users/bob", headers=admin)).json() == before

    @pytest.mark.parametrize(("method", "path", "body"), CALLS)
    @pytest.mark.parametrize("name", ["nobody", "a%00b", "%25", "x" * 400])
    async def test_an_absent_user_is_not_found(
        self,
        client: httpx.AsyncClient,
        admin: dict[str, str],
        method: str,
        path: str,
        body: dict[str, object] | None,
        name: str,
    ) -> None:
        response = await client.request(method, path.replace("bob", name), json=body, headers=admin)
        assert (response.status_code, response.json()["code"]) == (404, "user_not_found")

    async def test_one_s_own_roles_are_not_one_s_own_to_set(
        self, client: httpx.AsyncClient, ada: dict[str, str]
    ) -> None:
        response = await client.put("/users/ada/roles", json={"roles": ["admin"]}, headers=ada)
        assert response.status_code == 403


@pytest.mark.usefixtures("bob")
class TestChangeUser:
    async def test_changes_what_was_sent(self, client: httpx.AsyncClient, admin: dict[str, str]) -> None:
        body = {"full_name": "Bob", "email": "robert@example.com"}
        response = await client.patch("/users/BOB", json=body, headers=admin)
        assert response.status_code == 200
        assert (response.json()["full_name"], response.json()["email"]) == ("Bob", "robert@example.com")

    async def test_a_taken_address_is_refused(self, client: httpx.AsyncClient, admin: dict[str, str]) -> None:
        response = await client.patch("/users/bob", json={"email": "ADMIN@example.com"}, headers=admin)
        assert (response.status_code, response.json()["code"]) == (400, "already_registered")

    @pytest.mark.parametrize(
        "body",
        [{"username": "x"}, {"roles": ["admin"]}, {"is_active": None}, {"is_active": "maybe"}, {"password": "x"}],
    )
    async def test_anything_else_is_refused(
        self, client: httpx.AsyncClient, admin: dict[str, str], body: dict[str, object]
    ) -> None:
        assert (await client.patch("/users/bob", json=body, headers=admin)).status_code == 422


class TestDeactivate:
    async def test_ends_access_at_once_and_activation_gives_it_back(
        self, client: httpx.AsyncClient, admin: dict[str, str], bob: dict[str, str]
    ) -> None:
        await client.patch("/users/bob", json={"is_active": False}, headers=admin)
        for method, path in (("GET", "/users/me"), ("PATCH", "/users/me"), ("PUT", "/users/me/password")):
            assert (await client.request(method, path, json={}, headers=bob)).status_code in (401, 422)
        assert (await client.get("/users/me", headers=bob)).status_code == 401
        form = {"username": "bob", "password": "testpass123"}
        assert (await client.post("/auth/token", data=form)).status_code == 401
        await client.patch("/users/bob", json={"is_active": True}, headers=admin)
        assert (await client.get("/users/me", headers=bob)).status_code == 200

    async def test_holds_on_every_route(
        self, client: httpx.AsyncClient, admin: dict[str, str], make_user: MakeUser
    ) -> None:
        fallen = await make_user("fallen", "admin", "user")
        assert (await client.get("/users/", headers=fallen)).status_code == 200
        await client.patch("/users/fallen", json={"is_active": False}, headers=admin)
        profile = {"full_name": "x"}
        password = {"current_password": "testpass123", "new_password": "difference-engine-1"}
        new = {"username": "eve", "email": "eve@example.com", "password": "testpass123"}
        calls: list[tuple[str, str, dict[str, object] | None]] = [
            ("GET", "/users/me", None),
            ("PATCH", "/users/me", {**profile}),
            ("PUT", "/users/me/password", {**password}),
            ("GET", "/users/", None),
            ("GET", "/users/admin", None),
            ("PATCH", "/users/admin", {**profile}),
            ("DELETE", "/users/admin", None),
            ("PUT", "/users/admin/roles", {"roles": ["user"]}),
            ("GET", "/roles/", None),
            ("POST", "/users/", {**new}),
        ]
        for method, path, body in calls:
            response = await client.request(method, path, json=body, headers=fallen)
            assert response.status_code == 401, (method, path)


class TestDelete:
    async def test_ends_access_and_frees_the_name(
        self, client: httpx.AsyncClient, admin: dict[str, str], bob: dict[str, str]
    ) -> None:
        response = await client.delete("/users/Bob", headers=admin)
        deletion = response.json()
        assert (response.status_code, set(deletion)) == (200, {"message", "erasure_id"})
        assert (await client.get(f"/erasures/{deletion['erasure_id']}", headers=admin)).status_code == 200
        assert (await client.get("/users/me", headers=bob)).status_code == 401
        assert (await client.get("/users/bob", headers=admin)).status_code == 404
        assert (await client.delete("/users/bob", headers=admin)).status_code == 404
        body = {"username": "bob", "email": "bob@example.com", "password": "testpass123"}
        assert (await client.post("/users/", json=body)).status_code == 200
        assert (await client.get("/users/me", headers=bob)).status_code == 401, "the old token is not the new user's"


@pytest.mark.usefixtures("bob")
class TestSetRoles:
    async def test_holds_at_once_for_old_tokens(
        self, client: httpx.AsyncClient, admin: dict[str, str], bob: dict[str, str]
    ) -> None:
        assert (await client.get("/users/", headers=bob)).status_code == 403
        response = await client.put("/users/bob/roles", json={"roles": ["user", "manager", "user"]}, headers=admin)
        assert (response.status_code, response.json()["roles"]) == (200, ["manager", "user"])
        assert (await client.get("/users/", headers=bob)).status_code == 200
        await client.put("/users/bob/roles", json={"roles": ["user"]}, headers=admin)
        assert (await client.get("/users/", headers=bob)).status_code == 403

    @pytest.mark.parametrize("roles", [[], ["emperor"], ["user", "Admin"], [""], "admin", [1], None, ["x" * 33]])
    async def test_unknown_roles_and_none_are_refused(
        self, client: httpx.AsyncClient, admin: dict[str, str], roles: object
    ) -> None:
        response = await client.put("/users/bob/roles", json={"roles": roles}, headers=admin)
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"].startswith("body.roles")
        assert (await client.get("/users/bob", headers=admin)).json()["roles"] == ["user"]


class TestLastAdmin:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("PATCH", "/users/admin", {"is_active": False}),
            ("DELETE", "/users/admin", None),
            ("PUT", "/users/admin/roles", {"roles": ["user"]}),
        ],
    )
    async def test_stays_one(
        self,
        client: httpx.AsyncClient,
        admin: dict[str, str],
        make_user: MakeUser,
        method: str,
        path: str,
        body: dict[str, object] | None,
    ) -> None:
        await make_user("resting", "admin")
        await client.patch("/users/resting", json={"is_active": False}, headers=admin)
        response = await client.request(method, path, json=body, headers=admin)
        assert (response.status_code, response.json()["code"]) == (409, "last_admin")
        me = (await client.get("/users/me", headers=admin)).json()
        assert (me["roles"], me["is_active"]) == (["admin", "user"], True)

    async def test_is_no_longer_the_last_beside_another(
        self, client: httpx.AsyncClient, admin: dict[str, str], make_user: MakeUser
    ) -> None:
        second = await make_user("second", "admin")
        assert (await client.delete("/users/admin", headers=admin)).status_code == 200
        assert (await client.delete("/users/second", headers=second)).status_code == 409

    async def test_other_changes_to_it_are_free(self, client: httpx.AsyncClient, admin: dict[str, str]) -> None:
        body = {"is_active": True, "full_name": "Root"}
        assert (await client.patch("/users/admin", json=body, headers=admin)).status_code == 200
        roles = {"roles": ["admin", "manager"]}
        assert (await client.put("/users/admin/roles", json=roles, headers=admin)).status_code == 200

    async def test_remains_when_all_admins_leave_at_once(
        self, client: httpx.AsyncClient, admin: dict[str, str], make_user: MakeUser
    ) -> None:
        names = [f"admin{n}" for n in range(8)]
        callers = [await make_user(name, "admin") for name in names]
        calls = [
            client.request(*call, headers=headers)
            for name, headers in zip(names, callers, strict=True)
            for call in (("DELETE", f"/users/{name}"),)
        ]
        await asyncio.gather(
            *calls,
            client.patch("/users/admin", json={"is_active": False}, headers=admin),
            client.put("/users/admin/roles", json={"roles": ["user"]}, headers=admin),
        )
        everyone = [await client.get("/users/me", headers=headers) for headers in (admin, *callers)]
        left = [answer.json()["username"] for answer in everyone if answer.status_code == 200]
        assert len([name for name in left if "admin" in _roles(everyone, name)]) == 1


def _roles(answers: list[httpx.Response], username: str) -> list[str]:
    return next(
        list(answer.json()["roles"])
        for answer in answers
        if answer.status_code == 200 and answer.json()["username"] == username
    )
