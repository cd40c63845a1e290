"""Setting up an authenticator app, and what its codes are good for."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
from auth_server.settings import AuthSettings
from pydantic import SecretStr
from support.databases import change, dump_of
from support.factors import Member, StillClock, done, make_member

StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
BEGIN, CONFIRM = "/users/me/factors/totp", "/users/me/factors/totp/confirm"


async def begin(member: Member) -> str:
    """The secret of an app that waits for its first code."""
    await member.prove()
    member.secret = done(await member.call("POST", BEGIN))["secret"]
    return member.secret


class TestBegin:
    async def test_gives_secret_address_and_picture(self, vera: Member) -> None:
        await vera.prove()
        begun = done(await vera.call("POST", BEGIN))
        address = urlsplit(begun["uri"])
        assert (address.scheme, address.netloc, unquote(address.path)) == ("otpauth", "totp", "/ConvoAI:vera")
        assert parse_qs(address.query)["secret"] == [begun["secret"]]
        assert len(begun["secret"]) == 32, "160 bits in base32"
        assert begun["qr_code"].startswith("data:image/svg+xml")
        assert await vera.needs_no_factor(), "nothing counts before a code was shown"

    async def test_needs_a_fresh_proof(self, vera: Member) -> None:
        response = await vera.call("POST", BEGIN)
        assert (response.status_code, response.json()["code"]) == (403, "proof_required")

    async def test_anew_makes_the_secret_before_worthless(self, vera: Member) -> None:
        await begin(vera)
        forgotten = vera.shown_code()
        assert await begin(vera)
        assert (await vera.call("POST", CONFIRM, {"code": forgotten})).status_code == 400
        assert (await vera.call("POST", CONFIRM, {"code": vera.shown_code()})).status_code == 200

    async def test_anonymous_callers_are_refused(self, client: httpx.AsyncClient) -> None:
        assert (await client.post(BEGIN)).status_code == 401
        assert (await client.post(CONFIRM, json={"code": "123456"})).status_code == 401


class TestConfirm:
    async def test_makes_it_count(self, vera: Member) -> None:
        gain = await vera.enrol_totp()
        assert len(gain["recovery_codes"]) == 10
        assert gain["factor_token"] is None
        factors = done(await vera.call("GET", "/users/me/factors"))
        assert factors["totp"]["last_used_at"] is None
        assert (factors["passkeys"], factors["recovery_codes_left"], factors["is_required"]) == ([], 10, False)
        assert (await vera.first_step())["factors"] == ["totp", "recovery_code"]

    @pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "0x1234"])
    async def test_what_is_no_code_sets_nothing_up(self, vera: Member, code: str) -> None:
        await begin(vera)
        response = await vera.call("POST", CONFIRM, {"code": code})
        assert (response.status_code, response.json()["code"]) == (400, "incorrect_code")
        assert await vera.needs_no_factor()

    @pytest.mark.parametrize(("steps", "status"), [(-2, 400), (-1, 200), (0, 200), (1, 200), (2, 400)])
    async def test_takes_the_codes_of_neighbouring_steps(self, vera: Member, steps: int, status: int) -> None:
        await begin(vera)
        response = await vera.call("POST", CONFIRM, {"code": vera.shown_code(steps=steps)})
        assert response.status_code == status

    async def test_takes_a_code_as_people_write_it(self, vera: Member) -> None:
        await begin(vera)
        code = vera.shown_code()
        assert (await vera.call("POST", CONFIRM, {"code": f" {code[:3]} {code[3:]} "})).status_code == 200

    async def test_tries_are_bounded(self, vera: Member, clock: StillClock) -> None:
        await begin(vera)
        for _ in range(5):
            assert (await vera.call("POST", CONFIRM, {"code": vera.wrong_code()})).status_code == 400
        response = await vera.call("POST", CONFIRM, {"code": vera.shown_code()})
        assert (response.status_code, response.json()["code"]) == (429, "too_many_attempts")
        clock.advance(seconds=int(response.headers["retry-after"]))
        assert (await vera.call("POST", CONFIRM, {"code": vera.shown_code()})).status_code == 200

    async def test_without_a_beginning_or_too_late_is_not_found(self, vera: Member, clock: StillClock) -> None:
        assert (await vera.call("POST", CONFIRM, {"code": "123456"})).status_code == 404
        await begin(vera)
        clock.advance(minutes=15)
        response = await vera.call("POST", CONFIRM, {"code": vera.shown_code()})
        assert (response.status_code, response.json()["code"]) == (404, "enrolment_not_found")

    async def test_of_somebody_else_is_not_found(self, vera: Member, zoe: Member) -> None:
        await begin(vera)
        assert (await zoe.call("POST", CONFIRM, {"code": vera.shown_code()})).status_code == 404

    async def test_of_the_first_factor_ends_the_other_sessions(self, vera: Member) -> None:
        other = Member(vera.client, vera.now, "vera", {})
        other.take(await vera.post_password())
        await vera.enrol_totp()
        assert await vera.is_signed_in()
        assert not await other.is_signed_in()

    async def test_anew_replaces_the_app_and_keeps_the_recovery_codes(self, tess: Member, clock: StillClock) -> None:
        former, codes = tess.secret, tess.codes
        clock.next_step()
        gain = await tess.enrol_totp()
        assert gain["recovery_codes"] is None
        clock.next_step()
        token = await tess.factor_token()
        old = Member(tess.client, tess.now, "tess", {}, secret=former)
        assert (await tess.finish(token, code=old.shown_code())).status_code == 401
        assert (await tess.finish(token, code=codes[0])).status_code == 200

    async def test_twice_at_once_sets_one_up(self, vera: Member) -> None:
        await begin(vera)
        code = vera.shown_code()
        answers = await asyncio.gather(*(vera.call("POST", CONFIRM, {"code": code}) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404, 404]


class TestCode:
    async def test_is_good_once(self, tess: Member, clock: StillClock) -> None:
        clock.next_step()
        code = tess.shown_code()
        assert (await tess.finish(await tess.factor_token(), code=code)).status_code == 200
        response = await tess.finish(await tess.factor_token(), code=code)
        assert (response.status_code, response.json()["code"]) == (401, "incorrect_code")
        assert response.headers["www-authenticate"] == "Bearer"

    async def test_that_set_the_app_up_is_used(self, tess: Member) -> None:
        assert (await tess.finish(await tess.factor_token(), code=tess.shown_code())).status_code == 401

    async def test_of_a_step_before_a_used_one_is_no_longer_good(self, tess: Member, clock: StillClock) -> None:
        clock.advance(seconds=90)
        assert (await tess.finish(await tess.factor_token(), code=tess.shown_code(steps=1))).status_code == 200
        assert (await tess.finish(await tess.factor_token(), code=tess.shown_code())).status_code == 401
        clock.advance(seconds=60)
        assert (await tess.finish(await tess.factor_token(), code=tess.shown_code())).status_code == 200

    async def test_is_good_once_though_many_use_it_at_once(self, tess: Member, clock: StillClock) -> None:
        clock.next_step()
        tokens = [await tess.factor_token() for _ in range(4)]
        code = tess.shown_code()
        answers = await asyncio.gather(*(tess.finish(token, code=code) for token in tokens))
        assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]

    async def test_of_somebody_else_is_none(self, tess: Member, vera: Member, clock: StillClock) -> None:
        await vera.enrol_totp()
        clock.next_step()
        assert (await tess.finish(await tess.factor_token(), code=vera.shown_code())).status_code == 401

    async def test_use_is_noted(self, tess: Member, clock: StillClock) -> None:
        clock.next_step()
        tess.take(await tess.finish(await tess.factor_token(), code=tess.shown_code()))
        assert done(await tess.call("GET", "/users/me/factors"))["totp"]["last_used_at"] is not None


class TestAtRest:
    async def test_the_database_holds_no_secret_and_no_code(self, tess: Member, settings: AuthSettings) -> None:
        dump = dump_of(settings.database_url)
        assert tess.secret not in dump
        assert "totp_factors" in dump
        for code in tess.codes:
            assert code not in dump
            assert code.replace("-", "") not in dump

    async def test_the_secret_of_one_user_does_not_open_for_another(
        self, tess: Member, vera: Member, settings: AuthSettings, clock: StillClock
    ) -> None:
        await vera.enrol_totp()
        clock.next_step()
        others = "(SELECT sealed_secret FROM totp_factors WHERE user_id <> mine.user_id)"
        change(settings.database_url, f"UPDATE totp_factors AS mine SET sealed_secret = {others}")  # noqa: S608
        assert (await tess.finish(await tess.factor_token(), code=vera.shown_code())).status_code == 401

    async def test_outlives_a_restart_but_not_another_secret(
        self, settings: AuthSettings, start_service: StartService, clock: StillClock
    ) -> None:
        async with start_service(settings) as client:
            tess = await _tess(client, clock)
        clock.next_step()
        async with start_service(settings) as tess.client:
            assert (await tess.finish(await tess.factor_token(), code=tess.shown_code())).status_code == 200
        clock.next_step()
        other = settings.model_copy(update={"auth_secret_key": SecretStr("another-secret-of-32-bytes-or-more-it-is")})
        async with start_service(other) as tess.client:
            response = await tess.finish(await tess.factor_token(), code=tess.shown_code())
            assert (response.status_code, response.json()["code"]) == (401, "incorrect_code")


async def _tess(client: httpx.AsyncClient, clock: StillClock) -> Member:
    tess = await make_member(client, clock, "tess")
    await tess.enrol_totp()
    return tess
