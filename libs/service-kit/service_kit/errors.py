"""The one error hierarchy: REST renders it as a problem document, sockets as a frame."""

from collections.abc import Mapping
from http import HTTPStatus


class ServiceError(Exception):
    """A failure that the caller is told about.

    code: stable snake_case noun for programs. status: the HTTP status it has on REST.
    detail: a sentence a person can act on; never exception text, SQL or a path.
    retryable: the same request may succeed later. retry_after_seconds: sent as `Retry-After`.
    """

    code: str = "internal_error"
    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    detail: str = "Something went wrong on our side. Try again in a moment."
    retryable: bool = False

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        status: int | None = None,
        retryable: bool | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        self.detail = detail if detail is not None else type(self).detail
        self.code = code if code is not None else type(self).code
        self.status = int(status if status is not None else type(self).status)
        self.retryable = retryable if retryable is not None else type(self).retryable
        self.retry_after_seconds = retry_after_seconds
        super().__init__(self.detail)

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers that belong to this error."""
        return {} if self.retry_after_seconds is None else {"Retry-After": str(self.retry_after_seconds)}

    @property
    def members(self) -> Mapping[str, object]:
        """What the problem document says beyond its fixed members (RFC 9457, section 3.2); JSON values."""
        return {}


class CredentialsRefused(ServiceError):
    """No token, or one that does not hold (401)."""

    code = "invalid_credentials"
    status = HTTPStatus.UNAUTHORIZED
    detail = "Your sign-in is missing or no longer valid. Sign in again."

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class IdentityUnavailable(ServiceError):
    """auth-service does not say whether the session still holds (503)."""

    code = "identity_unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = "Your sign-in cannot be checked right now. Nothing was done; try again in a moment."
    retryable = True

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, retry_after_seconds=2)


class RoleRequired(ServiceError):
    """Signed in, but without the role (403)."""

    code = "role_required"
    status = HTTPStatus.FORBIDDEN
    detail = "Your account does not have the role that this needs. Ask an administrator."


class InvalidInput(ServiceError):
    """The request has the wrong shape (422). `errors` names each field that does."""

    code = "invalid_input"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "The request is not valid. Correct the fields listed in errors and send it again."

    def __init__(self, detail: str | None = None, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.errors = [{"field": field, "message": self.detail}] if field else []


class IdempotencyKeyReused(InvalidInput):
    """The same Idempotency-Key came with another body (422)."""

    code = "idempotency_key_reused"
    detail = "This Idempotency-Key was used with another request. Use a new key for a new request."


class DatabaseUnavailable(ServiceError):
    """The service's own database does not answer or cannot write (503)."""

    code = "database_unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = "The service cannot reach its storage right now. Nothing was saved; try again in a moment."
    retryable = True

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, retry_after_seconds=5)
