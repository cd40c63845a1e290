"""`/invitations/`: links that register one person, once, with the roles that an administrator chose."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from auth_server.dependencies import Parts
from sqlalchemy import text

Headers = dict[str, str]
Json = dict[str, Any]
MakeUser = Callable[..., Awaitable[Headers]]
ADA = {"username": "ada", "email": "ada@example.com", "password": "testpass123"}


@pytest.fixture(autouse=True)
async def invite_only(client: httpx.AsyncClient, admin: Headers) -> None:
    """Nobody registers without an invitation."""
    body = {"mode": "invite_only", "allowed_domains": ["company.example"]}
    assert (await client.put("/settings/registration", json=body, headers=admin)).status_code == 200


async def invite(client: httpx.AsyncClient, admin: Headers, **fields: Any) -> Json:
    response = await client.post("/invitations/", json=fields, headers=admin)
    assert response.status_code == 200, response.text
    invitation: Json = response.json()
    return invitation


async def register(
    client: httpx.AsyncClient, token: str, headers: Headers | None = None, **fields: Any
) -> httpx.Response:
    return await client.post("/users/", json=ADA | {"invitation": token} | fields, headers=headers)


async def listed(client: httpx.AsyncClient, admin: Headers) -> list[Json]:
    found: list[Json] = (await client.get("/invitations/", headers=admin)).json()
    return found


class TestWhoMay:
    @pytest.mark.parametrize(("method", "path"), [("POST", "/"), ("GET", "/"), ("DELETE", "/{id}")])
    async def test_admins_alone(
        self, client: httpx.AsyncClient, admin: Headers, manager: Headers, bob: Headers, method: str, path: str
    ) -> None:
        made = await invite(client, admin)
        address = f"/invitations{path}".replace("{id}", made["id"])
        body: Json | None = {} if method == "POST" else None
        for headers, status in (({}, 401), (bob, 403), (manager, 403)):
            assert (await client.request(method, address, json=body, headers=headers)).status_code == status
        assert [one["state"] for one in await listed(client, admin)] == ["open"]


class TestMake:
    async def test_answers_a_link_whose_token_is_stored_nowhere(
        self, client: httpx.AsyncClient, admin: Headers, parts: Parts
    ) -> None:
        body = {"email": "ada@example.com", "roles": ["manager", "user"], "expires_in_hours": 24}
        made = await invite(client, admin, **body)
        assert made["path"] == f"/register#invitation={made['token']}"
        assert made["link"] == f"http://page.test{made['path']}"
        assert (made["email"], made["roles"], made["state"]) == ("ada@example.com", ["manager", "user"], "open")
        assert (made["created_by"], made["used_by"], made["is_mailed"]) == ("admin", None, False)
        (again,) = await listed(client, admin)
        assert again == {name: value for name, value in made.items() if name in again}
        assert "token" not in again
        rows = await parts.database.read(lambda session: str(session.execute(text("SELECT * FROM invitations")).all()))
        assert made["token"] not in rows
        assert made["token"] not in str((await client.get("/audit/?limit=200", headers=admin)).json())

    async def test_the_same_key_gives_the_same_link_again(
        self, client: httpx.AsyncClient, admin: Headers, parts: Parts
    ) -> None:
        headers = admin | {"Idempotency-Key": "key-1"}
        first, again = await invite(client, headers), await invite(client, headers)
        assert again == first
        assert len(await listed(client, admin)) == 1
        kept = await parts.database.read(
            lambda session: str(session.execute(text("SELECT * FROM idempotency_keys")).all())
        )
        assert first["token"] not in kept
        other = await client.post("/invitations/", json={"roles": ["admin"]}, headers=headers)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")

    @pytest.mark.parametrize(
        "body",
        [
            {"roles": []},
            {"roles": ["emperor"]},
            {"email": "no address"},
            {"expires_in_hours": 0},
            {"expires_in_hours": 2161},
            {"used_by": "ada"},
            {"id": "chosen"},
        ],
    )
    async def test_a_wrong_shape_is_refused(self, client: httpx.AsyncClient, admin: Headers, body: Json) -> None:
        assert (await client.post("/invitations/", json=body, headers=admin)).status_code == 422

    async def test_is_refused_where_nobody_may_register(self, client: httpx.AsyncClient, admin: Headers) -> None:
        made = await invite(client, admin)
        closed = {"mode": "closed", "allowed_domains": []}
        await client.put("/settings/registration", json=closed, headers=admin)
        response = await client.post("/invitations/", json={}, headers=admin)
        assert (response.status_code, response.json()["code"]) == (409, "registration_closed")
        refused = await register(client, made["token"])
        assert (refused.status_code, refused.json()["code"]) == (403, "registration_closed")


class TestRegister:
    async def test_gives_the_invitations_roles_and_no_others(self, client: httpx.AsyncClient, admin: Headers) -> None:
        made = await invite(client, admin, roles=["manager", "user"])
        user = (await register(client, made["token"])).json()
        assert (user["username"], user["roles"]) == ("ada", ["manager", "user"])
        (used,) = await listed(client, admin)
        assert (used["state"], used["used_by"]) == ("used", "ada")
        assert used["used_at"] is not None

    @pytest.mark.parametrize("roles", [["admin"], ["user"], []])
    async def test_roles_of_ones_own_are_refused(
        self, client: httpx.AsyncClient, admin: Headers, roles: list[str]
    ) -> None:
        made = await invite(client, admin)
        for headers in ({}, admin):
            response = await register(client, made["token"], headers, roles=roles)
            assert (response.status_code, response.json()["code"]) == (403, "role_required")
        assert [one["state"] for one in await listed(client, admin)] == ["open"]

    async def test_can_be_used_once(self, client: httpx.AsyncClient, admin: Headers) -> None:
        made = await invite(client, admin)
        await register(client, made["token"])
        again = await register(client, made["token"], username="eve", email="eve@example.com")
        assert (again.status_code, again.json()["code"]) == (403, "invitation_refused")

    async def test_by_many_at_once_makes_one_account(self, client: httpx.AsyncClient, admin: Headers) -> None:
        made = await invite(client, admin, roles=["manager"])
        answers = await asyncio.gather(
            *(register(client, made["token"], username=f"user{n}", email=f"user{n}@example.com") for n in range(8))
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [403] * 7
        users = (await client.get("/users/", params={"q": "user"}, headers=admin)).json()
        assert len([user for user in users if user["username"].startswith("user")]) == 1

    async def test_the_same_key_gives_the_same_account_again(self, client: httpx.AsyncClient, admin: Headers) -> None:
        made = await invite(client, admin)
        headers = {"Idempotency-Key": "key-1"}
        first = await register(client, made["token"], headers)
        again = await register(client, made["token"], headers)
        assert (again.status_code, again.json()) == (200, first.json())
        other = await register(
            client, made["token"], {"Idempotency-Key": "key-2"}, username="eve", email="e@example.com"
        )
        assert (other.status_code, other.json()["code"]) == (403, "invitation_refused")

    async def test_a_taken_name_leaves_the_invitation_open(self, client: httpx.AsyncClient, admin: Headers) -> None:
        made = await invite(client, admin)
        taken = await register(client, made["token"], username="admin")
        assert (taken.status_code, taken.json()["code"]) == (400, "already_registered")
        assert (await register(client, made["token"])).status_code == 200

    async def test_an_address_that_it_names_is_the_only_one(self, client: httpx.AsyncClient, admin: Headers) -> None:
        made = await invite(client, admin, email="Ada@Example.com")
        other = await register(client, made["token"], email="eve@example.com")
        assert (other.status_code, other.json()["code"]) == (403, "invited_for_another_address")
        assert (await register(client, made["token"], email="ada@example.com")).status_code == 200

    @pytest.mark.parametrize("token", ["", "cvi_", "cvi_" + "a" * 43, "x" * 100, "\u0000", "é" * 50])
    async def test_what_is_no_invitation_is_refused(self, client: httpx.AsyncClient, token: str) -> None:
        response = await register(client, token)
        assert (response.status_code, response.json()["code"]) == (403, "invitation_refused")

    async def test_is_recorded(self, client: httpx.AsyncClient, admin: Headers) -> None:
        made = await invite(client, admin, roles=["manager"])
        user = (await register(client, made["token"])).json()
        used, created = (await client.get("/audit/", params={"action": "invitation."}, headers=admin)).json()
        assert (created["action"], created["actor_name"]) == ("invitation.created", "admin")
        assert (used["action"], used["target_id"], used["detail"]) == (
            "invitation.used",
            made["id"],
            {"roles": ["manager"], "user_id": user["id"]},
        )


class TestEnd:
    async def test_withdrawn_it_registers_nobody(self, client: httpx.AsyncClient, admin: Headers) -> None:
        made = await invite(client, admin)
        assert (await client.delete(f"/invitations/{made['id']}", headers=admin)).status_code == 200
        assert (await register(client, made["token"])).status_code == 403
        assert [one["state"] for one in await listed(client, admin)] == ["withdrawn"]
        again = await client.delete(f"/invitations/{made['id']}", headers=admin)
        assert (again.status_code, again.json()["code"]) == (409, "invitation_not_open")
        (entry,) = (await client.get("/audit/", params={"action": "invitation.withdrawn"}, headers=admin)).json()
        assert entry["target_id"] == made["id"]

    async def test_used_it_cannot_be_withdrawn(self, client: httpx.AsyncClient, admin: Headers) -> None:
        made = await invite(client, admin)
        await register(client, made["token"])
        assert (await client.delete(f"/invitations/{made['id']}", headers=admin)).status_code == 409

    @pytest.mark.parametrize("absent", ["01890000-0000-7000-8000-000000000000", "x", "a%00b", "%25"])
    async def test_an_absent_one_is_not_found(self, client: httpx.AsyncClient, admin: Headers, absent: str) -> None:
        response = await client.delete(f"/invitations/{absent}", headers=admin)
        assert (response.status_code, response.json()["code"]) == (404, "invitation_not_found")

    async def test_it_expires(self, client: httpx.AsyncClient, admin: Headers, clock: Any) -> None:
        made = await invite(client, admin, expires_in_hours=2)
        clock.advance(hours=2)
        assert (await register(client, made["token"])).status_code == 403
        assert [one["state"] for one in await listed(client, admin)] == ["expired"]

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("PUT", "/users/rogue/roles", {"roles": ["user"]}),
            ("PATCH", "/users/rogue", {"is_active": False}),
            ("DELETE", "/users/rogue", None),
        ],
    )
    async def test_it_ends_with_the_power_of_whoever_made_it(
        self, client: httpx.AsyncClient, admin: Headers, make_user: MakeUser, method: str, path: str, body: Any
    ) -> None:
        # Else an administrator who is removed could come back by a link made before.
        rogue = await make_user("rogue", "admin")
        made = await invite(client, rogue, roles=["admin"])
        assert (await client.request(method, path, json=body, headers=admin)).status_code == 200
        refused = await register(client, made["token"])
        assert (refused.status_code, refused.json()["code"]) == (403, "invitation_refused")
        assert [one["state"] for one in await listed(client, admin)] == ["withdrawn"]


class TestCheck:
    async def test_tells_the_holder_what_it_is_for(self, client: httpx.AsyncClient, admin: Headers) -> None:
        made = await invite(client, admin, email="ada@example.com", roles=["manager"])
        for _ in range(2):
            response = await client.post("/invitations/check", json={"invitation": made["token"]})
            assert response.json() == {
                "invited_by": "admin",
                "email": "ada@example.com",
                "roles": ["manager"],
                "expires_at": made["expires_at"],
            }
        await register(client, made["token"])
        used = await client.post("/invitations/check", json={"invitation": made["token"]})
        absent = await client.post("/invitations/check", json={"invitation": "cvi_none"})
        assert (used.status_code, used.json()["code"]) == (403, "invitation_refused")
        assert {**used.json(), "request_id": ""} == {**absent.json(), "request_id": ""}


class TestList:
    async def test_pages_hold_each_once_and_the_newest_first(self, client: httpx.AsyncClient, admin: Headers) -> None:
        made = [(await invite(client, admin))["id"] for _ in range(5)]
        seen: list[str] = []
        address = "/invitations/?limit=2"
        while address:
            response = await client.get(address, headers=admin)
            seen += [one["id"] for one in response.json()]
            if len(seen) == 2:
                await invite(client, admin)  # comes in front, and changes no further page
            link = response.headers.get("link", "")
            address = link[1 : link.index(">")] if link else ""
        assert seen == made[::-1]
