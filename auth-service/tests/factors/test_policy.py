"""A role that demands a second factor, and setting one up on the way in."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from auth_server.settings import AuthSettings
from support.authenticator import SoftwareAuthenticator
from support.factors import ORIGIN, Member, StillClock, done, make_member

StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
DEMANDS = {"requires_second_factor": True}
ADMIN_PASSWORD = "first-admin-2026"


async def demand(client: httpx.AsyncClient, admin: dict[str, str], role: str = "user", body: Any = None) -> None:
    done(await client.put(f"/roles/{role}/policy", json=body or DEMANDS, headers=admin))


async def with_token(member: Member) -> Member:
    """The same person on the way in, with nothing but the token of the first step."""
    problem = await member.first_step()
    assert (problem["code"], problem["factors"]) == ("factor_enrolment_required", [])
    headers = {"Authorization": f"Bearer {problem['factor_token']}"}
    return Member(member.client, member.now, member.username, headers, device=SoftwareAuthenticator(ORIGIN))


async def enrol_app(entrant: Member) -> dict[str, Any]:
    entrant.secret = done(await entrant.call("POST", "/users/me/factors/totp"))["secret"]
    gain: dict[str, Any] = done(
        await entrant.call("POST", "/users/me/factors/totp/confirm", {"code": entrant.shown_code()})
    )
    return gain


class TestPolicy:
    async def test_is_set_by_admins_and_read_by_managers(
        self, client: httpx.AsyncClient, admin: dict[str, str], manager: dict[str, str], ada: dict[str, str]
    ) -> None:
        path = "/roles/manager/policy"
        assert done(await client.get(path, headers=manager)) == {"requires_second_factor": False}
        assert done(await client.put(path, json=DEMANDS, headers=admin)) == DEMANDS
        assert done(await client.get(path, headers=admin)) == DEMANDS
        roles = {role["name"]: role for role in done(await client.get("/roles/", headers=admin))}
        assert {name for name, role in roles.items() if role["requires_second_factor"]} == {"manager"}
        for headers, status in ((manager, 403), (ada, 403), ({}, 401)):
            assert (await client.put(path, json=DEMANDS, headers=headers)).status_code == status
        for headers, status in ((ada, 403), ({}, 401)):
            assert (await client.get(path, headers=headers)).status_code == status

    async def test_of_no_role_is_not_found(self, client: httpx.AsyncClient, admin: dict[str, str]) -> None:
        for response in (
            await client.get("/roles/king/policy", headers=admin),
            await client.put("/roles/king/policy", json=DEMANDS, headers=admin),
        ):
            assert (response.status_code, response.json()["code"]) == (404, "role_not_found")

    @pytest.mark.parametrize("body", [{}, {"requires_second_factor": None}, DEMANDS | {"name": "king"}, []])
    async def test_takes_the_demand_alone(self, client: httpx.AsyncClient, admin: dict[str, str], body: Any) -> None:
        assert (await client.put("/roles/user/policy", json=body, headers=admin)).status_code == 422

    async def test_leaves_sessions_that_have_begun(self, vera: Member, admin: dict[str, str]) -> None:
        await demand(vera.client, admin)
        assert await vera.is_signed_in()
        assert done(await vera.call("GET", "/users/me/factors"))["is_required"] is True

    async def test_of_another_role_demands_nothing(self, vera: Member, admin: dict[str, str]) -> None:
        await demand(vera.client, admin, "manager")
        assert await vera.needs_no_factor()

    async def test_is_met_by_who_has_a_factor(self, tess: Member, admin: dict[str, str]) -> None:
        await demand(tess.client, admin)
        assert (await tess.first_step())["code"] == "second_factor_required"

    async def test_can_be_taken_back(self, vera: Member, admin: dict[str, str]) -> None:
        await demand(vera.client, admin)
        entrant = await with_token(vera)
        await demand(vera.client, admin, body={"requires_second_factor": False})
        assert await vera.needs_no_factor()
        assert entrant.headers

    async def test_outlives_a_restart(
        self, settings: AuthSettings, start_service: StartService, clock: StillClock
    ) -> None:
        async with start_service(settings) as client:
            vera = await make_member(client, clock, "vera")
            form = {"username": "admin", "password": ADMIN_PASSWORD}
            token = done(await client.post("/auth/token", data=form))["access_token"]
            await demand(client, {"Authorization": f"Bearer {token}"})
        async with start_service(settings) as vera.client:
            assert (await vera.first_step())["code"] == "factor_enrolment_required"

    async def test_does_not_lock_the_last_admin_out(self, client: httpx.AsyncClient, admin: dict[str, str]) -> None:
        await demand(client, admin, "admin")
        form = {"username": "admin", "password": ADMIN_PASSWORD}
        response = await client.post("/auth/token", data=form)
        assert response.json()["code"] == "factor_enrolment_required"


class TestEnrolmentOnTheWayIn:
    async def test_of_an_app_leads_to_a_session(self, vera: Member, admin: dict[str, str]) -> None:
        await demand(vera.client, admin)
        entrant = await with_token(vera)
        gain = await enrol_app(entrant)
        assert len(gain["recovery_codes"]) == 10
        response = await entrant.finish(gain["factor_token"])
        assert set(done(response)) == {"access_token", "token_type", "expires_in", "refresh_token"}
        entrant.take(response)
        assert await entrant.is_signed_in()
        assert await vera.is_signed_in(), "sessions from before stay"

    async def test_of_a_passkey_leads_to_a_session(self, vera: Member, admin: dict[str, str]) -> None:
        await demand(vera.client, admin)
        entrant = await with_token(vera)
        options = done(await entrant.call("POST", "/users/me/factors/passkeys/options"))["options"]
        body = {"name": "Key", "passkey": entrant.device.create(options)}
        gain = done(await entrant.call("POST", "/users/me/factors/passkeys", body))
        assert (await entrant.finish(gain["factor_token"])).status_code == 200

    async def test_is_all_that_its_token_is_good_for(self, vera: Member, admin: dict[str, str]) -> None:
        await demand(vera.client, admin)
        entrant = await with_token(vera)
        for method, path, body in (
            ("GET", "/users/me", None),
            ("PATCH", "/users/me", {"full_name": "Vera"}),
            ("GET", "/users/me/factors", None),
            ("POST", "/users/me/proof", {"current_password": vera.password}),
            ("POST", "/users/me/factors/recovery-codes", None),
            ("DELETE", "/users/me/factors/totp", None),
            ("GET", "/auth/sessions", None),
            ("DELETE", "/auth/sessions", None),
        ):
            response = await entrant.call(method, path, body)
            assert response.status_code == 401, path
        token = entrant.headers["Authorization"].removeprefix("Bearer ")
        assert (await entrant.finish(token)).status_code == 401, "nothing was set up yet"
        assert (await entrant.finish(token, code="123456")).status_code == 401

    async def test_is_used_up_by_setting_one_up(self, vera: Member, admin: dict[str, str]) -> None:
        await demand(vera.client, admin)
        entrant = await with_token(vera)
        gain = await enrol_app(entrant)
        response = await entrant.call("POST", "/users/me/factors/passkeys/options")
        assert (response.status_code, response.json()["code"]) == (401, "invalid_factor_token")
        assert (await entrant.finish(gain["factor_token"])).status_code == 200
        assert (await entrant.finish(gain["factor_token"])).json()["code"] == "invalid_factor_token"

    async def test_never_adds_a_factor_beside_one(self, vera: Member, admin: dict[str, str]) -> None:
        # Whoever knows the password alone must not get past a factor that was set up meanwhile.
        await demand(vera.client, admin)
        entrant, intruder = await with_token(vera), await with_token(vera)
        options = done(await intruder.call("POST", "/users/me/factors/passkeys/options"))["options"]
        await enrol_app(entrant)
        body = {"name": "Evil", "passkey": intruder.device.create(options)}
        for path, sent in (
            ("/users/me/factors/passkeys", body),
            ("/users/me/factors/totp", None),
            ("/users/me/factors/totp/confirm", {"code": "123456"}),
            ("/users/me/factors/passkeys/options", None),
        ):
            response = await intruder.call("POST", path, sent)
            assert (response.status_code, response.json()["code"]) == (401, "invalid_factor_token"), path

    async def test_is_over_after_a_quarter_of_an_hour(
        self, vera: Member, admin: dict[str, str], clock: StillClock
    ) -> None:
        await demand(vera.client, admin)
        entrant = await with_token(vera)
        clock.advance(minutes=14, seconds=59)
        assert (await entrant.call("POST", "/users/me/factors/totp")).status_code == 200
        clock.advance(seconds=1)
        assert (await entrant.call("POST", "/users/me/factors/totp")).status_code == 401

    async def test_ends_with_the_account(self, vera: Member, admin: dict[str, str]) -> None:
        await demand(vera.client, admin)
        entrant = await with_token(vera)
        gain = await enrol_app(entrant)
        await vera.client.patch("/users/vera", json={"is_active": False}, headers=admin)
        assert (await entrant.finish(gain["factor_token"])).status_code == 401

    async def test_the_last_factor_stays_where_one_is_demanded(self, tess: Member, admin: dict[str, str]) -> None:
        await demand(tess.client, admin)
        response = await tess.call("DELETE", "/users/me/factors/totp")
        assert (response.status_code, response.json()["code"]) == (409, "factor_needed")
        assert (await tess.first_step())["factors"] == ["totp", "recovery_code"]
        gain = await tess.add_passkey()
        assert done(await tess.call("DELETE", "/users/me/factors/totp"))
        response = await tess.call("DELETE", f"/users/me/factors/passkeys/{gain['passkey']['id']}")
        assert response.status_code == 409
