"""Fresh proof, and what it lets people change about their factors."""

from typing import Any

import httpx
import pytest
from service_kit.clock import new_id
from support.authenticator import SoftwareAuthenticator
from support.factors import ORIGIN, Member, StillClock, done

PROOF, TOTP, PASSKEYS = "/users/me/proof", "/users/me/factors/totp", "/users/me/factors/passkeys"


async def passkey_ids(member: Member) -> list[str]:
    return [one["id"] for one in done(await member.call("GET", "/users/me/factors"))["passkeys"]]


async def another_session(member: Member) -> Member:
    other = Member(member.client, member.now, member.username, {}, device=member.device)
    other.take(await member.post_password(otp=member.codes[-1]))
    return other


class TestProof:
    async def test_by_password_code_or_passkey_lasts_ten_minutes(self, tess: Member, clock: StillClock) -> None:
        await tess.add_passkey()
        for way in ("current_password", "code", "passkey"):
            clock.advance(minutes=11)
            assert (await tess.call("POST", TOTP)).status_code == 403
            shown: dict[str, Any] = {"current_password": tess.password, "code": tess.shown_code()}
            options = done(await tess.call("POST", f"{PROOF}/options"))["options"]
            shown["passkey"] = tess.device.get(options)
            answer = done(await tess.call("POST", PROOF, {way: shown[way]}))
            assert answer["expires_at"]
            clock.advance(minutes=9, seconds=59)
            assert (await tess.call("POST", TOTP)).status_code == 200

    async def test_is_of_one_session(self, tess: Member) -> None:
        other = await another_session(tess)
        await tess.prove()
        assert (await other.call("POST", TOTP)).status_code == 403

    async def test_is_no_sign_in(self, tess: Member, clock: StillClock) -> None:
        clock.next_step()
        tess.take(await tess.post_password(otp=tess.shown_code()))
        assert (await tess.call("POST", TOTP)).json()["code"] == "proof_required"

    @pytest.mark.parametrize(
        ("shown", "code"),
        [
            ({"current_password": "wrong-password-1"}, "wrong_password"),
            ({"code": "abcdef"}, "incorrect_code"),
            ({"code": ""}, "incorrect_code"),
        ],
    )
    async def test_that_is_wrong_proves_nothing(self, vera: Member, shown: dict[str, str], code: str) -> None:
        response = await vera.call("POST", PROOF, shown)
        assert (response.status_code, response.json()["code"]) == (400, code)
        assert (await vera.call("POST", TOTP)).status_code == 403

    async def test_by_somebody_elses_passkey_proves_nothing(self, pia: Member, zoe: Member) -> None:
        await zoe.add_passkey()
        options = done(await pia.call("POST", f"{PROOF}/options"))["options"]
        own = pia.device.get(options)
        response = await zoe.call("POST", PROOF, {"passkey": own})
        assert (response.status_code, response.json()["code"]) == (400, "passkey_refused")
        assert (await pia.call("POST", PROOF, {"passkey": own})).status_code == 400, "the challenge is used up"

    async def test_by_passkey_needs_one(self, vera: Member) -> None:
        response = await vera.call("POST", f"{PROOF}/options")
        assert (response.status_code, response.json()["code"]) == (400, "passkeys_unavailable")

    @pytest.mark.parametrize(
        "shown", [{}, {"current_password": "testpass123", "code": "123456"}, {"password": "testpass123"}]
    )
    async def test_takes_exactly_one(self, vera: Member, shown: dict[str, str]) -> None:
        assert (await vera.call("POST", PROOF, shown)).status_code == 422

    async def test_anonymous_callers_are_refused(self, client: httpx.AsyncClient) -> None:
        assert (await client.post(PROOF, json={"current_password": "x"})).status_code == 401
        assert (await client.post(f"{PROOF}/options")).status_code == 401


class TestRemove:
    async def test_of_the_app_needs_a_proof_and_ends_the_other_sessions(self, tess: Member, clock: StillClock) -> None:
        other = await another_session(tess)
        clock.advance(minutes=10)
        assert (await tess.call("DELETE", TOTP)).json()["code"] == "proof_required"
        await tess.prove()
        assert done(await tess.call("DELETE", TOTP)) == {"message": "Authenticator app removed"}
        assert (await tess.is_signed_in(), await other.is_signed_in()) == (True, False)
        assert await tess.needs_no_factor()
        assert (await tess.call("DELETE", TOTP)).status_code == 404

    async def test_of_a_passkey_needs_a_proof_and_ends_the_other_sessions(self, pia: Member, clock: StillClock) -> None:
        other = await another_session(pia)
        [passkey_id] = await passkey_ids(pia)
        clock.advance(minutes=10)
        assert (await pia.call("DELETE", f"{PASSKEYS}/{passkey_id}")).json()["code"] == "proof_required"
        await pia.prove()
        assert done(await pia.call("DELETE", f"{PASSKEYS}/{passkey_id}")) == {"message": "Passkey removed"}
        assert (await pia.is_signed_in(), await other.is_signed_in()) == (True, False)
        refused = await pia.sign_in_by_passkey(pia.device.get(await pia.passkey_options()))
        assert refused.status_code == 401

    async def test_of_somebody_elses_passkey_is_the_same_as_of_an_absent_one(self, pia: Member, zoe: Member) -> None:
        [passkey_id] = await passkey_ids(pia)
        await zoe.prove()
        for method, body in (("DELETE", None), ("PATCH", {"name": "Mine"})):
            answers = []
            for one in (passkey_id, new_id(), "x", "%00"):
                response = await zoe.call(method, f"{PASSKEYS}/{one}", body)
                answers.append({**response.json(), "request_id": ""})
            assert {answer["status"] for answer in answers} == {404}
            assert answers[0] == answers[1] == answers[2]
        assert await passkey_ids(pia) == [passkey_id]

    async def test_anonymous_callers_are_refused(self, client: httpx.AsyncClient) -> None:
        for path in (TOTP, f"{PASSKEYS}/{new_id()}"):
            assert (await client.delete(path)).status_code == 401


class TestRename:
    async def test_needs_no_proof(self, pia: Member, clock: StillClock) -> None:
        clock.advance(minutes=30)
        [passkey_id] = await passkey_ids(pia)
        renamed = done(await pia.call("PATCH", f"{PASSKEYS}/{passkey_id}", {"name": "Blue key"}))
        assert (renamed["id"], renamed["name"]) == (passkey_id, "Blue key")

    @pytest.mark.parametrize(
        "body", [{"name": ""}, {"name": "x" * 65}, {}, {"name": "Blue", "sign_count": 0}, {"name": None}]
    )
    async def test_takes_a_name_alone(self, pia: Member, body: dict[str, Any]) -> None:
        [passkey_id] = await passkey_ids(pia)
        assert (await pia.call("PATCH", f"{PASSKEYS}/{passkey_id}", body)).status_code == 422


class TestSeveral:
    async def test_each_is_good_until_it_is_removed(self, pia: Member) -> None:
        second = SoftwareAuthenticator(ORIGIN)
        await pia.add_passkey("Second", second)
        for device in (pia.device, second):
            assert (await pia.sign_in_by_passkey(device.get(await pia.passkey_options()))).status_code == 200
        first_id, _ = await passkey_ids(pia)
        done(await pia.call("DELETE", f"{PASSKEYS}/{first_id}"))
        assert (await pia.sign_in_by_passkey(pia.device.get(await pia.passkey_options()))).status_code == 401
        assert (await pia.sign_in_by_passkey(second.get(await pia.passkey_options()))).status_code == 200
