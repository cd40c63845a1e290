"""Passkeys on the wire (WebAuthn): the only importer of `webauthn`. Decides on bytes alone, knows no database."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import JsonValue
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

PRODUCT = "ConvoAI"
TIMEOUT_MS = 120_000
Options = dict[str, JsonValue]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Descriptor:
    """How a browser finds a passkey: its id and the ways that lead to it, such as `internal` or `usb`."""

    credential_id: str
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A passkey that was just made; ids and keys are base64url."""

    credential_id: str
    public_key: str
    sign_count: int
    is_synced: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer of a browser has to be made for."""

    challenge: str
    rp_id: str
    origins: Sequence[str]


def registration_options(
    expected_rp_id: str, challenge: str, *, user_id: str, username: str, known: Sequence[Descriptor]
) -> Options:
    """What `navigator.credentials.create` is given, as JSON.

    The passkey must be one that its device finds by itself, and must verify its user: it is good for signing in alone.
    """
    options = generate_registration_options(
        rp_id=expected_rp_id,
        rp_name=PRODUCT,
        user_id=user_id.encode(),
        user_name=username,
        challenge=base64url_to_bytes(challenge),
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(known),
    )
    return options_to_json_dict(options)


def authentication_options(
    rp_id: str, challenge: str, *, known: Sequence[Descriptor], is_user_verified: bool
) -> Options:
    """What `navigator.credentials.get` is given, as JSON. Without known passkeys the device offers its own."""
    wish = UserVerificationRequirement.REQUIRED if is_user_verified else UserVerificationRequirement.PREFERRED
    options = generate_authentication_options(
        rp_id=rp_id,
        challenge=base64url_to_bytes(challenge),
        timeout=TIMEOUT_MS,
        allow_credentials=_descriptors(known),
        user_verification=wish,
    )
    return options_to_json_dict(options)


def challenge_of(client_data_json: str) -> str | None:
    """The challenge that the browser says it answers, unverified; None when it cannot be read, or in a frame.

    A page within another site's frame could be laid under the visitor's finger.
    """
    try:
        data = json.loads(base64url_to_bytes(client_data_json))
        return str(data["challenge"]).rstrip("=") if data.get("crossOrigin", False) is False else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def new_credential(credential: dict[str, Any], expected: Expected) -> NewCredential | None:
    """The passkey that a browser made for these options; None when anything about it is not as it must be."""
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(expected.challenge),
            expected_rp_id=expected.rp_id,
            expected_origin=list(expected.origins),
            require_user_verification=True,
        )
    except _REFUSALS as error:
        _log_refusal("passkey_registration_refused", error)
        return None
    return NewCredential(
        bytes_to_base64url(verified.credential_id),
        bytes_to_base64url(verified.credential_public_key),
        verified.sign_count,
        verified.credential_backed_up,
    )


def verified_count(
    credential: dict[str, Any], expected: Expected, *, public_key: str, is_user_verified: bool
) -> int | None:
    """The sign counter of an assertion that holds; None for one that does not. Whether it went up is not asked here."""
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(expected.challenge),
            expected_rp_id=expected.rp_id,
            expected_origin=list(expected.origins),
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=0,
            require_user_verification=is_user_verified,
        )
    except _REFUSALS as error:
        _log_refusal("passkey_refused", error)
        return None
    return verified.new_sign_count


def user_of_handle(user_handle: str) -> str | None:
    """The id of the user that a passkey names, unverified."""
    try:
        return base64url_to_bytes(user_handle).decode()
    except ValueError:
        return None


def known_transports(transports: Sequence[str]) -> list[str]:
    """Those that this version of the library knows; browsers learn new ones."""
    known = {way.value for way in AuthenticatorTransport}
    return sorted(known.intersection(transports))


def has_gone_up(new_count: int, stored_count: int) -> bool:
    """Whether the counter went up, as that of a key without a copy does; those that do not count stay at zero."""
    return new_count > stored_count or new_count == stored_count == 0


# The library reads CBOR and keys that somebody made up; not all that goes wrong then is one of its own errors.
_REFUSALS = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


def _log_refusal(event: str, error: Exception) -> None:
    reason = str(error) if isinstance(error, WebAuthnException) else type(error).__name__
    log.info(event, reason=reason[:200])


def _descriptors(known: Sequence[Descriptor]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(one.credential_id),
            transports=[AuthenticatorTransport(way) for way in one.transports] or None,
        )
        for one in known
    ]
