"""`POST /users/`."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from auth_server.settings import AuthSettings

ADA = {"username": "ada", "email": "ada@example.com", "password": "testpass123"}
StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]


class TestRegister:
    async def test_answers_the_user_without_any_secret(self, client: httpx.AsyncClient) -> None:
        response = await client.post("/users/", json={**ADA, "full_name": " Ada Lovelace "})
        assert response.status_code == 200
        user = response.json()
        assert set(user) == {
            "id", "username", "email", "full_name", "roles", "is_active", "created_at", "last_login_at",
        }  # fmt: skip
        assert (user["username"], user["email"], user["full_name"]) == ("ada", "ada@example.com", "Ada Lovelace")
        assert (user["roles"], user["is_active"], user["last_login_at"]) == (["user"], True, None)
        assert user["created_at"].endswith(("Z", "+00:00"))

    @pytest.mark.parametrize(
        "other",
        [
            {"username": "ada", "email": "other@example.com"},
            {"username": "ADA", "email": "other@example.com"},
            {"username": "ａｄａ", "email": "other@example.com"},
            {"username": "other", "email": "ada@example.com"},
            {"username": "other", "email": "Ada@EXAMPLE.com"},
        ],
    )
    async def test_taken_names_and_addresses_are_refused(
        self, client: httpx.AsyncClient, other: dict[str, str]
    ) -> None:
        assert (await client.post("/users/", json=ADA)).status_code == 200
        response = await client.post("/users/", json=ADA | other)
        assert response.status_code == 400
        assert "already registered" in response.json()["detail"]
        assert response.json()["code"] == "already_registered"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("username", "ab"),
            ("username", "a" * 65),
            ("username", "ada lovelace"),
            ("username", "ada/../admin"),
            ("username", "ada\x00"),
            ("username", "..."),
            ("username", "ada@example.com"),
            ("username", "ada\u202e"),
            ("username", 5),
            ("username", None),
            ("email", "no address"),
            ("email", "ada@"),
            ("email", "ada@exa mple.com"),
            ("email", "a" * 250 + "@example.com"),
            ("full_name", "a" * 201),
            ("full_name", "two\nlines"),
            ("full_name", "nul\x00"),
            ("password", 12345678),
            ("roles", "admin"),
        ],
    )
    async def test_a_wrong_shape_names_the_field(self, client: httpx.AsyncClient, field: str, value: object) -> None:
        response = await client.post("/users/", json={**ADA, field: value})
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        assert [error["field"] for error in response.json()["errors"]] == [f"body.{field}"]

    @pytest.mark.parametrize("field", ["username", "email", "password", "full_name"])
    async def test_a_lone_surrogate_is_a_wrong_shape(self, client: httpx.AsyncClient, field: str) -> None:
        body = (
            '{"username": "adaa", "email": "ada@example.com", "password": "testpass123", "FIELD": "a1\\ud800aaaaaaa"}'
        )
        response = await client.post(
            "/users/", content=body.replace("FIELD", field), headers={"Content-Type": "application/json"}
        )
        assert response.status_code == 422

    @pytest.mark.parametrize("missing", ["username", "email", "password"])
    async def test_each_of_the_three_fields_is_needed(self, client: httpx.AsyncClient, missing: str) -> None:
        response = await client.post("/users/", json={name: value for name, value in ADA.items() if name != missing})
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == f"body.{missing}"

    @pytest.mark.parametrize("username", ["ada", "Ada.Lovelace-1815_", "アリス田中", "αλφα", "हिन्दी", "0day"])
    async def test_names_of_any_script_can_sign_in(self, client: httpx.AsyncClient, username: str) -> None:
        response = await client.post("/users/", json={**ADA, "username": username})
        assert response.status_code == 200
        token = await client.post("/auth/token", data={"username": username.upper(), "password": ADA["password"]})
        assert token.status_code == 200

    @pytest.mark.parametrize("email", ["ada@localhost", "ada@test.example", "ada@box.local", "ädä@exämple.de"])
    async def test_addresses_of_private_networks_are_good(self, client: httpx.AsyncClient, email: str) -> None:
        response = await client.post("/users/", json={**ADA, "email": email})
        assert response.status_code == 200
        assert response.json()["email"] == email

    @pytest.mark.parametrize(
        "hostile",
        [
            {"role": "admin"},
            {"is_admin": True},
            {"is_active": False},
            {"id": "chosen"},
            {"password_hash": "chosen"},
            {"created_at": "2000-01-01T00:00:00Z"},
            {"username_key": "admin"},
        ],
    )
    async def test_unknown_fields_have_no_effect(self, client: httpx.AsyncClient, hostile: dict[str, object]) -> None:
        user = (await client.post("/users/", json={**ADA, **hostile})).json()
        assert (user["roles"], user["is_active"]) == (["user"], True)
        assert user["id"] != "chosen"
        assert not user["created_at"].startswith("2000")
        signed_in = await client.post("/auth/token", data={"username": "ada", "password": ADA["password"]})
        assert signed_in.status_code == 200


class TestRoles:
    @pytest.mark.parametrize("roles", [["admin"], ["manager"], ["user"], []])
    async def test_are_refused_from_anonymous_callers(self, client: httpx.AsyncClient, roles: list[str]) -> None:
        response = await client.post("/users/", json={**ADA, "roles": roles})
        assert response.status_code == 403
        assert (await client.post("/users/", json=ADA)).status_code == 200, "nobody was added"

    async def test_are_refused_from_managers(self, client: httpx.AsyncClient, manager: dict[str, str]) -> None:
        response = await client.post("/users/", json={**ADA, "roles": ["admin"]}, headers=manager)
        assert response.status_code == 403

    async def test_are_the_admins_to_choose(self, client: httpx.AsyncClient, admin: dict[str, str]) -> None:
        response = await client.post("/users/", json={**ADA, "roles": ["manager", "user"]}, headers=admin)
        assert response.json()["roles"] == ["manager", "user"]

    @pytest.mark.parametrize("roles", [["emperor"], [], ["user", "emperor"], ["user\x00"]])
    async def test_unknown_ones_are_refused(
        self, client: httpx.AsyncClient, admin: dict[str, str], roles: list[str]
    ) -> None:
        response = await client.post("/users/", json={**ADA, "roles": roles}, headers=admin)
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == "body.roles"

    async def test_a_bad_token_is_not_taken_for_an_anonymous_caller(self, client: httpx.AsyncClient) -> None:
        response = await client.post("/users/", json=ADA, headers={"Authorization": "Bearer nonsense"})
        assert response.status_code == 401


class TestPasswordPolicy:
    @pytest.mark.parametrize(
        "password",
        [
            "short1a", "password1", "Password1", "QWERTY123", "onlyletters", "1234567890123", "a1" * 65,
            "adalovelace1", "ADALOVELACE1", "adalovelace1@example.com",
        ],
    )  # fmt: skip
    async def test_refuses(self, client: httpx.AsyncClient, password: str) -> None:
        body = {"username": "adalovelace1", "email": "adalovelace1@example.com", "password": password}
        response = await client.post("/users/", json=body)
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == "body.password"
        assert password not in response.text

    @pytest.mark.parametrize(
        "password",
        ["testpass123", "пароль-2026", "密码密码密码密码1", "a" * 127 + "1", "nul\x00byte1", "🙂🙂🙂🙂🙂🙂a1"],
    )
    async def test_accepts_and_the_password_signs_in(self, client: httpx.AsyncClient, password: str) -> None:
        assert (await client.post("/users/", json={**ADA, "password": password})).status_code == 200
        token = await client.post("/auth/token", data={"username": "ada", "password": password})
        assert token.status_code == 200


class TestClosedRegistration:
    async def test_is_refused_but_for_admins(self, settings: AuthSettings, start_service: StartService) -> None:
        async with start_service(settings.model_copy(update={"registration_open": False})) as client:
            refused = await client.post("/users/", json=ADA)
            assert (refused.status_code, refused.json()["code"]) == (403, "registration_closed")
            form = {"username": "admin", "password": "first-admin-2026"}
            token = (await client.post("/auth/token", data=form)).json()["access_token"]
            added = await client.post("/users/", json=ADA, headers={"Authorization": f"Bearer {token}"})
            assert added.status_code == 200
            assert added.json()["roles"] == ["user"]


class TestIdempotencyKey:
    async def test_the_same_request_is_answered_the_same(self, client: httpx.AsyncClient) -> None:
        headers = {"Idempotency-Key": "key-1"}
        first = await client.post("/users/", json=ADA, headers=headers)
        again = await client.post("/users/", json=ADA, headers=headers)
        assert (again.status_code, again.json()) == (200, first.json())

    @pytest.mark.parametrize("changed", [{"username": "eve"}, {"password": "testpass124"}])
    async def test_another_request_with_it_is_refused(self, client: httpx.AsyncClient, changed: dict[str, str]) -> None:
        headers = {"Idempotency-Key": "key-1"}
        await client.post("/users/", json=ADA, headers=headers)
        response = await client.post("/users/", json=ADA | changed, headers=headers)
        assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")

    async def test_a_failed_request_is_not_kept(self, client: httpx.AsyncClient) -> None:
        await client.post("/users/", json={**ADA, "username": "eve"})
        headers = {"Idempotency-Key": "key-1"}
        assert (await client.post("/users/", json=ADA, headers=headers)).status_code == 400
        free = {**ADA, "email": "free@example.com"}
        assert (await client.post("/users/", json=free, headers=headers)).status_code == 200

    async def test_at_once_adds_one_user(self, client: httpx.AsyncClient) -> None:
        headers = {"Idempotency-Key": "key-1"}
        answers = await asyncio.gather(*(client.post("/users/", json=ADA, headers=headers) for _ in range(10)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["id"] for answer in answers}) == 1


class TestRace:
    async def test_one_name_is_given_once(self, client: httpx.AsyncClient) -> None:
        bodies: list[dict[str, Any]] = [
            {**ADA, "username": "aDa" if n % 2 else "ada", "email": f"{n}@example.com"} for n in range(20)
        ]
        answers = await asyncio.gather(*(client.post("/users/", json=body) for body in bodies))
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19

    async def test_one_address_is_given_once(self, client: httpx.AsyncClient) -> None:
        bodies = [{**ADA, "username": f"user{n}"} for n in range(20)]
        answers = await asyncio.gather(*(client.post("/users/", json=body) for body in bodies))
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19
