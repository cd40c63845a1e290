"""Tokens that are none of ours, or no longer good."""

import base64
import hmac
import json
import time
from typing import Any

import httpx
import pytest

Claims = dict[str, Any]
SECRET = "a-secret-of-the-tests-with-enough-bytes"


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _token(claims: Claims, *, header: Claims | None = None, secret: str = SECRET, digest: str = "sha256") -> str:
    signed = f"{_part(header or {'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    signature = hmac.digest(secret.encode(), signed.encode(), digest)
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _claims(own: Claims, /, **changes: Any) -> Claims:
    """The claims of a token of ours, with another id and end, and these changes."""
    now = int(time.time())
    claims = {**own, "jti": "j", "iat": now, "exp": now + 60}
    return {name: value for name, value in {**claims, **changes}.items() if value is not ...}


CHANGED_CLAIMS: dict[str, Claims] = {
    "expired": {"exp": int(time.time()) - 3_600},
    "without expiry": {"exp": ...},
    "expiry as text": {"exp": "tomorrow"},
    "expiry beyond any date": {"exp": 10**20},
    "expiry that is no number": {"exp": True},
    "expiry that is infinite": {"exp": float("inf")},
    "not yet valid": {"nbf": int(time.time()) + 3_600},
    "of another issuer": {"iss": "elsewhere"},
    "without issuer": {"iss": ...},
    "of a service": {"typ": "service"},
    "a refresh token": {"typ": "refresh"},
    "without type": {"typ": ...},
    "without subject": {"sub": ...},
    "without user id": {"user_id": ...},
    "with an empty user id": {"user_id": ""},
    "with a user id that is a list": {"user_id": ["a"]},
    "without roles": {"roles": ...},
    "with roles as text": {"roles": "admin"},
    "of a user who does not exist": {"user_id": "01900000-0000-7000-8000-000000000000"},
    "with NUL in the user id": {"user_id": "\x00"},
    "with half a character in the user id": {"user_id": "\ud800"},
    "without jti": {"jti": ...},
    "without session": {"sid": ...},
    "with an empty session": {"sid": ""},
    "of a session that does not exist": {"sid": "01900000-0000-7000-8000-000000000000"},
    "with a session id that is none": {"sid": "' OR 1=1 --"},
    "with NUL in the session id": {"sid": "\x00" * 36},
    "without time of issue": {"iat": ...},
    "with a time of issue as text": {"iat": "1"},
}
CHANGED_HEADERS: dict[str, Claims] = {
    "alg none": {"alg": "none"},
    "alg None": {"alg": "None"},
    "alg RS256": {"alg": "RS256"},
    "alg HS384": {"alg": "HS384"},
    "no alg": {"typ": "JWT"},
    "crit": {"alg": "HS256", "crit": ["b64"], "b64": False},
    "jku": {"alg": "HS256", "jku": "https://evil.example/keys"},
    "jwk": {"alg": "HS256", "jwk": {"kty": "oct", "k": ""}},
    "x5u": {"alg": "HS256", "x5u": "https://evil.example/cert"},
}
NO_TOKENS = [
    "", "a", "..", "a.b.c", "null", "e30.e30.", "eyJhbGciOiJIUzI1NiJ9..", "ü.ü.ü", "a" * 9_000, "%00",
    "W10.e30.AA", "[" * 4_000,
]  # fmt: skip


@pytest.fixture
def own(ada: dict[str, str]) -> Claims:
    """The claims of Ada's token."""
    return _read(ada)


def _read(headers: dict[str, str]) -> Claims:
    payload = headers["Authorization"].split(".")[1]
    claims: Claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


async def _status(client: httpx.AsyncClient, token: str) -> int:
    headers = {b"Authorization": f"Bearer {token}".encode()}
    response = await client.get("/users/me", headers=headers)
    if response.status_code == 401:
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.json()["code"] == "invalid_credentials"
    return response.status_code


class TestToken:
    async def test_made_by_hand_like_ours_is_good(self, client: httpx.AsyncClient, own: Claims) -> None:
        assert await _status(client, _token(_claims(own))) == 200

    @pytest.mark.parametrize("name", CHANGED_CLAIMS)
    async def test_with_hostile_claims_is_refused(self, client: httpx.AsyncClient, own: Claims, name: str) -> None:
        assert await _status(client, _token(_claims(own, **CHANGED_CLAIMS[name]))) == 401

    async def test_with_another_users_session_is_refused(
        self, client: httpx.AsyncClient, own: Claims, bob: dict[str, str]
    ) -> None:
        assert await _status(client, _token(_claims(own, sid=_read(bob)["sid"]))) == 401

    @pytest.mark.parametrize("name", CHANGED_HEADERS)
    async def test_with_a_hostile_header_is_refused(self, client: httpx.AsyncClient, own: Claims, name: str) -> None:
        assert await _status(client, _token(_claims(own), header=CHANGED_HEADERS[name])) == 401

    async def test_unsigned_is_refused(self, client: httpx.AsyncClient, own: Claims) -> None:
        assert await _status(client, f"{_part({'alg': 'none'})}.{_part(_claims(own))}.") == 401
        assert await _status(client, _token(_claims(own)).rpartition(".")[0] + ".") == 401

    @pytest.mark.parametrize("secret", ["", "another-secret-with-more-than-32-bytes", SECRET[:-1]])
    async def test_signed_by_another_is_refused(self, client: httpx.AsyncClient, own: Claims, secret: str) -> None:
        assert await _status(client, _token(_claims(own), secret=secret)) == 401

    async def test_signed_with_another_hash_is_refused(self, client: httpx.AsyncClient, own: Claims) -> None:
        assert await _status(client, _token(_claims(own), digest="sha512")) == 401

    async def test_with_changed_claims_under_an_old_signature_is_refused(
        self, client: httpx.AsyncClient, own: Claims
    ) -> None:
        header, _, signature = _token(_claims(own)).split(".")
        assert await _status(client, f"{header}.{_part(_claims(own, roles=['admin']))}.{signature}") == 401

    @pytest.mark.parametrize("token", NO_TOKENS)
    async def test_that_is_none_is_refused(self, client: httpx.AsyncClient, token: str) -> None:
        assert await _status(client, token) == 401

    @pytest.mark.parametrize("header", ["Basic YWRtaW46YWRtaW4=", "Bearer", "Token abc", "bearer\tabc"])
    async def test_of_another_scheme_is_refused(self, client: httpx.AsyncClient, header: str) -> None:
        assert (await client.get("/users/me", headers={"Authorization": header})).status_code == 401

    async def test_in_the_query_is_refused(self, client: httpx.AsyncClient, own: Claims) -> None:
        assert (await client.get("/users/me", params={"token": _token(_claims(own))})).status_code == 401


class TestRolesInTheToken:
    async def test_are_not_believed(self, client: httpx.AsyncClient, own: Claims) -> None:
        """A token that was signed when the user still was an admin must not keep that power."""
        token = _token(_claims(own, roles=["admin"]))
        response = await client.get("/users/", headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 403
