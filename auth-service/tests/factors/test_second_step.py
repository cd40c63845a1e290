"""Signing in with a second factor: `POST /auth/token`, then `/auth/token/factor`."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from auth_server.settings import AuthSettings
from support.factors import ORIGIN, Member, StillClock, done, make_member

StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
FACTOR = "/auth/token/factor"


class TestFirstStep:
    async def test_answers_a_problem_that_leads_on(self, tess: Member) -> None:
        response = await tess.post_password()
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        problem = response.json()
        assert problem["code"] == "second_factor_required"
        assert problem["factors"] == ["totp", "recovery_code"]
        assert problem["detail"].endswith(".")
        assert problem["factor_token"].startswith("cvf_")

    async def test_begins_no_session_and_sets_no_cookie(self, tess: Member) -> None:
        before = done(await tess.call("GET", "/auth/sessions"))
        headers = {"X-Requested-With": "convoai", "Origin": ORIGIN}
        form = {"username": "tess", "password": tess.password}
        response = await tess.client.post("/auth/token", data=form, headers=headers)
        assert response.status_code == 401
        assert "set-cookie" not in response.headers
        assert done(await tess.call("GET", "/auth/sessions")) == before

    @pytest.mark.parametrize("name", ["tess", "nobody"])
    async def test_of_a_wrong_password_says_nothing_of_factors(self, tess: Member, name: str) -> None:
        refusals = [
            (await tess.post_password(username=name, password="wrong-password-1", **code)).json()
            for code in ({}, {"otp": tess.codes[0]}, {"otp": "123456"})
        ]
        assert {refusal["code"] for refusal in refusals} == {"incorrect_credentials"}
        assert all("factor_token" not in refusal for refusal in refusals)

    async def test_of_a_closed_account_says_nothing_of_factors(self, tess: Member, admin: dict[str, str]) -> None:
        await tess.client.patch("/users/tess", json={"is_active": False}, headers=admin)
        assert (await tess.first_step())["code"] == "incorrect_credentials"


class TestSecondStep:
    async def test_answers_what_a_sign_in_answers(self, tess: Member, clock: StillClock) -> None:
        clock.next_step()
        response = await tess.finish(await tess.factor_token(), code=tess.shown_code())
        answer = done(response)
        assert set(answer) == {"access_token", "token_type", "expires_in", "refresh_token"}
        assert answer["refresh_token"].startswith("cvr_")
        tess.take(response)
        assert await tess.is_signed_in()

    async def test_gives_the_page_its_cookie(self, tess: Member, clock: StillClock) -> None:
        clock.next_step()
        body = {"factor_token": await tess.factor_token(), "code": tess.shown_code()}
        page = {"X-Requested-With": "convoai", "Origin": ORIGIN}
        response = await tess.client.post(FACTOR, json=body, headers=page)
        assert done(response)["refresh_token"] is None
        assert response.headers["set-cookie"].startswith("convoai_refresh=cvr_")
        hostile = await tess.client.post(FACTOR, json=body, headers=page | {"Origin": "http://evil.example"})
        assert hostile.status_code == 403

    async def test_notes_time_and_event_of_the_sign_in(self, tess: Member, clock: StillClock) -> None:
        before = done(await tess.call("GET", "/users/me"))["last_login_at"]
        token = await tess.factor_token()
        assert done(await tess.call("GET", "/users/me"))["last_login_at"] == before
        clock.next_step()
        tess.take(await tess.finish(token, code=tess.shown_code()))
        assert done(await tess.call("GET", "/users/me"))["last_login_at"] > before

    async def test_can_be_tried_again_after_a_wrong_code(self, tess: Member, clock: StillClock) -> None:
        clock.next_step()
        token = await tess.factor_token()
        assert (await tess.finish(token, code=tess.wrong_code())).status_code == 401
        assert (await tess.finish(token, code=tess.shown_code())).status_code == 200

    async def test_takes_exactly_one_factor(self, tess: Member) -> None:
        assertion: dict[str, Any] = {"id": "x", "rawId": "x", "type": "public-key"}
        assertion["response"] = {"clientDataJSON": "x", "authenticatorData": "x", "signature": "x"}
        token = await tess.factor_token()
        assert (await tess.finish(token)).status_code == 422
        assert (await tess.finish(token, code="123456", passkey=assertion)).status_code == 422
        assert (await tess.finish(token, code="123456", user_id="x")).status_code == 422


class TestFactorToken:
    async def test_is_used_up_by_success(self, tess: Member, clock: StillClock) -> None:
        token = await tess.factor_token()
        clock.next_step()
        assert (await tess.finish(token, code=tess.shown_code())).status_code == 200
        clock.next_step()
        response = await tess.finish(token, code=tess.shown_code())
        assert (response.status_code, response.json()["code"]) == (401, "invalid_factor_token")

    async def test_begins_one_session_though_many_use_it_at_once(self, tess: Member) -> None:
        token = await tess.factor_token()
        answers = await asyncio.gather(*(tess.finish(token, code=code) for code in tess.codes[:4]))
        assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]

    async def test_is_over_after_five_minutes(self, tess: Member, clock: StillClock) -> None:
        token = await tess.factor_token()
        clock.advance(minutes=5)
        assert (await tess.finish(token, code=tess.shown_code())).json()["code"] == "invalid_factor_token"

    async def test_is_worth_nothing_elsewhere(self, tess: Member) -> None:
        token = await tess.factor_token()
        headers = {"Authorization": f"Bearer {token}"}
        for method, path in (
            ("GET", "/users/me"),
            ("GET", "/users/me/factors"),
            ("GET", "/auth/sessions"),
            ("POST", "/users/me/factors/totp"),
            ("POST", "/users/me/factors/passkeys/options"),
            ("POST", "/auth/logout"),
        ):
            assert (await tess.client.request(method, path, headers=headers)).status_code == 401, path
        assert (await tess.client.post("/auth/refresh", json={"refresh_token": token})).status_code == 401
        assert (await tess.finish(token)).status_code == 422, "it still lacks the factor"

    async def test_of_one_user_takes_no_factor_of_another(self, tess: Member, vera: Member, clock: StillClock) -> None:
        await vera.enrol_totp()
        clock.next_step()
        token = await tess.factor_token()
        assert (await tess.finish(token, code=vera.shown_code())).status_code == 401
        assert (await tess.finish(token, code=vera.codes[0])).status_code == 401

    async def test_ends_with_the_password_that_it_stands_for(self, tess: Member, clock: StillClock) -> None:
        token = await tess.factor_token()
        body = {"current_password": tess.password, "new_password": "difference-engine-1"}
        done(await tess.call("PUT", "/users/me/password", body))
        clock.next_step()
        assert (await tess.finish(token, code=tess.shown_code())).json()["code"] == "invalid_factor_token"

    async def test_ends_with_the_account(self, tess: Member, admin: dict[str, str], clock: StillClock) -> None:
        token = await tess.factor_token()
        clock.next_step()
        await tess.client.patch("/users/tess", json={"is_active": False}, headers=admin)
        assert (await tess.finish(token, code=tess.shown_code())).json()["code"] == "invalid_factor_token"
        await tess.client.delete("/users/tess", headers=admin)
        assert (await tess.finish(token, code=tess.shown_code())).json()["code"] == "invalid_factor_token"

    @pytest.mark.parametrize("token", ["", "cvf_", "cvf_" + "A" * 43, "x" * 128, "ü", "cvf_'; DROP TABLE users; --"])
    async def test_that_was_never_given_out_is_refused(self, tess: Member, token: str) -> None:
        response = await tess.finish(token, code="123456")
        assert (response.status_code, response.json()["code"]) == (401, "invalid_factor_token")
        options = await tess.call("POST", "/auth/token/factor/options", {"factor_token": token})
        assert (options.status_code, options.json()["code"]) == (401, "invalid_factor_token")

    async def test_outlives_a_restart(
        self, settings: AuthSettings, start_service: StartService, clock: StillClock
    ) -> None:
        async with start_service(settings) as client:
            tess = await make_member(client, clock, "tess")
            await tess.enrol_totp()
            token = await tess.factor_token()
        clock.next_step()
        async with start_service(settings) as tess.client:
            assert (await tess.finish(token, code=tess.shown_code())).status_code == 200


class TestCodeInTheForm:
    """For programs that can only send the password form."""

    async def test_signs_in_at_once(self, tess: Member, clock: StillClock) -> None:
        clock.next_step()
        assert (await tess.post_password(otp=tess.shown_code())).status_code == 200
        assert (await tess.post_password(otp=tess.codes[0].upper())).status_code == 200

    async def test_is_good_once(self, tess: Member, clock: StillClock) -> None:
        clock.next_step()
        code = tess.shown_code()
        answers = [await tess.post_password(otp=code) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 401]
        assert answers[1].json()["code"] == "incorrect_code"

    async def test_that_is_empty_is_none(self, tess: Member) -> None:
        assert (await tess.post_password(otp="")).json()["code"] == "second_factor_required"

    async def test_is_not_looked_at_without_a_factor(self, vera: Member) -> None:
        assert (await vera.post_password(otp="123456")).status_code == 200

    async def test_may_not_be_long(self, tess: Member) -> None:
        assert (await tess.post_password(otp="1" * 65)).status_code == 422
