"""How often codes and proofs may be tried."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import httpx
import pytest
from auth_server.factors.attempts import LONGEST_WAIT, wait_after
from auth_server.settings import AuthSettings
from support.factors import Member, StillClock, make_member

StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]


async def use_up_free_tries(member: Member) -> None:
    token = await member.factor_token()
    for _ in range(5):
        assert (await member.finish(token, code=member.wrong_code())).status_code == 401


class TestWait:
    @pytest.mark.parametrize(
        ("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (999, 900)]
    )
    def test_doubles_up_to_a_quarter_of_an_hour(self, failures: int, seconds: int) -> None:
        assert wait_after(failures) == timedelta(seconds=seconds)


class TestSignIn:
    async def test_after_five_wrong_codes_says_when_to_try_again(self, tess: Member, clock: StillClock) -> None:
        await use_up_free_tries(tess)
        token = await tess.factor_token()
        clock.advance(seconds=29)
        for shown in (tess.shown_code(steps=1), tess.codes[0]):
            response = await tess.finish(token, code=shown)
            assert (response.status_code, response.json()["code"]) == (429, "too_many_attempts")
            assert response.headers["retry-after"] == "1"
            assert response.json()["detail"] == "Too many attempts have failed. Wait 1 s, then try again."
        clock.advance(seconds=1)
        assert (await tess.finish(token, code=tess.codes[0])).status_code == 200

    async def test_the_form_and_the_second_step_are_bounded_together(self, tess: Member) -> None:
        token = await tess.factor_token()
        for _ in range(3):
            assert (await tess.finish(token, code=tess.wrong_code())).status_code == 401
        for _ in range(2):
            assert (await tess.post_password(otp=tess.wrong_code())).status_code == 401
        assert (await tess.post_password(otp=tess.codes[0])).status_code == 429
        assert (await tess.finish(token, code=tess.codes[0])).status_code == 429

    async def test_nobody_without_the_password_sees_or_causes_it(self, tess: Member) -> None:
        for _ in range(5):  # more, and the password itself would have to wait
            await tess.post_password(password="wrong-password-1", otp="123456")
        assert (await tess.post_password(otp=tess.codes[0])).status_code == 200
        await use_up_free_tries(tess)
        refused = await tess.post_password(password="wrong-password-1", otp="123456")
        assert (refused.status_code, refused.json()["code"]) == (401, "incorrect_credentials")

    async def test_many_at_once_get_no_more_tries(self, tess: Member) -> None:
        token = await tess.factor_token()
        codes = [f"{number:06}" for number in range(40) if f"{number:06}" != tess.shown_code()]
        answers = await asyncio.gather(*(tess.finish(token, code=code) for code in codes))
        tried = [answer for answer in answers if answer.status_code != 429]
        assert len(tried) == 5

    async def test_each_further_wrong_one_waits_longer(self, tess: Member, clock: StillClock) -> None:
        await use_up_free_tries(tess)
        waits = []
        for _ in range(6):
            clock.advance(hours=1)
            assert (await tess.post_password(otp=tess.wrong_code())).status_code == 401
            waits.append(int((await tess.post_password(otp=tess.codes[0])).headers["retry-after"]))
        assert waits == [60, 120, 240, 480, 900, 900]

    async def test_a_right_one_forgets_the_wrong_ones(self, tess: Member, clock: StillClock) -> None:
        for _ in range(2):
            for _ in range(4):
                await tess.post_password(otp=tess.wrong_code())
            clock.next_step()
            assert (await tess.post_password(otp=tess.shown_code())).status_code == 200

    async def test_so_does_a_day(self, tess: Member, clock: StillClock) -> None:
        await use_up_free_tries(tess)
        clock.advance(days=1)
        await use_up_free_tries(tess)

    async def test_outlives_a_restart(
        self, settings: AuthSettings, start_service: StartService, clock: StillClock
    ) -> None:
        async with start_service(settings) as client:
            tess = await make_member(client, clock, "tess")
            await tess.enrol_totp()
            await use_up_free_tries(tess)
        async with start_service(settings) as tess.client:
            assert (await tess.post_password(otp=tess.codes[0])).status_code == 429

    async def test_of_one_user_is_not_that_of_another(self, tess: Member, vera: Member, clock: StillClock) -> None:
        await vera.enrol_totp()
        await use_up_free_tries(tess)
        clock.next_step()
        assert (await vera.post_password(otp=vera.shown_code())).status_code == 200

    async def test_a_passkey_is_no_guess_and_always_good(self, tess: Member) -> None:
        await tess.add_passkey()
        await use_up_free_tries(tess)
        token = await tess.factor_token()
        assertion = tess.device.get(await tess.second_step_options(token))
        assert (await tess.finish(token, passkey=assertion)).status_code == 200


class TestProof:
    async def test_passwords_are_bounded_as_when_it_is_changed(self, vera: Member, clock: StillClock) -> None:
        body = {"current_password": "wrong-password-1"}
        for _ in range(6):
            response = await vera.call("POST", "/users/me/proof", body)
            assert (response.status_code, response.json()["code"]) == (400, "wrong_password")
        right = {"current_password": vera.password}
        response = await vera.call("POST", "/users/me/proof", right)
        assert (response.status_code, response.json()["code"]) == (429, "too_many_attempts")
        assert (
            await vera.call("PUT", "/users/me/password", right | {"new_password": "engine-2026"})
        ).status_code == 429
        assert await vera.needs_no_factor(), "signing in is bounded by itself"
        clock.advance(seconds=int(response.headers["retry-after"]))
        assert (await vera.call("POST", "/users/me/proof", right)).status_code == 200

    async def test_many_passwords_at_once_get_no_more_tries(self, vera: Member) -> None:
        body = {"current_password": "wrong-password-1"}
        answers = await asyncio.gather(*(vera.call("POST", "/users/me/proof", body) for _ in range(20)))
        assert sorted(answer.status_code for answer in answers) == [400] * 6 + [429] * 14

    async def test_codes_are_bounded(self, tess: Member, clock: StillClock) -> None:
        for _ in range(5):
            assert (await tess.call("POST", "/users/me/proof", {"code": tess.wrong_code()})).status_code == 400
        response = await tess.call("POST", "/users/me/proof", {"code": tess.codes[0]})
        assert (response.status_code, response.headers["retry-after"]) == (429, "30")
        clock.advance(seconds=30)
        assert (await tess.call("POST", "/users/me/proof", {"code": tess.codes[0]})).status_code == 200

    async def test_does_not_use_up_the_tries_of_the_sign_in(self, tess: Member) -> None:
        for _ in range(6):
            await tess.call("POST", "/users/me/proof", {"code": tess.wrong_code()})
        assert (await tess.post_password(otp=tess.codes[0])).status_code == 200


def test_all_day_of_trying_finds_a_code_once_in_three_thousand_days() -> None:
    tries_a_day = timedelta(days=1) / LONGEST_WAIT
    assert tries_a_day * 3 / 1_000_000 < 1 / 3_000
