"""`/settings/registration`: who may register, as administrators set it, and how registration obeys."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from auth_server.settings import AuthSettings

Headers = dict[str, str]
StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
PATH = "/settings/registration"
ADA = {"username": "ada", "email": "ada@example.com", "password": "testpass123"}


async def put(client: httpx.AsyncClient, admin: Headers, mode: str, *domains: str) -> dict[str, Any]:
    response = await client.put(PATH, json={"mode": mode, "allowed_domains": list(domains)}, headers=admin)
    assert response.status_code == 200, response.text
    policy: dict[str, Any] = response.json()
    return policy


async def sign_in_admin(client: httpx.AsyncClient) -> Headers:
    form = {"username": "admin", "password": "first-admin-2026"}
    answer = await client.post("/auth/token", data=form)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def register(client: httpx.AsyncClient, **fields: str) -> tuple[int, str]:
    response = await client.post("/users/", json=ADA | fields)
    return response.status_code, "" if response.status_code == 200 else response.json()["code"]


class TestWhoMay:
    @pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {"mode": "closed", "allowed_domains": []})])
    async def test_admins_alone(
        self, client: httpx.AsyncClient, admin: Headers, manager: Headers, ada: Headers, method: str, body: Any
    ) -> None:
        for headers, status in (({}, 401), (ada, 403), (manager, 403)):
            assert (await client.request(method, PATH, json=body, headers=headers)).status_code == status
        assert (await client.get(PATH, headers=admin)).json()["mode"] == "open"


class TestPolicy:
    async def test_is_first_that_of_the_environment(self, client: httpx.AsyncClient, admin: Headers) -> None:
        expected: dict[str, Any] = {"mode": "open", "allowed_domains": [], "changed_at": None}
        assert (await client.get(PATH, headers=admin)).json() == expected

    @pytest.mark.parametrize(("is_open", "mode"), [(True, "open"), (False, "closed")])
    async def test_outlives_a_restart_whatever_the_environment_says(
        self, settings: AuthSettings, start_service: StartService, is_open: bool, mode: str
    ) -> None:
        settings = settings.model_copy(update={"registration_open": is_open})
        async with start_service(settings) as client:
            admin = await sign_in_admin(client)
            assert (await client.get(PATH, headers=admin)).json()["mode"] == mode
            changed = await put(client, admin, "invite_only", "example.com")
            assert changed["changed_at"] is not None
        async with start_service(settings) as client:
            assert (await client.get(PATH, headers=admin)).json() == changed
            assert await register(client) == (403, "invitation_needed")

    async def test_domains_are_kept_in_one_form(self, client: httpx.AsyncClient, admin: Headers) -> None:
        policy = await put(client, admin, "open", "Example.COM", "@example.com", "exämple.de", "xn--exmple-cua.de")
        assert policy["allowed_domains"] == ["example.com", "exämple.de"]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"mode": "open"},
            {"mode": "ajar", "allowed_domains": []},
            {"mode": "open", "allowed_domains": "example.com"},
            {"mode": "open", "allowed_domains": ["not a domain"]},
            {"mode": "open", "allowed_domains": ["a@b.example"]},
            {"mode": "open", "allowed_domains": [""]},
            {"mode": "open", "allowed_domains": ["example.com"] * 101},
            {"mode": "open", "allowed_domains": [], "changed_at": "2026-01-01T00:00:00Z"},
        ],
    )
    async def test_a_wrong_shape_is_refused(self, client: httpx.AsyncClient, admin: Headers, body: Any) -> None:
        assert (await client.put(PATH, json=body, headers=admin)).status_code == 422

    async def test_set_by_several_at_once_is_one_of_theirs(self, client: httpx.AsyncClient, admin: Headers) -> None:
        modes = ["open", "invite_only", "closed"] * 3
        answers = await asyncio.gather(*(put(client, admin, mode) for mode in modes))
        assert (await client.get(PATH, headers=admin)).json() in answers

    async def test_a_change_is_recorded_and_what_changes_nothing_is_not(
        self, client: httpx.AsyncClient, admin: Headers
    ) -> None:
        for _ in range(2):
            await put(client, admin, "closed", "example.com")
        (entry,) = (await client.get("/audit/", params={"action": "settings."}, headers=admin)).json()
        assert (entry["action"], entry["actor_name"], entry["target_id"]) == (
            "settings.changed",
            "admin",
            "registration",
        )
        assert entry["detail"] == {
            "mode": "closed",
            "mode_before": "open",
            "allowed_domains": ["example.com"],
            "allowed_domains_before": [],
        }


class TestRegistration:
    async def test_of_strangers_is_refused_where_it_is_not_open(
        self, client: httpx.AsyncClient, admin: Headers
    ) -> None:
        for mode, code in (("closed", "registration_closed"), ("invite_only", "invitation_needed")):
            await put(client, admin, mode)
            assert await register(client) == (403, code)
        await put(client, admin, "open")
        assert await register(client) == (200, "")

    async def test_by_admins_goes_on(self, client: httpx.AsyncClient, admin: Headers) -> None:
        await put(client, admin, "closed", "company.example")
        assert (await client.post("/users/", json=ADA, headers=admin)).status_code == 200

    async def test_by_other_people_who_are_signed_in_does_not(
        self, client: httpx.AsyncClient, admin: Headers, manager: Headers
    ) -> None:
        await put(client, admin, "invite_only")
        assert (await client.post("/users/", json=ADA, headers=manager)).status_code == 403

    @pytest.mark.parametrize(
        ("email", "status"),
        [
            ("ada@company.example", 200),
            ("ada@COMPANY.example", 200),
            ("ada@xn--exmple-cua.de", 200),
            ("ada@exämple.de", 200),
            ("ada@example.com", 403),
            ("ada@sub.company.example", 403),
            ("ada@company.example.evil.example", 403),
            ("company.example@evil.example", 403),
        ],
    )
    async def test_takes_addresses_of_the_allowed_domains_alone(
        self, client: httpx.AsyncClient, admin: Headers, email: str, status: int
    ) -> None:
        await put(client, admin, "open", "company.example", "exämple.de")
        response = await client.post("/users/", json=ADA | {"email": email})
        assert response.status_code == status, response.text
        if status == 403:
            assert response.json()["code"] == "email_domain_not_allowed"
            assert "@company.example" in response.json()["detail"]

    async def test_an_address_that_may_not_register_cannot_be_taken_afterwards(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers
    ) -> None:
        await put(client, admin, "open", "company.example")
        other = await client.patch("/users/me", json={"email": "ada@evil.example"}, headers=ada)
        assert (other.status_code, other.json()["code"]) == (403, "email_domain_not_allowed")
        for email in ("Ada@example.com", "ada@company.example"):  # as it was, and one that may
            assert (await client.patch("/users/me", json={"email": email}, headers=ada)).status_code == 200
        by_admin = await client.patch("/users/ada", json={"email": "ada@elsewhere.example"}, headers=admin)
        assert by_admin.status_code == 200
        own = await client.patch("/users/me", json={"email": "root@elsewhere.example"}, headers=admin)
        assert own.status_code == 200

    async def test_is_announced_to_everyone(self, client: httpx.AsyncClient, admin: Headers) -> None:
        await put(client, admin, "invite_only", "company.example")
        found = (await client.get("/auth/capabilities")).json()
        assert (found["registration_open"], found["registration"]) == (False, "invite_only")
        assert found["registration_domains"] == ["company.example"]
