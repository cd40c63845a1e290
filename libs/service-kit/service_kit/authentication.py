"""Who calls: dependencies and a function that read the Bearer token. The only source of `CurrentPrincipal`.

Dependencies are `async` here and everywhere, also where nothing waits: FastAPI runs others in a thread each.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from fastapi.security.utils import get_authorization_scheme_param
from starlette.requests import HTTPConnection

from service_kit.clock import utc_now
from service_kit.credentials import Credential, CredentialReader, is_api_key
from service_kit.errors import CredentialsRefused, RoleRequired, ScopeRequired, SessionRequired
from service_kit.rate_limits import RateLimiter
from service_kit.refused_calls import RefusedCall, RefusedCallReporter
from service_kit.request_context import request_id_var
from service_kit.sessions import SessionCheck
from service_kit.tokens import Principal, TokenCodec

ANALYST_ROLES = ("admin", "manager")
_scheme = OAuth2PasswordBearer(tokenUrl="/auth/token", auto_error=False)  # shows the lock in /docs


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what they showed, which sockets and streams go on asking about."""

    principal: Principal
    credential: Credential


async def get_token_codec(request: Request) -> TokenCodec:
    """The codec that the application was made with."""
    codec = request.app.state.token_codec
    if not isinstance(codec, TokenCodec):
        raise TypeError("app.state.token_codec is not set")
    return codec


async def get_bearer_token(request: Request) -> str:
    """The token in the request's one Authorization header. Raises CredentialsRefused (401).

    Of several headers none counts: who stands between may have looked at another one than this service would.
    """
    values = request.headers.getlist("Authorization")
    scheme, token = get_authorization_scheme_param(values[0] if len(values) == 1 else None)
    if scheme.lower() != "bearer" or not token:
        raise CredentialsRefused()
    return token


CodecDep = Annotated[TokenCodec, Depends(get_token_codec)]


def _session_checker(connection: HTTPConnection) -> SessionCheck | None:
    """Who knows of what was revoked; None in auth-service, which reads its own database on each request."""
    checker = getattr(connection.app.state, "session_checker", None)
    if checker is not None and not isinstance(checker, SessionCheck):
        raise TypeError("app.state.session_checker cannot check")
    return checker


async def authenticate(connection: HTTPConnection, text: str) -> Caller:
    """Who shows this token or API key, with the roles they have now.

    The signature comes first: nobody is asked about rubbish. An API key needs the scope that the service was made with
    (`api_key_scope`), whatever it asks for; a service without one takes no keys.
    Raises: CredentialsRefused (401), also for what has ended; ScopeRequired (403); IdentityUnavailable (503).
    """
    state = connection.app.state
    reader, scope = state.credential_reader, state.api_key_scope
    if not isinstance(reader, CredentialReader):
        raise TypeError("app.state.credential_reader is not set")
    if scope is None and is_api_key(text):
        raise SessionRequired()
    credential, checker = reader.read(text), _session_checker(connection)
    principal = credential.claims if checker is None else await checker.check(credential)
    if principal is None:
        raise TypeError("API keys need a session checker")
    if scope is not None and not principal.has_scope(scope):
        raise ScopeRequired(scope)
    return Caller(principal, credential)


async def get_caller(request: Request, _documented: Annotated[str | None, Depends(_scheme)]) -> Caller:
    """Who calls the route. Raises what `authenticate` does."""
    caller = await authenticate(request, await get_bearer_token(request))
    request.state.user_id = caller.principal.user_id  # for the log line and the request's own event
    return caller


CurrentCaller = Annotated[Caller, Depends(get_caller)]


async def get_current_principal(caller: CurrentCaller) -> Principal:
    """The signed-in person, or the person whose API key it is."""
    return caller.principal


CurrentPrincipal = Annotated[Principal, Depends(get_current_principal)]


async def get_calling_service(request: Request, codec: CodecDep) -> Principal:
    """The calling service. Raises CredentialsRefused (401) for a person's token or key, too."""
    return codec.verify(await get_bearer_token(request), "service")


CallingService = Annotated[Principal, Depends(get_calling_service)]


async def get_analyst(request: Request, principal: CurrentPrincipal) -> Principal:
    """An admin or manager. Raises RoleRequired (403), which auth-service's audit trail is told."""
    return _with_role(request, principal, *ANALYST_ROLES)


async def get_administrator(request: Request, principal: CurrentPrincipal) -> Principal:
    """An admin who is signed in: what an API key may do is never administration.

    Raises: SessionRequired (403) for a key; RoleRequired (403), which auth-service's audit trail is told.
    """
    if principal.scopes is not None:
        raise SessionRequired()
    return _with_role(request, principal, "admin")


def _with_role(request: Request, principal: Principal, *roles: str) -> Principal:
    require_role(request, principal, roles, method=request.method, route=request.scope["route"].path)
    return principal


def require_role(
    connection: HTTPConnection, principal: Principal, roles: Collection[str], *, method: str, route: str
) -> None:
    """Raises RoleRequired (403) for who has none of the roles, which auth-service's audit trail is told."""
    if principal.has_role(*roles):
        return
    reporter = connection.app.state.refused_calls
    if not isinstance(reporter, RefusedCallReporter):
        raise TypeError("app.state.refused_calls is not set")
    reporter.note(_refused_call(connection, principal, method, route))
    raise RoleRequired()


def _refused_call(connection: HTTPConnection, principal: Principal, method: str, route: str) -> RefusedCall:
    return RefusedCall(
        user_id=principal.user_id,
        username=principal.username,
        method=method,
        route=route,
        address=connection.client.host if connection.client else "",
        request_id=request_id_var.get(),
        at=utc_now(),
    )


Analyst = Annotated[Principal, Depends(get_analyst)]
Administrator = Annotated[Principal, Depends(get_administrator)]


async def get_rate_limiter(request: Request) -> RateLimiter:
    """The limiter that the application was made with."""
    limiter = request.app.state.rate_limiter
    if not isinstance(limiter, RateLimiter):
        raise TypeError("app.state.rate_limiter is not set")
    return limiter


RateLimiterDep = Annotated[RateLimiter, Depends(get_rate_limiter)]
