"""Setting up passkeys, and signing in with them: after the password, and alone."""

import asyncio
from typing import Any

import httpx
import pytest
from auth_server.db.factors import FactorChallenge
from auth_server.dependencies import Parts
from auth_server.settings import AuthSettings
from sqlalchemy import func, select
from support.authenticator import SoftwareAuthenticator, decode, encode
from support.factors import ORIGIN, Member, StillClock, done

OPTIONS, PASSKEYS = "/users/me/factors/passkeys/options", "/users/me/factors/passkeys"


async def creation_options(member: Member) -> dict[str, Any]:
    await member.prove()
    options: dict[str, Any] = done(await member.call("POST", OPTIONS))["options"]
    return options


async def register(member: Member, made: dict[str, Any], name: str = "Key") -> httpx.Response:
    return await member.call("POST", PASSKEYS, {"name": name, "passkey": made})


class TestOptions:
    async def test_are_for_this_page_and_person(self, vera: Member) -> None:
        options = await creation_options(vera)
        user_id = done(await vera.call("GET", "/users/me"))["id"]
        assert options["rp"] == {"id": "localhost", "name": "ConvoAI"}
        assert (decode(options["user"]["id"]).decode(), options["user"]["name"]) == (user_id, "vera")
        assert len(decode(options["challenge"])) == 32
        assert options["attestation"] == "none"
        assert options["authenticatorSelection"]["residentKey"] == "required"
        assert options["authenticatorSelection"]["userVerification"] == "required"

    async def test_need_a_fresh_proof(self, vera: Member) -> None:
        assert (await vera.call("POST", OPTIONS)).json()["code"] == "proof_required"

    async def test_exclude_what_is_set_up(self, pia: Member) -> None:
        options = await creation_options(pia)
        assert [one["id"] for one in options["excludeCredentials"]] == [pia.device.credentials[0].id]
        assert options["excludeCredentials"][0]["transports"] == ["internal"], "of those that the library knows"

    async def test_a_page_that_is_opened_by_its_number_has_none(self, vera: Member) -> None:
        await vera.prove()
        for path in (OPTIONS, "/auth/token/passkey/options"):
            response = await vera.call("POST", path, Origin="http://127.0.0.1:3000")
            assert (response.status_code, response.json()["code"]) == (400, "passkeys_unavailable")

    async def test_a_program_gets_those_of_the_first_page_with_a_name(self, client: httpx.AsyncClient) -> None:
        options = done(await client.post("/auth/token/passkey/options"))["options"]
        assert (options["rpId"], options["userVerification"]) == ("localhost", "required")
        assert options["allowCredentials"] == [], "nothing tells who has passkeys here"


class TestRegister:
    async def test_makes_it_count(self, vera: Member) -> None:
        gain = await vera.add_passkey(" Vera's phone ")
        assert len(gain["recovery_codes"]) == 10
        factors = done(await vera.call("GET", "/users/me/factors"))
        assert [(one["name"], one["last_used_at"], one["is_synced"]) for one in factors["passkeys"]] == [
            ("Vera's phone", None, False)
        ]
        assert factors["passkeys"][0] == gain["passkey"]
        assert (await vera.first_step())["factors"] == ["passkey", "recovery_code"]

    async def test_of_a_second_one_brings_no_codes_and_ends_no_session(self, pia: Member) -> None:
        other = Member(pia.client, pia.now, "pia", {})
        other.take(await pia.sign_in_by_passkey(pia.device.get(await pia.passkey_options())))
        gain = await pia.add_passkey("Second", SoftwareAuthenticator(ORIGIN))
        assert gain["recovery_codes"] is None
        assert await other.is_signed_in()
        assert len(done(await pia.call("GET", "/users/me/factors"))["passkeys"]) == 2

    async def test_of_the_first_ends_the_other_sessions(self, vera: Member) -> None:
        other = Member(vera.client, vera.now, "vera", {})
        other.take(await vera.post_password())
        await vera.add_passkey()
        assert (await vera.is_signed_in(), await other.is_signed_in()) == (True, False)

    async def test_takes_a_challenge_once(self, vera: Member) -> None:
        options = await creation_options(vera)
        assert (await register(vera, vera.device.create(options))).status_code == 200
        again = await register(vera, SoftwareAuthenticator(ORIGIN).create(options))
        assert (again.status_code, again.json()["code"]) == (400, "passkey_not_made")

    async def test_takes_a_challenge_once_though_many_answer_at_once(self, vera: Member) -> None:
        options = await creation_options(vera)
        made = [SoftwareAuthenticator(ORIGIN).create(options) for _ in range(4)]
        answers = await asyncio.gather(*(register(vera, one) for one in made))
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]

    async def test_comes_too_late_after_five_minutes(self, vera: Member, clock: StillClock) -> None:
        options = await creation_options(vera)
        clock.advance(minutes=5)
        assert (await register(vera, vera.device.create(options))).json()["code"] == "passkey_not_made"

    async def test_takes_no_challenge_of_somebody_else(self, vera: Member, zoe: Member) -> None:
        made = vera.device.create(await creation_options(vera))
        assert (await register(zoe, made)).json()["code"] == "passkey_not_made"

    async def test_takes_no_challenge_of_another_purpose(self, vera: Member) -> None:
        options = await creation_options(vera)
        options["challenge"] = (await vera.passkey_options())["challenge"]
        assert (await register(vera, vera.device.create(options))).json()["code"] == "passkey_not_made"

    @pytest.mark.parametrize(
        "lie",
        [
            {"is_user_verified": False},
            {"is_framed": True},
            {"origin": "http://evil.example"},
            {"origin": "https://localhost:3000"},
            {"origin": "http://localhost:3001"},
            {"origin": "http://localhost:3000.evil.example"},
        ],
    )
    async def test_takes_nothing_that_was_made_elsewhere_or_unseen(self, vera: Member, lie: dict[str, Any]) -> None:
        options = await creation_options(vera)
        made = SoftwareAuthenticator(**({"origin": ORIGIN} | lie)).create(options)
        assert (await register(vera, made)).json()["code"] == "passkey_not_made"
        assert await vera.needs_no_factor()

    async def test_takes_nothing_that_was_made_for_another_host(self, vera: Member) -> None:
        options = await creation_options(vera)
        options["rp"]["id"] = "evil.example"
        assert (await register(vera, vera.device.create(options))).json()["code"] == "passkey_not_made"

    async def test_the_same_one_is_known(self, pia: Member, zoe: Member) -> None:
        for member in (pia, zoe):
            options = await creation_options(member)
            made = SoftwareAuthenticator(ORIGIN, credentials=[]).create(options)
            stolen = pia.device.credentials[0].id
            made = _with_credential_id(made, stolen)
            response = await register(member, made)
            assert (response.status_code, response.json()["code"]) == (409, "passkey_known")

    async def test_there_is_an_end_of_them(self, pia: Member) -> None:
        for _ in range(19):
            await pia.add_passkey(device=SoftwareAuthenticator(ORIGIN))
        response = await pia.call("POST", OPTIONS)
        assert (response.status_code, response.json()["code"]) == (409, "too_many_passkeys")

    @pytest.mark.parametrize("name", ["", "   ", "x" * 65, "a\nb", "a\x00b"])
    async def test_needs_a_name(self, vera: Member, name: str) -> None:
        made = vera.device.create(await creation_options(vera))
        assert (await register(vera, made, name)).status_code == 422

    async def test_anonymous_callers_are_refused(self, client: httpx.AsyncClient) -> None:
        device = SoftwareAuthenticator(ORIGIN)
        options = {"rp": {"id": "localhost"}, "user": {"id": "x"}, "challenge": "x", "excludeCredentials": []}
        response = await client.post(PASSKEYS, json={"name": "Key", "passkey": device.create(options)})
        assert response.status_code == 401


def _with_credential_id(made: dict[str, Any], credential_id: str) -> dict[str, Any]:
    """The same attestation, as if the device had called the credential so."""
    attestation = decode(made["response"]["attestationObject"]).replace(decode(made["id"]), decode(credential_id))
    response = made["response"] | {"attestationObject": encode(attestation)}
    return made | {"id": credential_id, "rawId": credential_id, "response": response}


class TestSecondStep:
    async def test_signs_in(self, pia: Member) -> None:
        token = await pia.factor_token()
        options = await pia.second_step_options(token)
        assert [one["id"] for one in options["allowCredentials"]] == [pia.device.credentials[0].id]
        pia.take(await pia.finish(token, passkey=pia.device.get(options)))
        assert await pia.is_signed_in()
        [passkey] = done(await pia.call("GET", "/users/me/factors"))["passkeys"]
        assert passkey["last_used_at"] is not None

    async def test_needs_no_verified_user_after_the_password(self, pia: Member) -> None:
        token = await pia.factor_token()
        pia.device.is_user_verified = False
        assertion = pia.device.get(await pia.second_step_options(token))
        assert (await pia.finish(token, passkey=assertion)).status_code == 200

    async def test_takes_an_answer_once(self, pia: Member) -> None:
        token = await pia.factor_token()
        assertion = pia.device.get(await pia.second_step_options(token))
        assert (await pia.finish(token, passkey=assertion)).status_code == 200
        response = await pia.finish(await pia.factor_token(), passkey=assertion)
        assert (response.status_code, response.json()["code"]) == (401, "passkey_refused")

    async def test_a_wrong_answer_uses_its_challenge_up(self, pia: Member) -> None:
        token = await pia.factor_token()
        options = await pia.second_step_options(token)
        assert (await pia.finish(token, passkey=pia.device.get(options, signature="AAAA"))).status_code == 401
        assert (await pia.finish(token, passkey=pia.device.get(options))).status_code == 401
        fresh = await pia.second_step_options(token)
        assert (await pia.finish(token, passkey=pia.device.get(fresh))).status_code == 200

    async def test_takes_no_passkey_of_somebody_else(self, pia: Member, zoe: Member) -> None:
        await zoe.add_passkey()
        token = await pia.factor_token()
        options = await pia.second_step_options(token) | {"allowCredentials": []}
        assert (await pia.finish(token, passkey=zoe.device.get(options))).status_code == 401

    async def test_takes_no_answer_to_the_challenge_of_somebody_else(self, pia: Member, zoe: Member) -> None:
        await zoe.add_passkey()
        token = await pia.factor_token()
        options = await pia.second_step_options(token)
        options["challenge"] = (await zoe.second_step_options(await zoe.factor_token()))["challenge"]
        assert (await pia.finish(token, passkey=pia.device.get(options))).status_code == 401

    async def test_is_not_offered_to_who_has_an_app_alone(self, tess: Member) -> None:
        response = await tess.call("POST", "/auth/token/factor/options", {"factor_token": await tess.factor_token()})
        assert (response.status_code, response.json()["code"]) == (400, "passkeys_unavailable")


class TestAlone:
    async def test_signs_in_without_name_and_password(self, pia: Member) -> None:
        response = await pia.sign_in_by_passkey(pia.device.get(await pia.passkey_options()))
        assert set(done(response)) == {"access_token", "token_type", "expires_in", "refresh_token"}
        pia.take(response)
        assert done(await pia.call("GET", "/users/me"))["username"] == "pia"

    async def test_is_enough_beside_an_app(self, tess: Member) -> None:
        await tess.add_passkey()
        assert (await tess.sign_in_by_passkey(tess.device.get(await tess.passkey_options()))).status_code == 200

    async def test_gives_the_page_its_cookie(self, pia: Member) -> None:
        assertion = pia.device.get(await pia.passkey_options())
        response = await pia.call(
            "POST", "/auth/token/passkey", {"passkey": assertion}, **{"X-Requested-With": "convoai"}
        )
        assert done(response)["refresh_token"] is None
        assert "set-cookie" in response.headers

    @pytest.mark.parametrize("lie", [{"is_user_verified": False}, {"is_framed": True}, {"origin": "http://localhost"}])
    async def test_needs_a_verified_user_on_this_very_page(self, pia: Member, lie: dict[str, Any]) -> None:
        for name, value in lie.items():
            setattr(pia.device, name, value)
        options = done(await pia.client.post("/auth/token/passkey/options", headers={"Origin": ORIGIN}))["options"]
        response = await pia.client.post("/auth/token/passkey", json={"passkey": pia.device.get(options)})
        assert (response.status_code, response.json()["code"]) == (401, "passkey_refused")

    async def test_takes_an_answer_once(self, pia: Member) -> None:
        assertion = pia.device.get(await pia.passkey_options())
        answers = await asyncio.gather(*(pia.sign_in_by_passkey(assertion) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]

    async def test_comes_too_late_after_five_minutes(self, pia: Member, clock: StillClock) -> None:
        options = await pia.passkey_options()
        clock.advance(minutes=5)
        assert (await pia.sign_in_by_passkey(pia.device.get(options))).status_code == 401

    async def test_takes_no_challenge_of_another_purpose(self, pia: Member) -> None:
        options = await pia.second_step_options(await pia.factor_token()) | {"allowCredentials": []}
        assert (await pia.sign_in_by_passkey(pia.device.get(options))).status_code == 401

    @pytest.mark.parametrize("handle", ["", "AAAA", "_w", None])
    async def test_must_name_its_owner(self, pia: Member, handle: str | None) -> None:
        assertion = pia.device.get(await pia.passkey_options(), userHandle=handle)
        assert (await pia.sign_in_by_passkey(assertion)).status_code == 401

    async def test_must_not_name_somebody_else(self, pia: Member, zoe: Member) -> None:
        user_id = done(await zoe.call("GET", "/users/me"))["id"]
        assertion = pia.device.get(await pia.passkey_options(), userHandle=encode(user_id.encode()))
        assert (await pia.sign_in_by_passkey(assertion)).status_code == 401

    async def test_of_a_closed_account_is_refused_as_an_unknown_one(self, pia: Member, admin: dict[str, str]) -> None:
        stranger = SoftwareAuthenticator(ORIGIN)
        options = await pia.passkey_options()
        stranger.create({"rp": {"id": "localhost"}, "user": {"id": "AAAA"}, "challenge": "x", "excludeCredentials": []})
        unknown = (await pia.sign_in_by_passkey(stranger.get(options))).json()
        await pia.client.patch("/users/pia", json={"is_active": False}, headers=admin)
        closed = (await pia.sign_in_by_passkey(pia.device.get(await pia.passkey_options()))).json()
        assert {**closed, "request_id": ""} == {**unknown, "request_id": ""}
        assert closed["code"] == "passkey_refused"


class TestCounter:
    async def test_that_goes_back_shows_a_copy(self, pia: Member) -> None:
        for _ in range(2):
            assert (await pia.sign_in_by_passkey(pia.device.get(await pia.passkey_options()))).status_code == 200
        pia.device.credentials[0].sign_count = 0
        assert (await pia.sign_in_by_passkey(pia.device.get(await pia.passkey_options()))).status_code == 401
        pia.device.credentials[0].sign_count = 1
        assert (await pia.sign_in_by_passkey(pia.device.get(await pia.passkey_options()))).status_code == 401
        assert (await pia.sign_in_by_passkey(pia.device.get(await pia.passkey_options()))).status_code == 200

    async def test_of_a_device_that_does_not_count_stays_at_zero(self, pia: Member) -> None:
        pia.device.is_counting = False
        for _ in range(2):
            assert (await pia.sign_in_by_passkey(pia.device.get(await pia.passkey_options()))).status_code == 200


class TestRelyingParty:
    @pytest.fixture
    def settings(self, settings: AuthSettings) -> AuthSettings:
        origins = ["https://chat.example.org", "https://example.com", "https://app.example.org"]
        return settings.model_copy(update={"webauthn_rp_id": "example.org", "cors_origins": origins})

    async def test_of_the_setting_covers_all_pages_below_it(self, vera: Member) -> None:
        vera.device.origin = "https://chat.example.org"
        await vera.add_passkey()
        vera.device.origin = "https://app.example.org"
        assert (await vera.sign_in_by_passkey(vera.device.get(await vera.passkey_options()))).status_code == 200
        vera.device.origin = "https://example.com"
        assert (await vera.sign_in_by_passkey(vera.device.get(await vera.passkey_options()))).status_code == 401


class TestPhishing:
    async def test_a_page_that_relays_to_us_cannot_use_our_passkeys(self, pia: Member) -> None:
        # A page may come from the service's own address, which the Host header names: a relay chooses that itself.
        relay = {"Origin": "http://evil.example", "Host": "evil.example"}
        options = done(await pia.client.post("/auth/token/passkey/options", headers=relay))["options"]
        assert options["rpId"] == "evil.example", "for which the victim's device has no passkey"
        pia.device.origin = "http://evil.example"
        for rp_id in ("localhost", "evil.example"):
            pia.device.credentials[0].rp_id = rp_id
            fresh = done(await pia.client.post("/auth/token/passkey/options", headers=relay))["options"]
            assertion = pia.device.get(fresh | {"rpId": rp_id})
            response = await pia.client.post("/auth/token/passkey", json={"passkey": assertion}, headers=relay)
            assert response.status_code == 401


class TestStorage:
    async def test_forgets_challenges_that_are_over(self, pia: Member, parts: Parts, clock: StillClock) -> None:
        for _ in range(3):
            await pia.passkey_options()
        clock.advance(minutes=6)
        await pia.passkey_options()
        count = select(func.count()).select_from(FactorChallenge)
        assert await parts.database.read(lambda session: session.scalar(count)) == 1
