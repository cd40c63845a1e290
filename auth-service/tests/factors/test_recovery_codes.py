"""Recovery codes: shown once, good once, made anew."""

import asyncio
import re

import httpx
import pytest
from auth_server.factors.recovery_codes import RecoveryCodeHasher, new_codes, read_recovery_code
from support.authenticator import SoftwareAuthenticator
from support.factors import ORIGIN, Member, StillClock, done

CODES = "/users/me/factors/recovery-codes"


async def codes_left(member: Member) -> int:
    return int(done(await member.call("GET", "/users/me/factors"))["recovery_codes_left"])


class TestForm:
    def test_is_easy_to_write_down(self) -> None:
        codes = new_codes()
        assert len(set(codes)) == 10
        assert all(re.fullmatch(r"[2-9a-hjkmnp-tv-z]{5}-[2-9a-hjkmnp-tv-z]{5}", code) for code in codes)

    @pytest.mark.parametrize("written", ["k3x9m-7qwz2", "K3X9M-7QWZ2", " k3x9m 7qwz2 ", "k3x9m7qwz2", "k3-x9-m7-qw-z2"])
    def test_is_read_as_people_write_it(self, written: str) -> None:
        assert read_recovery_code(written) == "k3x9m7qwz2"

    @pytest.mark.parametrize("written", ["", "123456", "k3x9m-7qwz", "k3x9m-7qwz22", "k3x9m-7qwzO", "k3x9m-7qwzé"])
    def test_anything_else_is_none(self, written: str) -> None:
        assert read_recovery_code(written) is None

    def test_is_hashed_for_one_user_under_one_key(self) -> None:
        hasher = RecoveryCodeHasher("a-secret-of-the-tests-with-enough-bytes")
        others = [
            hasher.hash("zoe", "k3x9m7qwz2"),
            hasher.hash("vera", "k3x9m7qwz3"),
            RecoveryCodeHasher("another-secret-of-the-tests-with-bytes").hash("vera", "k3x9m7qwz2"),
        ]
        assert hasher.hash("vera", "k3x9m-7qwz2") == hasher.hash("vera", "k3x9m7qwz2")
        assert hasher.hash("vera", "k3x9m7qwz2") not in others


class TestUse:
    async def test_signs_in_once(self, tess: Member) -> None:
        assert (await tess.finish(await tess.factor_token(), code=tess.codes[3])).status_code == 200
        response = await tess.finish(await tess.factor_token(), code=tess.codes[3])
        assert (response.status_code, response.json()["code"]) == (401, "incorrect_code")
        assert await codes_left(tess) == 9

    async def test_signs_in_once_though_many_use_it_at_once(self, tess: Member) -> None:
        answers = await asyncio.gather(*(tess.post_password(otp=tess.codes[0]) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]

    async def test_of_somebody_else_is_refused(self, tess: Member, pia: Member) -> None:
        assert (await tess.post_password(otp=pia.codes[0])).status_code == 401
        assert await codes_left(pia) == 10

    async def test_of_all_leaves_the_other_factors(self, tess: Member, clock: StillClock) -> None:
        for code in tess.codes:
            assert (await tess.post_password(otp=code)).status_code == 200
        assert (await tess.first_step())["factors"] == ["totp"]
        clock.next_step()
        assert (await tess.post_password(otp=tess.shown_code())).status_code == 200

    async def test_is_a_proof_too(self, tess: Member) -> None:
        done(await tess.call("POST", "/users/me/proof", {"code": tess.codes[0]}))
        assert await codes_left(tess) == 9


class TestRenew:
    async def test_makes_the_ones_before_worthless(self, tess: Member) -> None:
        await tess.post_password(otp=tess.codes[0])
        renewed = done(await tess.call("POST", CODES))["recovery_codes"]
        assert await codes_left(tess) == 10
        assert (await tess.post_password(otp=tess.codes[1])).status_code == 401
        assert (await tess.post_password(otp=renewed[1])).status_code == 200

    async def test_needs_a_fresh_proof(self, tess: Member, clock: StillClock) -> None:
        clock.advance(minutes=10)
        response = await tess.call("POST", CODES)
        assert (response.status_code, response.json()["code"]) == (403, "proof_required")
        assert await codes_left(tess) == 10

    async def test_without_a_factor_there_are_none(self, vera: Member) -> None:
        await vera.prove()
        response = await vera.call("POST", CODES)
        assert (response.status_code, response.json()["code"]) == (404, "factor_not_found")

    async def test_keeps_the_other_sessions(self, tess: Member) -> None:
        other = Member(tess.client, tess.now, "tess", {})
        other.take(await tess.post_password(otp=tess.codes[0]))
        done(await tess.call("POST", CODES))
        assert await other.is_signed_in()

    async def test_anonymous_callers_are_refused(self, client: httpx.AsyncClient) -> None:
        assert (await client.post(CODES)).status_code == 401


class TestEnd:
    async def test_comes_with_the_last_factor(self, tess: Member) -> None:
        await tess.add_passkey(device=SoftwareAuthenticator(ORIGIN))
        done(await tess.call("DELETE", "/users/me/factors/totp"))
        assert await codes_left(tess) == 10
        [passkey] = done(await tess.call("GET", "/users/me/factors"))["passkeys"]
        done(await tess.call("DELETE", f"/users/me/factors/passkeys/{passkey['id']}"))
        assert await codes_left(tess) == 0
        assert await tess.needs_no_factor()
