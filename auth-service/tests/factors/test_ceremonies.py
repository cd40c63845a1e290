"""What browsers send as passkeys, and what anybody may send in their place."""

import json
from typing import Any

import cbor2
import pytest
from auth_server.factors import ceremonies
from auth_server.factors.ceremonies import Expected
from hypothesis import given
from hypothesis import strategies as st
from support.authenticator import SoftwareAuthenticator, decode, encode
from support.factors import ORIGIN

CHALLENGE = "Y2hhbGxlbmdlLWNoYWxsZW5nZS1jaGFsbGVuZ2UtMTI"
EXPECTED = Expected(CHALLENGE, "localhost", [ORIGIN])
CREATION = {
    "rp": {"id": "localhost"},
    "user": {"id": encode(b"user-1")},
    "challenge": CHALLENGE,
    "excludeCredentials": [],
}
REQUEST = {"rpId": "localhost", "challenge": CHALLENGE}


@pytest.fixture
def device() -> SoftwareAuthenticator:
    return SoftwareAuthenticator(ORIGIN)


def changed(credential: dict[str, Any], **members: str) -> dict[str, Any]:
    return credential | {"response": credential["response"] | members}


def with_key(credential: dict[str, Any], key: object) -> dict[str, Any]:
    """The attestation with another public key in it, which may be none at all."""
    attestation = cbor2.loads(decode(credential["response"]["attestationObject"]))
    head = attestation["authData"][: 37 + 16 + 2 + 32]
    attestation["authData"] = head + cbor2.dumps(key)
    return changed(credential, attestationObject=encode(cbor2.dumps(attestation)))


class TestNewCredential:
    def test_is_what_the_device_made(self, device: SoftwareAuthenticator) -> None:
        made = ceremonies.new_credential(device.create(CREATION), EXPECTED)
        assert made is not None
        assert made.credential_id == device.credentials[0].id
        assert decode(made.public_key) == device.credentials[0].cose_key

    @pytest.mark.parametrize(
        "key",
        [
            {1: 2, 3: -257, -1: 1, -2: bytes(32), -3: bytes(32), "a": 1},
            {1: 2, 3: -36, -1: 3, -2: bytes(66), -3: bytes(66)},
            {1: 9, 3: -7},
            {3: -7},
            {},
            [],
            None,
            "key",
            -7,
        ],
    )
    def test_has_a_key_that_can_be_used(self, device: SoftwareAuthenticator, key: object) -> None:
        made = ceremonies.new_credential(with_key(device.create(CREATION), key), EXPECTED)
        if made is not None:  # a key that fits its algorithm by name alone verifies nothing
            assertion = device.get(REQUEST)
            count = ceremonies.verified_count(assertion, EXPECTED, public_key=made.public_key, is_user_verified=False)
            assert count is None

    @given(data=st.binary(max_size=300))
    def test_is_no_crash_whatever_is_sent(self, data: bytes) -> None:
        device = SoftwareAuthenticator(ORIGIN)
        made = device.create(CREATION)
        for member in ("attestationObject", "clientDataJSON"):
            assert ceremonies.new_credential(changed(made, **{member: encode(data)}), EXPECTED) is None
        garbled = {"fmt": "packed", "attStmt": {"alg": -7, "sig": data, "x5c": [data]}}
        attestation = cbor2.loads(decode(made["response"]["attestationObject"])) | garbled
        sent = changed(made, attestationObject=encode(cbor2.dumps(attestation)))
        assert ceremonies.new_credential(sent, EXPECTED) is None


class TestAssertion:
    def test_gives_its_counter(self, device: SoftwareAuthenticator) -> None:
        device.create(CREATION)
        key = encode(device.credentials[0].cose_key)
        for count in (1, 2):
            found = ceremonies.verified_count(device.get(REQUEST), EXPECTED, public_key=key, is_user_verified=True)
            assert found == count

    @given(data=st.binary(max_size=300))
    def test_is_no_crash_whatever_is_sent(self, data: bytes) -> None:
        device = SoftwareAuthenticator(ORIGIN)
        device.create(CREATION)
        key, assertion = encode(device.credentials[0].cose_key), device.get(REQUEST)
        for member in ("authenticatorData", "clientDataJSON", "signature"):
            sent = changed(assertion, **{member: encode(data)})
            assert ceremonies.verified_count(sent, EXPECTED, public_key=key, is_user_verified=False) is None
        assert ceremonies.verified_count(assertion, EXPECTED, public_key=encode(data), is_user_verified=False) is None

    @given(text=st.text(max_size=60))
    def test_is_no_crash_for_what_is_no_base64(self, text: str) -> None:
        device = SoftwareAuthenticator(ORIGIN)
        device.create(CREATION)
        key, assertion = encode(device.credentials[0].cose_key), device.get(REQUEST)
        sent = changed(assertion, clientDataJSON=text, signature=text)
        assert ceremonies.verified_count(sent, EXPECTED, public_key=key, is_user_verified=False) is None


class TestChallenge:
    @given(text=st.text(max_size=60))
    def test_of_anything_is_no_crash(self, text: str) -> None:
        ceremonies.challenge_of(text)
        ceremonies.challenge_of(encode(text.encode("utf-8", "surrogatepass")))
        ceremonies.user_of_handle(text)

    @pytest.mark.parametrize(
        "data",
        [[], 1, None, "x", {}, {"challenge": "x", "crossOrigin": True}, {"challenge": "x", "crossOrigin": "false"}],
    )
    def test_of_what_is_no_client_data_is_none(self, data: object) -> None:
        assert ceremonies.challenge_of(encode(json.dumps(data).encode())) is None

    def test_of_nesting_without_end_is_none(self) -> None:
        assert ceremonies.challenge_of(encode(b"[" * 12_000)) is None


class TestCounter:
    @pytest.mark.parametrize(
        ("new", "stored", "is_higher"), [(1, 0, True), (0, 0, True), (5, 4, True), (4, 4, False), (0, 4, False)]
    )
    def test_goes_up_or_stays_at_zero(self, new: int, stored: int, *, is_higher: bool) -> None:
        assert ceremonies.has_gone_up(new, stored) is is_higher
