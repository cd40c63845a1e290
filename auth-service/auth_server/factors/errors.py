"""The coded errors of second factors."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from service_kit.errors import CredentialsRefused, InvalidInput, ServiceError


class SecondFactorRequired(CredentialsRefused):
    """The password was right, and a factor is still to be shown (401). `factor_token` stands for the password."""

    code = "second_factor_required"
    detail = "Your account is protected by a second factor. Confirm your sign-in with it."

    def __init__(self, factor_token: str, factors: Sequence[str]) -> None:
        super().__init__()
        self._members = {"factor_token": factor_token, "factors": list(factors)}

    @property
    def members(self) -> Mapping[str, object]:
        return self._members


class FactorEnrolmentRequired(CredentialsRefused):
    """The password was right, and a role demands a factor that there is none of yet (401)."""

    code = "factor_enrolment_required"
    detail = "Your role needs a second factor. Set one up now to sign in."

    def __init__(self, factor_token: str) -> None:
        super().__init__()
        self._members = {"factor_token": factor_token, "factors": []}

    @property
    def members(self) -> Mapping[str, object]:
        return self._members


class FactorTokenRefused(CredentialsRefused):
    """The token of a second step is none, is used, or is too old; or the password was changed since (401)."""

    code = "invalid_factor_token"
    detail = "Confirming the sign-in took too long. Enter your name and password again."


class CodeRefused(CredentialsRefused):
    """A code that is wrong, over or used, where a sign-in needs it (401)."""

    code = "incorrect_code"
    detail = "This code is not right, or was used already. Enter the one that your app shows now, or a recovery code."


class PasskeyRefused(CredentialsRefused):
    """A passkey that is not known here, or whose answer does not hold, where a sign-in needs it (401)."""

    code = "passkey_refused"
    detail = "This passkey could not be verified here. Try once more, or sign in in another way."


class WrongCode(ServiceError):
    """A code that is wrong, over or used, where a change needs it (400)."""

    code = "incorrect_code"
    status = HTTPStatus.BAD_REQUEST
    detail = "This code is not right, or was used already. Enter the one that your app shows now."


class WrongPasskey(ServiceError):
    """A passkey that does not hold, where a change needs it (400)."""

    code = "passkey_refused"
    status = HTTPStatus.BAD_REQUEST
    detail = "This passkey could not be verified. Nothing was changed; try once more."


class PasskeyNotMade(ServiceError):
    """What a browser sent as a new passkey does not hold, or came too late (400)."""

    code = "passkey_not_made"
    status = HTTPStatus.BAD_REQUEST
    detail = "The passkey could not be set up: the answer of the device does not fit, or came too late. Try once more."


class PasskeyKnown(ServiceError):
    """The passkey is registered already (409)."""

    code = "passkey_known"
    status = HTTPStatus.CONFLICT
    detail = "This passkey is set up already. Choose another device or key."


class PasskeysUnavailable(ServiceError):
    """No passkey can be for the address that the page was opened by (400)."""

    code = "passkeys_unavailable"
    status = HTTPStatus.BAD_REQUEST
    detail = "Passkeys need a page that is opened by a name, such as localhost, not by a number such as 127.0.0.1."


class TooManyPasskeys(ServiceError):
    """There is no room for a further passkey (409)."""

    code = "too_many_passkeys"
    status = HTTPStatus.CONFLICT
    detail = "You have as many passkeys as there can be. Remove one that you no longer use first."


class FactorNotFound(ServiceError):
    """No such factor, or somebody else's (404)."""

    code = "factor_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "There is no such factor, or it was removed already."


class EnrolmentNotFound(ServiceError):
    """No authenticator app waits for its first code, or no longer (404)."""

    code = "enrolment_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "Setting up the app was not begun, or took too long. Begin again."


class FactorNeeded(ServiceError):
    """The last factor of somebody whose role demands one (409)."""

    code = "factor_needed"
    status = HTTPStatus.CONFLICT
    detail = "Your role needs a second factor, and this is your last one. Set up another one first."


class ProofRequired(ServiceError):
    """The change needs the password or a factor again (403)."""

    code = "proof_required"
    status = HTTPStatus.FORBIDDEN
    detail = "Confirm that it is you first: with your password, a code of your app or a passkey."


class OwnFactors(ServiceError):
    """An admin tried to reset their own factors past the proof that this needs (409)."""

    code = "own_factors"
    status = HTTPStatus.CONFLICT
    detail = "These are your own factors. Change them in your settings, where you confirm that it is you."


class OneProofOnly(InvalidInput):
    """Not exactly one of the ways to show who one is (422)."""

    def __init__(self, *fields: str) -> None:
        super().__init__(f"Send exactly one of {', '.join(fields)}.", field="body")
