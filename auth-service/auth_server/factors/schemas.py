"""What the factor routes take and answer, and what factors are to the rest of the service."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from auth_server.factors.ceremonies import Options
from auth_server.users.schemas import Account

FactorKind = Literal["totp", "passkey", "recovery_code"]
Purpose = Literal[
    "second_factor",  # the password was right: stands for it until a factor is shown
    "enrolment",  # the password was right, and there is no factor yet: may set one up
    "enrolled",  # the same, and one was set up: begins the session
    "passkey_registration",
    "passkey_sign_in",
    "passkey_second_factor",
    "passkey_proof",
]
AttemptPurpose = Literal["sign_in", "proof", "enrolment"]
LONGEST_NAME = 64

CodeText = Annotated[
    SecretStr, Field(max_length=64, description="Six digits of the authenticator app, or a recovery code.")
]
PasskeyName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, examples=["Ada's phone"])]
_Encoded = Annotated[str, Field(max_length=16_384)]


@dataclass(frozen=True, slots=True)
class Enroller:
    """Who sets up a factor: somebody signed in (who must have proven it), or the bearer of an enrolment token."""

    account: Account
    session_id: str = ""
    enrolment_token: str = ""


class _Taken(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _FromBrowser(BaseModel):
    """JSON of the WebAuthn interface, which names its members in its own way and may grow more of them."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    def as_json(self) -> dict[str, Any]:
        """As the browser sent it, without what is not looked at."""
        return self.model_dump(by_alias=True, exclude_none=True)


class AttestationResponse(_FromBrowser):
    """What a device says of a passkey that it made."""

    client_data_json: _Encoded = Field(alias="clientDataJSON")
    attestation_object: _Encoded = Field(alias="attestationObject")
    transports: list[Annotated[str, Field(max_length=32)]] = Field(default=[], max_length=16)


class NewPasskeyCredential(_FromBrowser):
    """What `navigator.credentials.create` gave (RegistrationResponseJSON)."""

    id: _Encoded
    raw_id: _Encoded = Field(alias="rawId")
    type: Literal["public-key"]
    response: AttestationResponse


class AssertionResponse(_FromBrowser):
    """What a device signed."""

    client_data_json: _Encoded = Field(alias="clientDataJSON")
    authenticator_data: _Encoded = Field(alias="authenticatorData")
    signature: _Encoded
    user_handle: _Encoded | None = Field(default=None, alias="userHandle")


class PasskeyAssertion(_FromBrowser):
    """What `navigator.credentials.get` gave (AuthenticationResponseJSON)."""

    id: _Encoded
    raw_id: _Encoded = Field(alias="rawId")
    type: Literal["public-key"]
    response: AssertionResponse


class SecondFactorIn(_Taken):
    """The token of the first step and one factor; after enrolment the token alone."""

    factor_token: Annotated[str, Field(max_length=128)]
    code: CodeText | None = None
    passkey: PasskeyAssertion | None = None


class FactorTokenIn(_Taken):
    """The token of the first step."""

    factor_token: Annotated[str, Field(max_length=128)]


class PasskeySignInIn(_Taken):
    """The passkey that somebody signs in with."""

    passkey: PasskeyAssertion


class ProofIn(_Taken):
    """Exactly one of the ways to show who one is."""

    current_password: SecretStr | None = None
    code: CodeText | None = None
    passkey: PasskeyAssertion | None = None


class TotpConfirmation(_Taken):
    """The first code of an app."""

    code: CodeText


class _Named(_Taken):
    name: PasskeyName

    @field_validator("name")
    @classmethod
    def _without_surrounding_space(cls, name: str) -> str:
        if not (stripped := name.strip()) or not stripped.isprintable():
            raise ValueError("A name has at least one character, and no line breaks or other control characters")
        return stripped


class PasskeyRegistration(_Named):
    """A new passkey and what its owner calls it."""

    passkey: NewPasskeyCredential


class PasskeyRename(_Named):
    """What the owner calls the passkey from now on."""


class OptionsOut(BaseModel):
    """What the browser's WebAuthn interface is given, as it is."""

    options: Options


class TotpEnrolmentOut(BaseModel):
    """What an authenticator app is told. `qr_code` is a picture (data URI) of `uri`, which holds the secret."""

    secret: str
    uri: str
    qr_code: str
    expires_at: datetime


class TotpOut(BaseModel):
    """An authenticator app that is set up."""

    created_at: datetime
    last_used_at: datetime | None


class PasskeyOut(BaseModel):
    """A passkey. `is_synced` ones are kept by their owner's platform and survive the loss of the device."""

    id: str
    name: str
    is_synced: bool
    created_at: datetime
    last_used_at: datetime | None


class FactorsOut(BaseModel):
    """One's own factors, and whether a role demands that there is one."""

    totp: TotpOut | None
    passkeys: list[PasskeyOut]
    recovery_codes_left: int
    is_required: bool


class FactorSummary(BaseModel):
    """What others may know of a user's factors."""

    has_totp: bool
    passkey_count: int
    recovery_codes_left: int
    is_required: bool


class EnrolledOut(BaseModel):
    """A factor was set up.

    `recovery_codes` come with the first one and are shown this once. `factor_token`, for who set it up on the way in,
    is what `POST /auth/token/factor` gives the session for.
    """

    recovery_codes: list[str] | None
    factor_token: str | None


class EnrolledPasskeyOut(EnrolledOut):
    """A passkey was set up."""

    passkey: PasskeyOut


class RecoveryCodesOut(BaseModel):
    """New recovery codes, shown this once; the ones before are no longer good."""

    recovery_codes: list[str]


class ProofOut(BaseModel):
    """Until when changes need no further proof in this session."""

    expires_at: datetime
