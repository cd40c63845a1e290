"""The coded errors of auth-service."""

from http import HTTPStatus

from service_kit.errors import CredentialsRefused, InvalidInput, ServiceError


class UserNotFound(ServiceError):
    """No such user, or one that the caller may not know of (404)."""

    code = "user_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "There is no user of that name, or you may not see it."


class UsernameTaken(ServiceError):
    """Another user has this name, whatever the case of its letters (400)."""

    code = "already_registered"
    status = HTTPStatus.BAD_REQUEST
    detail = "This username is already registered. Choose another one."


class EmailTaken(ServiceError):
    """Another user has this address, whatever the case of its letters (400)."""

    code = "already_registered"
    status = HTTPStatus.BAD_REQUEST
    detail = "This e-mail address is already registered. Sign in, or use another address."


class RegistrationClosed(ServiceError):
    """Only an admin may add users here (403)."""

    code = "registration_closed"
    status = HTTPStatus.FORBIDDEN
    detail = "Registration is closed here. Ask an administrator for an account."


class InvitationNeeded(ServiceError):
    """Registration is for those who were invited (403)."""

    code = "invitation_needed"
    status = HTTPStatus.FORBIDDEN
    detail = "Registration needs an invitation here. Ask an administrator for a link."


class EmailDomainNotAllowed(ServiceError):
    """An address of another domain than those that may register (403)."""

    code = "email_domain_not_allowed"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, allowed: list[str]) -> None:
        endings = ", ".join(f"@{domain}" for domain in allowed)
        super().__init__(f"Use an e-mail address that ends with one of these: {endings}.")


class InvitationRefused(ServiceError):
    """An invitation that is none, was used or withdrawn, or has expired (403)."""

    code = "invitation_refused"
    status = HTTPStatus.FORBIDDEN
    detail = "This invitation does not hold: it was used or withdrawn, or has expired. Ask for a new one."


class InvitedForAnotherAddress(ServiceError):
    """The invitation names another e-mail address (403)."""

    code = "invited_for_another_address"
    status = HTTPStatus.FORBIDDEN
    detail = "This invitation is for another e-mail address. Register with the one that it was sent to."


class InvitationNotFound(ServiceError):
    """No such invitation (404)."""

    code = "invitation_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "There is no such invitation."


class InvitationNotOpen(ServiceError):
    """An invitation that no longer holds cannot be withdrawn (409)."""

    code = "invitation_not_open"
    status = HTTPStatus.CONFLICT
    detail = "This invitation was used or withdrawn, or has expired. There is nothing left to withdraw."


class InvitationsClosed(ServiceError):
    """Nobody may register, so an invitation would be of no use (409)."""

    code = "registration_closed"
    status = HTTPStatus.CONFLICT
    detail = "Registration is closed, so nobody could use an invitation. Allow invited people to register first."


class RolesReserved(ServiceError):
    """Someone other than an admin tried to choose roles (403)."""

    code = "role_required"
    status = HTTPStatus.FORBIDDEN
    detail = "Only an administrator may choose roles. Register without them."


class LastAdmin(ServiceError):
    """The change would leave nobody who can administer the users (409)."""

    code = "last_admin"
    status = HTTPStatus.CONFLICT
    detail = "This is the last active administrator. Make another user an administrator first."


class ErasureNotFound(ServiceError):
    """No such erasure, or a receipt that is none (404)."""

    code = "erasure_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "There is no such erasure."


class RoleNotFound(ServiceError):
    """No such role (404)."""

    code = "role_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "There is no role of that name. GET /roles/ lists those that there are."


class UnknownRole(InvalidInput):
    """A role that does not exist, or none at all (422)."""

    code = "unknown_role"
    detail = "Choose at least one role, and only roles that GET /roles/ lists."


class WeakPassword(InvalidInput):
    """The password breaks rules of the policy; each is one entry of `errors` (422)."""

    code = "weak_password"

    def __init__(self, reasons: list[str], *, field: str) -> None:
        super().__init__(f"Choose another password: {'; '.join(reasons)}.")
        self.errors = [{"field": field, "message": reason} for reason in reasons]


class WrongPassword(ServiceError):
    """The current password was not confirmed (400)."""

    code = "wrong_password"
    status = HTTPStatus.BAD_REQUEST
    detail = "The current password is not right. Nothing was changed."


class ResetLinkRefused(ServiceError):
    """A link for a new password that is none, was used, is too old, or is of an account that is closed (400)."""

    code = "invalid_reset_link"
    status = HTTPStatus.BAD_REQUEST
    detail = "This link does not hold any more. Ask for a new one."


class AccountClosed(ServiceError):
    """What an administrator wants to do needs an active account (409)."""

    code = "account_closed"
    status = HTTPStatus.CONFLICT
    detail = "This account is deactivated. Activate it first."


class NoMailServer(ServiceError):
    """What can only be told by mail, where no mail is sent (409)."""

    code = "no_mail_server"
    status = HTTPStatus.CONFLICT
    detail = "No mail is sent here, so nobody was told. The operator can name a mail server in SMTP_HOST."


class ResetRequestsBusy(ServiceError):
    """More links were asked for than will be made in good time (503)."""

    code = "reset_requests_busy"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = "Too many people ask for a new password right now. Try again in a few seconds."
    retryable = True

    def __init__(self) -> None:
        super().__init__(retry_after_seconds=5)


class SignInRefused(CredentialsRefused):
    """Unknown name, wrong password and deactivated account alike (401)."""

    code = "incorrect_credentials"
    detail = "Incorrect username or password"


class TooManyAttempts(ServiceError):
    """Too many attempts have failed: the next one has to wait (429)."""

    code = "too_many_attempts"
    status = HTTPStatus.TOO_MANY_REQUESTS
    retryable = True

    def __init__(self, wait_seconds: int) -> None:
        minutes = -(-wait_seconds // 60)
        wait = f"{wait_seconds} s" if wait_seconds < 120 else f"{minutes} minutes"
        super().__init__(
            f"Too many attempts have failed. Wait {wait}, then try again.", retry_after_seconds=wait_seconds
        )


class RefreshRefused(CredentialsRefused):
    """A refresh token that is none, spent, or of a session that has ended (401)."""

    code = "invalid_refresh_token"
    detail = "Your sign-in has ended. Sign in again."


class SessionNotFound(ServiceError):
    """No such session that holds, or somebody else's (404)."""

    code = "session_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "There is no such sign-in, or it has ended already."


class ApiKeyNotFound(ServiceError):
    """No such API key, or somebody else's (404)."""

    code = "api_key_not_found"
    status = HTTPStatus.NOT_FOUND
    detail = "There is no such API key, or it was deleted already."


class TooManyApiKeys(ServiceError):
    """The user has as many API keys as one may have (409)."""

    code = "too_many_api_keys"
    status = HTTPStatus.CONFLICT

    def __init__(self, per_user: int) -> None:
        super().__init__(f"You have {per_user} API keys, as many as one may have here. Delete one that is not needed.")


class OriginRefused(ServiceError):
    """A request that would use the page's cookie comes from another page (403)."""

    code = "origin_not_allowed"
    status = HTTPStatus.FORBIDDEN
    detail = "This page's address may not sign in here. An administrator can add it to CORS_ORIGINS."


class PasswordChecksBusy(ServiceError):
    """More passwords wait to be hashed than will be done in good time (503)."""

    code = "password_checks_busy"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = "Too many people are signing in right now. Try again in a few seconds."
    retryable = True

    def __init__(self) -> None:
        super().__init__(retry_after_seconds=5)
