"""What TokenCodec signs, and what it must not let pass."""

import base64
import hmac
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jose import jwt
from service_kit.errors import CredentialsRefused
from service_kit.tokens import MAXIMUM_TOKEN_BYTES, TokenCodec

SECRET = "a-secret-of-the-tests-with-enough-bytes"
CODEC = TokenCodec(SECRET)


def _sign_access(lifetime: timedelta = timedelta(minutes=1)) -> str:
    return CODEC.sign_access(
        username="ada", user_id="id-1", roles=["admin", "user"], session_id="session-1", lifetime=lifetime
    )


def _hand_made(*, headers: dict[str, Any] | None = None, secret: str = SECRET, **changes: Any) -> str:
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": "convoai", "sub": "ada", "user_id": "id-1", "roles": ["user"], "sid": "s", "jti": "j",
        "iat": now, "exp": now + 60, "typ": "access",
    }  # fmt: skip
    kept = {name: value for name, value in (claims | changes).items() if value is not ...}
    return jwt.encode(kept, secret, algorithm="HS256", headers=headers)


class TestSign:
    def test_access_tokens_say_who_it_is(self) -> None:
        principal = CODEC.verify(_sign_access(timedelta(days=30)), "access")
        assert (principal.username, principal.user_id, principal.session_id) == ("ada", "id-1", "session-1")
        assert principal.roles == ("admin", "user")
        assert principal.has_role("manager", "admin")
        assert not principal.has_role("manager")
        assert abs(principal.expires_at - time.time() - 30 * 86_400) < 60

    def test_each_token_has_an_id_of_its_own(self) -> None:
        assert CODEC.verify(_sign_access(), "access").token_id != CODEC.verify(_sign_access(), "access").token_id

    def test_service_tokens_are_short_lived(self) -> None:
        principal = CODEC.verify(CODEC.sign_service("chat-service"), "service")
        assert (principal.username, principal.user_id, principal.roles) == ("chat-service", "", ())
        assert principal.expires_at - time.time() <= 300


class TestSecret:
    @pytest.mark.parametrize(
        "secret",
        [
            "",
            "short",
            "x" * 31,
            "-----BEGIN PUBLIC KEY-----" + "x" * 40,
            "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA",
        ],
    )
    def test_weak_ones_and_keys_are_refused(self, secret: str) -> None:
        with pytest.raises(ValueError, match="AUTH_SECRET_KEY"):
            TokenCodec(secret)

    def test_length_is_counted_in_bytes(self) -> None:
        codec = TokenCodec("ü" * 16)
        assert codec.verify(codec.sign_service("chat-service"), "service").username == "chat-service"


class TestVerify:
    def test_a_hand_made_token_like_ours_is_good(self) -> None:
        assert CODEC.verify(_hand_made(), "access").user_id == "id-1"

    @pytest.mark.parametrize(
        "changes",
        [
            {"exp": int(time.time()) - 60},
            {"exp": ...},
            {"exp": "9999999999"},
            {"exp": True},
            {"exp": 10**15},
            {"exp": 10**400},
            {"exp": float("inf")},  # int() of it raised OverflowError, which was a 500
            {"exp": float("nan")},
            {"nbf": int(time.time()) + 600},
            {"iat": ...},
            {"iss": "elsewhere"},
            {"iss": ...},
            {"iss": ["convoai"]},
            {"typ": "refresh"},
            {"typ": ...},
            {"sub": ...},
            {"sub": ""},
            {"jti": ...},
            {"user_id": ...},
            {"user_id": ""},
            {"user_id": 1},
            {"user_id": "\x00"},  # a database refuses it, which was a 503
            {"user_id": "\ud800"},  # cannot be encoded, which was a 500
            {"sid": None},
            {"roles": "admin"},
            {"roles": [1]},
            {"roles": None},
        ],
    )
    def test_hostile_claims_are_refused(self, changes: dict[str, Any]) -> None:
        with pytest.raises(CredentialsRefused):
            CODEC.verify(_hand_made(**changes), "access")

    @pytest.mark.parametrize("name", ["crit", "jku", "jwk", "x5u", "x5c", "kid", "zip"])
    def test_headers_that_bring_their_own_rules_are_refused(self, name: str) -> None:
        with pytest.raises(CredentialsRefused):
            CODEC.verify(_hand_made(headers={name: ["exp"]}), "access")

    def test_the_same_token_written_in_another_way_is_refused(self) -> None:
        # python-jose passes over padding, the last bits and what is no base64, so that a token had many texts.
        token = _hand_made()
        header, claims, signature = token.split(".")
        neighbour = {"A": "B", "E": "F", "I": "J", "M": "N", "Q": "R", "U": "V", "Y": "Z", "c": "d", "g": "h", "k": "l",
                     "o": "p", "s": "t", "w": "x", "0": "1", "4": "5", "8": "9"}[signature[-1]]  # fmt: skip
        other = (f"{token}=", f" {token}", f"{token}\n", f"{header}.{claims}.!{signature}", token[:-1] + neighbour)
        for text in other:
            with pytest.raises(CredentialsRefused):
                CODEC.verify(text, "access")

    def test_a_header_s_name_that_stands_there_twice_is_refused(self) -> None:
        header = base64.urlsafe_b64encode(b'{"alg":"none","alg":"HS256","typ":"JWT"}').rstrip(b"=").decode()
        signed = f"{header}.{_hand_made().split('.')[1]}"
        mac = hmac.digest(SECRET.encode(), signed.encode(), "sha256")
        with pytest.raises(CredentialsRefused):
            CODEC.verify(f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}", "access")

    def test_types_are_not_interchangeable(self) -> None:
        with pytest.raises(CredentialsRefused):
            CODEC.verify(_sign_access(), "service")
        with pytest.raises(CredentialsRefused):
            CODEC.verify(CODEC.sign_service("chat-service"), "access")

    def test_another_secret_is_refused(self) -> None:
        with pytest.raises(CredentialsRefused):
            CODEC.verify(_hand_made(secret="another-secret-with-more-than-32-bytes"), "access")

    @pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS512", "RS256", "ES256", ["HS256"], None])
    def test_another_algorithm_is_refused(self, algorithm: object) -> None:
        header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm}).encode()).rstrip(b"=").decode()
        _, claims, signature = _hand_made().split(".")
        for token in (f"{header}.{claims}.{signature}", f"{header}.{claims}."):
            with pytest.raises(CredentialsRefused):
                CODEC.verify(token, "access")

    def test_a_huge_token_is_not_even_parsed(self) -> None:
        with pytest.raises(CredentialsRefused):
            CODEC.verify(_hand_made(padding="x" * MAXIMUM_TOKEN_BYTES), "access")

    @given(st.text(max_size=200))
    def test_any_text_is_refused_and_nothing_else_is_raised(self, token: str) -> None:
        with pytest.raises(CredentialsRefused):
            CODEC.verify(token, "access")

    @given(st.integers(0, 2), st.binary(max_size=60))
    def test_any_part_of_a_good_token_may_be_anything(self, index: int, content: bytes) -> None:
        parts = _hand_made().split(".")
        parts[index] = base64.urlsafe_b64encode(content).rstrip(b"=").decode()
        with pytest.raises(CredentialsRefused):
            CODEC.verify(".".join(parts), "access")
