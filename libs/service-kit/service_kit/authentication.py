"""Who calls a route: dependencies that read the Bearer token. The only source of `CurrentUser`.

Dependencies are `async` here and everywhere, also where nothing waits: FastAPI runs others in a thread each.
"""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from fastapi.security.utils import get_authorization_scheme_param

from service_kit.errors import CredentialsRefused, RoleRequired
from service_kit.rate_limits import RateLimiter
from service_kit.sessions import SessionCheck
from service_kit.tokens import Principal, TokenCodec

_scheme = OAuth2PasswordBearer(tokenUrl="/auth/token", auto_error=False)  # shows the lock in /docs


async def get_token_codec(request: Request) -> TokenCodec:
    """The codec that the application was made with."""
    codec = request.app.state.token_codec
    if not isinstance(codec, TokenCodec):
        raise TypeError("app.state.token_codec is not set")
    return codec


async def get_bearer_token(request: Request) -> str:
    """The token in the request's Authorization header. Raises CredentialsRefused (401)."""
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    if scheme.lower() != "bearer" or not token:
        raise CredentialsRefused()
    return token


def get_session_checker(request: Request) -> SessionCheck | None:
    """Who knows of revoked sessions; None in auth-service, which reads its own database on each request."""
    checker = getattr(request.app.state, "session_checker", None)
    if checker is not None and not isinstance(checker, SessionCheck):
        raise TypeError("app.state.session_checker cannot check")
    return checker


CodecDep = Annotated[TokenCodec, Depends(get_token_codec)]
BearerToken = Annotated[str, Depends(get_bearer_token)]


async def get_current_principal(
    request: Request, codec: CodecDep, _documented: Annotated[str | None, Depends(_scheme)]
) -> Principal:
    """The signed-in person, with the roles they have now. The signature comes first: nobody is asked about rubbish.

    Raises: CredentialsRefused (401), also for a session that has ended; IdentityUnavailable (503).
    """
    token = await get_bearer_token(request)
    principal = codec.verify(token, "access")
    checker = get_session_checker(request)
    if checker is not None:
        principal = await checker.check(token, principal)
    request.state.user_id = principal.user_id  # for the log line and the request's own event
    return principal


CurrentPrincipal = Annotated[Principal, Depends(get_current_principal)]


async def get_calling_service(request: Request, codec: CodecDep) -> Principal:
    """The calling service. Raises CredentialsRefused (401) for a person's token, too."""
    return codec.verify(await get_bearer_token(request), "service")


CallingService = Annotated[Principal, Depends(get_calling_service)]


async def get_analyst(principal: CurrentPrincipal) -> Principal:
    """An admin or manager. Raises RoleRequired (403)."""
    if not principal.has_role("admin", "manager"):
        raise RoleRequired()
    return principal


Analyst = Annotated[Principal, Depends(get_analyst)]


async def get_rate_limiter(request: Request) -> RateLimiter:
    """The limiter that the application was made with."""
    limiter = request.app.state.rate_limiter
    if not isinstance(limiter, RateLimiter):
        raise TypeError("app.state.rate_limiter is not set")
    return limiter


RateLimiterDep = Annotated[RateLimiter, Depends(get_rate_limiter)]
