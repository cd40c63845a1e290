"""A passkey device in software: makes and uses WebAuthn credentials as a browser would hand them on, and can lie."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

Json = dict[str, Any]
USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40
AAGUID = bytes(16)  # what a device says that does not tell its make


def encode(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Credential:
    """A key pair, and whose it is."""

    rp_id: str
    user_handle: str
    id: str = field(default_factory=lambda: encode(secrets.token_bytes(32)))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    sign_count: int = 0

    @property
    def cose_key(self) -> bytes:
        """The public key as WebAuthn writes it (RFC 9053, section 7.1)."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})


@dataclass
class SoftwareAuthenticator:
    """Holds discoverable credentials at one page. Attributes are what a test makes it say wrongly."""

    origin: str
    is_user_verified: bool = True
    is_counting: bool = True
    is_framed: bool = False
    credentials: list[Credential] = field(default_factory=list)

    def create(self, options: Json) -> Json:
        """What `navigator.credentials.create` gives for the options (RegistrationResponseJSON), attestation none.

        Raises: ValueError, as a browser does, when one of the excluded credentials is on this device.
        """
        excluded = {one["id"] for one in options["excludeCredentials"]}
        if any(one.id in excluded for one in self.credentials):
            raise ValueError("InvalidStateError")
        credential = Credential(options["rp"]["id"], options["user"]["id"])
        self.credentials.append(credential)
        attested = AAGUID + len(decode(credential.id)).to_bytes(2, "big") + decode(credential.id) + credential.cose_key
        data = self._authenticator_data(credential, ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._envelope(credential) | {
            "response": {
                "clientDataJSON": encode(self._client_data("webauthn.create", options["challenge"])),
                "attestationObject": encode(attestation),
                "transports": ["internal", "smoke-signals"],
            }
        }

    def get(self, options: Json, **overrides: Any) -> Json:
        """What `navigator.credentials.get` gives for the options (AuthenticationResponseJSON).

        `overrides` replace members of `response`. Raises: ValueError when no credential fits.
        """
        allowed = [one["id"] for one in options.get("allowCredentials", [])]
        fitting = [
            one for one in self.credentials if one.rp_id == options["rpId"] and (not allowed or one.id in allowed)
        ]
        if not fitting:
            raise ValueError("NotAllowedError")
        credential = fitting[-1]
        credential.sign_count += self.is_counting
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._authenticator_data(credential, 0)
        signed = data + hashlib.sha256(client_data).digest()
        response = {
            "clientDataJSON": encode(client_data),
            "authenticatorData": encode(data),
            "signature": encode(credential.key.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": credential.user_handle,
        }
        return self._envelope(credential) | {"response": response | overrides}

    def _client_data(self, kind: str, challenge: str) -> bytes:
        data = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.is_framed}
        return json.dumps(data).encode()

    def _authenticator_data(self, credential: Credential, flags: int) -> bytes:
        flags |= USER_PRESENT | (USER_VERIFIED if self.is_user_verified else 0)
        rp_id_hash = hashlib.sha256(credential.rp_id.encode()).digest()
        return rp_id_hash + bytes([flags]) + credential.sign_count.to_bytes(4, "big")

    def _envelope(self, credential: Credential) -> Json:
        return {
            "id": credential.id,
            "rawId": credential.id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
        }
