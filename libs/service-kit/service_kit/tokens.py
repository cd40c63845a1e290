"""Access and service tokens: the only importer of python-jose, and the guard for what it lets pass."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from jose import jwt
from jose.exceptions import JOSEError

from service_kit.clock import new_id, utc_now
from service_kit.errors import CredentialsRefused
from service_kit.settings import MINIMUM_SECRET_BYTES

ALGORITHM = "HS256"
ISSUER = "convoai"
SERVICE_TOKEN_LIFETIME = timedelta(minutes=5)
MAXIMUM_TOKEN_BYTES = 8_192  # ours are under 600 bytes; more is not worth parsing
LATEST_TIMESTAMP = 253_402_300_799  # 9999-12-31T23:59:59Z: later is no date
REQUIRED_CLAIMS = ("iss", "sub", "jti", "iat", "exp", "typ")
# As sorted pairs, so that a name that stands there twice is seen. Nothing else is ours: no kid, no jwk, no crit.
OUR_HEADERS = ([("alg", ALGORITHM)], [("alg", ALGORITHM), ("typ", "JWT")])
KEY_MATERIAL_MARKS = ("-----BEGIN", "ssh-rsa", "ssh-ed25519", "ecdsa-sha2-")

TokenType = Literal["access", "service"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling: a person (`access`) or another service (`service`), or a person's program with an API key.

    `scopes` is what an API key may be used for; None, for everyone else, is whatever the caller may do. With a key
    there is no session, and the token is the key's id.
    """

    username: str
    user_id: str
    roles: tuple[str, ...]
    session_id: str
    token_id: str
    issued_at: int
    expires_at: int
    scopes: frozenset[str] | None = None

    def has_role(self, *roles: str) -> bool:
        """Whether the principal has at least one of the roles."""
        return any(role in self.roles for role in roles)

    def has_scope(self, scope: str) -> bool:
        """Whether the credentials are good for this; those of a session always are."""
        return self.scopes is None or scope in self.scopes


class TokenCodec:
    """Signs and verifies with the one secret that the services share.

    Raises: ValueError when the secret is shorter than 32 bytes or is a public key in disguise (CVE-2026-85394).
    """

    def __init__(self, secret: str) -> None:
        if len(secret.encode()) < MINIMUM_SECRET_BYTES:
            raise ValueError("AUTH_SECRET_KEY must have at least 32 bytes")
        if any(mark in secret for mark in KEY_MATERIAL_MARKS):
            raise ValueError("AUTH_SECRET_KEY must be a random secret, not a public or private key")
        self._secret = secret

    def sign_access(
        self, *, username: str, user_id: str, roles: Sequence[str], session_id: str, lifetime: timedelta
    ) -> str:
        """A person's token, valid from now for `lifetime`."""
        claims = {"sub": username, "user_id": user_id, "roles": list(roles), "sid": session_id}
        return self._sign(claims, "access", lifetime)

    def sign_service(self, service_name: str) -> str:
        """A token with which one service speaks to another; valid for five minutes."""
        claims = {"sub": service_name, "user_id": "", "roles": [], "sid": ""}
        return self._sign(claims, "service", SERVICE_TOKEN_LIFETIME)

    def _sign(self, claims: dict[str, Any], typ: TokenType, lifetime: timedelta) -> str:
        issued_at = utc_now()
        claims |= {"iss": ISSUER, "jti": new_id(), "typ": typ, "iat": issued_at, "exp": issued_at + lifetime}
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM)

    def verify(self, token: str, typ: TokenType) -> Principal:
        """Who the token speaks for.

        Raises: CredentialsRefused for anything but an unexpired token of this type, signed by us.
        """
        try:
            self._refuse_strange_form(token)
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                options={f"require_{name}": True for name in REQUIRED_CLAIMS if name != "typ"} | {"verify_aud": False},
            )
            return _principal(claims, typ)
        except (JOSEError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise CredentialsRefused() from error

    @staticmethod
    def _refuse_strange_form(token: str) -> None:
        """Raises ValueError for what python-jose 3.5 ignores.

        That is: `crit`, keys that the token itself brings, and characters that stand for nothing, with which anyone
        could write a token of somebody's in another way.
        """
        if len(token) > MAXIMUM_TOKEN_BYTES or not token.isascii():
            raise ValueError("size or alphabet")
        parts = [_decoded(part) for part in token.split(".")]
        if json.loads(parts[0], object_pairs_hook=sorted) not in OUR_HEADERS:
            raise ValueError("header")


def _decoded(part: str) -> bytes:
    """The bytes of a token's part. Raises ValueError where they would not be written so."""
    decoded = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != part.encode():
        raise ValueError("encoding")
    return decoded


def _principal(claims: dict[str, Any], typ: TokenType) -> Principal:
    """Raises ValueError or KeyError where a claim is missing or of the wrong kind."""
    roles, issued_at, expires_at = claims["roles"], claims["iat"], claims["exp"]
    texts = (claims["sub"], claims["user_id"], claims["sid"], claims["jti"])
    if claims["typ"] != typ or not all(isinstance(text, str) for text in texts) or not claims["sub"]:
        raise ValueError("type or identity")
    if not all(text.isprintable() for text in texts):  # NUL and lone surrogates are errors to a database
        raise ValueError("identity")
    if typ == "access" and not claims["user_id"]:
        raise ValueError("identity")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise ValueError("roles")
    if not _is_timestamp(issued_at) or not _is_timestamp(expires_at):
        raise ValueError("times")
    return Principal(
        claims["sub"], claims["user_id"], tuple(roles), claims["sid"], claims["jti"], issued_at, expires_at
    )


def _is_timestamp(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LATEST_TIMESTAMP
