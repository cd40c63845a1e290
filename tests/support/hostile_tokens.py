"""Tokens that are none of ours, are no longer good, or are used where they do not belong. Each is built from a token
that holds, so that nothing but the one fault is wrong with it."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Claims = dict[str, Any]
HEADER: Claims = {"alg": "HS256", "typ": "JWT"}
ABSENT_ID = "01900000-0000-7000-8000-000000000000"
ANOTHER_SECRET = "another-secret-with-more-than-32-bytes"


@dataclass(frozen=True)
class Materials:
    """What hostile tokens are made of: the services' secret, two people's claims and one's other tokens."""

    secret: str
    own: Claims
    another: Claims
    refresh_token: str

    def claims(self, **changes: Any) -> Claims:
        """One's own, with another id and end, and these changes; `...` takes a claim away."""
        now = int(time.time())
        claims = {**self.own, "jti": "j", "iat": now, "exp": now + 600, **changes}
        return {name: value for name, value in claims.items() if value is not ...}

    def token(
        self,
        *,
        header: object = HEADER,
        claims: object = None,
        secret: str | None = None,
        digest: str = "sha256",
        **changes: Any,
    ) -> str:
        """A token like ours but for what is given; without anything it holds."""
        return sign(
            f"{part(header)}.{part(self.claims(**changes) if claims is None else claims)}",
            self.secret if secret is None else secret,
            digest,
        )


Build = Callable[[Materials], str]


def part(value: object) -> str:
    """The value as JSON in base64url; text as it is."""
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def sign(signed: str, secret: str, digest: str = "sha256") -> str:
    signature = hmac.digest(secret.encode(), signed.encode(), digest)
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def claims_of(token: str) -> Claims:
    payload = token.split(".")[1]
    claims: Claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _claims(**changes: Any) -> Build:
    return lambda materials: materials.token(**changes)


def _header(header: object, **options: Any) -> Build:
    return lambda materials: materials.token(header=header, **options)


def _unsigned(alg: str) -> Build:
    return lambda materials: f"{part({'alg': alg})}.{part(materials.claims())}."


def _parts(change: Callable[[list[str]], str]) -> Build:
    """Another text out of the three parts of a token that holds."""
    return lambda materials: change(materials.token().split("."))


def _other_last_bits(parts: list[str]) -> str:
    """The same signature with other bits in the last character, where they stand for nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    header, payload, signature = parts
    return f"{header}.{payload}.{signature[:-1]}{alphabet[alphabet.index(signature[-1]) ^ 1]}"


CLAIMS: dict[str, Build] = {
    "expired": _claims(exp=int(time.time()) - 3_600),
    "without expiry": _claims(exp=...),
    "expiry null": _claims(exp=None),
    "expiry as text": _claims(exp="tomorrow"),
    "expiry as digits in text": _claims(exp=str(int(time.time()) + 600)),
    "expiry beyond any date": _claims(exp=10**20),
    "expiry beyond 64 bits": _claims(exp=2**64),
    "expiry of a thousand digits": _claims(exp=10**1_000),
    "negative expiry": _claims(exp=-1),
    "expiry zero": _claims(exp=0),
    "expiry with a fraction": _claims(exp=time.time() + 600.5),
    "expiry that is no number": _claims(exp=True),
    "expiry in a list": _claims(exp=[int(time.time()) + 600]),
    "expiry that is infinite": _claims(exp=float("inf")),
    "expiry that is not a number": _claims(exp=float("nan")),
    "not yet valid": _claims(nbf=int(time.time()) + 3_600),
    "of another issuer": _claims(iss="elsewhere"),
    "of an issuer of another case": _claims(iss="ConvoAI"),
    "of several issuers": _claims(iss=["convoai"]),
    "without issuer": _claims(iss=...),
    "of a service": _claims(typ="service"),
    "typ refresh": _claims(typ="refresh"),
    "typ of another case": _claims(typ="Access"),
    "several types": _claims(typ=["access"]),
    "without type": _claims(typ=...),
    "without subject": _claims(sub=...),
    "with an empty subject": _claims(sub=""),
    "with a subject that is a number": _claims(sub=1),
    "with a subject that is an object": _claims(sub={"$ne": None}),
    "without user id": _claims(user_id=...),
    "with an empty user id": _claims(user_id=""),
    "with a user id that is a list": _claims(user_id=["a"]),
    "with NUL in the user id": _claims(user_id="\x00"),
    "with half a character in the user id": _claims(user_id="\ud800"),
    "of a user who does not exist": _claims(user_id=ABSENT_ID),
    "without roles": _claims(roles=...),
    "with roles as text": _claims(roles="admin"),
    "with roles that are numbers": _claims(roles=[0]),
    "without jti": _claims(jti=...),
    "with a jti that is a list": _claims(jti=["a"]),
    "without session": _claims(sid=...),
    "with an empty session": _claims(sid=""),
    "with a session that is null": _claims(sid=None),
    "of a session that does not exist": _claims(sid=ABSENT_ID),
    "with a session id that is none": _claims(sid="' OR 1=1 --"),
    "with NUL in the session id": _claims(sid="\x00" * 36),
    "of another's session": lambda materials: materials.token(sid=materials.another["sid"]),
    "of another with one's own session": lambda materials: materials.token(user_id=materials.another["user_id"]),
    "without time of issue": _claims(iat=...),
    "with a time of issue as text": _claims(iat="1"),
    "with a negative time of issue": _claims(iat=-1),
    "with no claims": _header(HEADER, claims={}),
    "with claims that are a list": _header(HEADER, claims=[1]),
    "with claims that are text": _header(HEADER, claims='"admin"'),
    "with claims that are nested too deep": _header(HEADER, claims="[" * 4_000),
    "with claims that are no JSON": _header(HEADER, claims="{'sub': 'admin'}"),
}
HEADERS: dict[str, Build] = {
    **{f"alg {alg}, unsigned": _unsigned(alg) for alg in ("none", "None", "NONE", "nOnE", "HS256", "")},
    "alg none, signed": _header({"alg": "none", "typ": "JWT"}),
    "alg HS384": _header({"alg": "HS384", "typ": "JWT"}, digest="sha384"),
    "alg HS512": _header({"alg": "HS512", "typ": "JWT"}, digest="sha512"),
    "another hash than it says": _header(HEADER, digest="sha512"),
    "alg RS256": _header({"alg": "RS256", "typ": "JWT"}),
    "alg ES256": _header({"alg": "ES256", "typ": "JWT"}),
    "alg dir": _header({"alg": "dir", "enc": "A256GCM"}),
    "alg in small letters": _header({"alg": "hs256", "typ": "JWT"}),
    "several algs": _header({"alg": ["HS256"], "typ": "JWT"}),
    "alg null": _header({"alg": None, "typ": "JWT"}),
    "no alg": _header({"typ": "JWT"}),
    "alg twice": _header('{"alg": "none", "alg": "HS256", "typ": "JWT"}'),
    "typ of another kind": _header({"alg": "HS256", "typ": "JOSE+JSON"}),
    "crit": _header(HEADER | {"crit": ["exp"]}),
    "crit that is unknown": _header(HEADER | {"crit": ["b64"], "b64": False}),
    "jku": _header(HEADER | {"jku": "https://evil.example/keys"}),
    "jwk, signed with it": _header(HEADER | {"jwk": {"kty": "oct", "k": part(ANOTHER_SECRET)}}, secret=ANOTHER_SECRET),
    "jwk": _header(HEADER | {"jwk": {"kty": "oct", "k": ""}}),
    "x5u": _header(HEADER | {"x5u": "https://evil.example/cert"}),
    "x5c": _header(HEADER | {"x5c": ["MIIB"]}),
    "kid that is a path, signed with what is there": _header(HEADER | {"kid": "../../../dev/null"}, secret=""),
    "kid that is a path": _header(HEADER | {"kid": "../../../etc/hostname"}),
    "kid that is SQL": _header(HEADER | {"kid": "x' UNION SELECT 'k"}, secret="k"),
    "zip": _header(HEADER | {"zip": "DEF"}),
    "header that is a list": _header([["alg", "HS256"], ["typ", "JWT"]]),
    "header that is text": _header('"HS256"'),
    "header that is no JSON": _header("{alg: HS256}"),
    "header that is nested too deep": _header("[" * 4_000),
}
SECRETS: dict[str, Build] = {
    "signed with nothing": _header(HEADER, secret=""),
    "signed with another secret": _header(HEADER, secret=ANOTHER_SECRET),
    "signed with less of the secret": lambda materials: materials.token(secret=materials.secret[:-1]),
    "signed with the secret in capital letters": lambda materials: materials.token(secret=materials.secret.upper()),
}
PARTS: dict[str, Build] = {
    "without signature": _parts(lambda parts: f"{parts[0]}.{parts[1]}."),
    "of two parts": _parts(lambda parts: f"{parts[0]}.{parts[1]}"),
    "with a signature reversed": _parts(lambda parts: f"{parts[0]}.{parts[1]}.{parts[2][::-1]}"),
    "with a signature cut short": _parts(lambda parts: f"{parts[0]}.{parts[1]}.{parts[2][:-2]}"),
    "with other claims under an old signature": lambda materials: ".".join(
        [part(HEADER), part(materials.claims(roles=["admin"])), materials.token().split(".")[2]]
    ),
    "with two signatures": _parts(lambda parts: ".".join([*parts, parts[2]])),
    "twice": _parts(lambda parts: ".".join([*parts, *parts])),
    "of five parts": _parts(lambda parts: ".".join([*parts, parts[1], parts[2]])),
    "within a token": _parts(lambda parts: f"{parts[0]}.{part('.'.join(parts))}.{parts[2]}"),
    "as JSON": _parts(lambda parts: json.dumps(dict(zip(("protected", "payload", "signature"), parts, strict=True)))),
    "padded": _parts(lambda parts: f"{parts[0]}.{parts[1]}.{parts[2]}="),
    "with something else in the signature": _parts(lambda parts: f"{parts[0]}.{parts[1]}.!{parts[2]}"),
    "with other last bits": _parts(_other_last_bits),
    "in the other alphabet": _parts(lambda parts: f"{parts[0]}.{parts[1]}.+/{parts[2]}"),
    "with a blank within": _parts(lambda parts: ". ".join(parts)),
    "with NUL": _parts(lambda parts: ".".join(parts) + "\x00"),
    "in quotation marks": _parts(lambda parts: f'"{".".join(parts)}"'),
    "with its scheme twice": _parts(lambda parts: f"Bearer {'.'.join(parts)}"),
    "and another after a comma": _parts(lambda parts: f"{'.'.join(parts)}, {'.'.join(parts)}"),
    "in capital letters": _parts(lambda parts: ".".join(parts).upper()),
    "with letters beyond ASCII": _parts(lambda parts: ".".join(parts) + "ü"),
    "with letters that look alike": _parts(lambda parts: ".".join(parts).replace("e", "е")),
    "with half a character": _parts(lambda parts: ".".join(parts) + "\ud800"),
    "of nine kilobytes": lambda materials: materials.token(padding="x" * 6_000),
    "of a megabyte": lambda materials: materials.token(padding="x" * 750_000),
}
# What HTTP takes away from a header, so that they are hostile in an address alone.
BLANKS: dict[str, Build] = {
    "with a blank in front": _parts(lambda parts: " " + ".".join(parts)),
    "with a blank behind": _parts(lambda parts: ".".join(parts) + " "),
    "with a line end": _parts(lambda parts: ".".join(parts) + "\n"),
}
STRANGE: dict[str, Build] = {
    "a refresh token": lambda materials: materials.refresh_token,
    **{
        f"the text {text[:24]!r}": (lambda _materials, text=text: text)  # type: ignore[misc]
        for text in (
            "a", ".", "..", "...", "a.b.c", "null", "undefined", "e30.e30.", "e30.e30.AA", "W10.e30.AA", "ü.ü.ü", "%00",
            "eyJhbGciOiJIUzI1NiJ9..", "a" * 9_000, "[" * 4_000, "{}",
        )
    },
}  # fmt: skip
HOSTILE: dict[str, dict[str, Build]] = {
    "claims": CLAIMS,
    "header": HEADERS,
    "secret": SECRETS,
    "parts": PARTS,
    "text": STRANGE,
}
