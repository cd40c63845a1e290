"""What administrators see of other people's factors, and how they reset them."""

import httpx
from support.factors import Member, done


class TestRead:
    async def test_tells_admins_and_managers_kinds_and_numbers(
        self, tess: Member, admin: dict[str, str], manager: dict[str, str]
    ) -> None:
        await tess.add_passkey("Secret name")
        for headers in (admin, manager):
            response = await tess.client.get("/users/TESS/factors", headers=headers)
            assert done(response) == {
                "has_totp": True, "passkey_count": 1, "recovery_codes_left": 10, "is_required": False,
            }  # fmt: skip

    async def test_tells_nobody_else(self, tess: Member, vera: Member) -> None:
        for member in (tess, vera):
            assert (await member.call("GET", "/users/tess/factors")).status_code == 403
        assert (await tess.client.get("/users/tess/factors")).status_code == 401

    async def test_of_nobody_is_not_found(self, client: httpx.AsyncClient, admin: dict[str, str]) -> None:
        for method in ("GET", "DELETE"):
            response = await client.request(method, "/users/nobody/factors", headers=admin)
            assert (response.status_code, response.json()["code"]) == (404, "user_not_found")


class TestReset:
    async def test_takes_every_factor_and_ends_every_session(self, tess: Member, admin: dict[str, str]) -> None:
        await tess.add_passkey()
        token = await tess.factor_token()
        options = await tess.second_step_options(token)
        response = await tess.client.delete("/users/tess/factors", headers=admin)
        assert done(response) == {"message": "Second factors reset"}
        assert not await tess.is_signed_in()
        assert (await tess.finish(token, code=tess.codes[0])).status_code == 401
        assert (await tess.finish(token, passkey=tess.device.get(options))).status_code == 401
        assert (await tess.sign_in_by_passkey(tess.device.get(await tess.passkey_options()))).status_code == 401
        tess.take(await tess.post_password())
        assert done(await tess.call("GET", "/users/me/factors")) == {
            "totp": None, "passkeys": [], "recovery_codes_left": 0, "is_required": False,
        }  # fmt: skip

    async def test_takes_what_was_begun_and_the_wait_after_wrong_codes(
        self, tess: Member, admin: dict[str, str]
    ) -> None:
        for _ in range(6):
            await tess.post_password(otp=tess.wrong_code())
        done(await tess.call("POST", "/users/me/factors/totp"))
        done(await tess.client.delete("/users/tess/factors", headers=admin))
        tess.take(await tess.post_password())
        assert (await tess.call("POST", "/users/me/factors/totp/confirm", {"code": "123456"})).status_code == 404
        await tess.enrol_totp()
        assert (await tess.post_password(otp=tess.codes[0])).status_code == 200

    async def test_is_for_admins_alone(self, tess: Member, vera: Member, manager: dict[str, str]) -> None:
        assert (await tess.client.delete("/users/tess/factors")).status_code == 401
        for headers in (tess.headers, vera.headers, manager):
            response = await tess.client.delete("/users/tess/factors", headers=headers)
            assert (response.status_code, response.json()["code"]) == (403, "role_required")
        assert (await tess.first_step())["code"] == "second_factor_required"

    async def test_of_ones_own_is_refused(self, client: httpx.AsyncClient, admin: dict[str, str]) -> None:
        response = await client.delete("/users/admin/factors", headers=admin)
        assert (response.status_code, response.json()["code"]) == (409, "own_factors")

    async def test_leads_to_a_new_enrolment_where_one_is_demanded(self, tess: Member, admin: dict[str, str]) -> None:
        body = {"requires_second_factor": True}
        done(await tess.client.put("/roles/user/policy", json=body, headers=admin))
        done(await tess.client.delete("/users/tess/factors", headers=admin))
        assert (await tess.first_step())["code"] == "factor_enrolment_required"


class TestDeletion:
    async def test_of_a_user_takes_their_factors(self, pia: Member, admin: dict[str, str]) -> None:
        done(await pia.client.delete("/users/pia", headers=admin))
        assert (await pia.sign_in_by_passkey(pia.device.get(await pia.passkey_options()))).status_code == 401
        anew = Member(pia.client, pia.now, "pia", {})
        body = {"username": "pia", "email": "pia@example.com", "password": pia.password}
        done(await pia.client.post("/users/", json=body))
        assert await anew.needs_no_factor()
