"""Who calls a route: dependencies that read the Bearer token. The only source of `CurrentUser`."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from fastapi.security.utils import get_authorization_scheme_param

from service_kit.errors import CredentialsRefused, RoleRequired
from service_kit.tokens import Principal, TokenCodec

_scheme = OAuth2PasswordBearer(tokenUrl="/auth/token", auto_error=False)  # shows the lock in /docs


def get_token_codec(request: Request) -> TokenCodec:
    """The codec that the application was made with."""
    codec = request.app.state.token_codec
    if not isinstance(codec, TokenCodec):
        raise TypeError("app.state.token_codec is not set")
    return codec


def _bearer_token(request: Request) -> str:
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    if scheme.lower() != "bearer" or not token:
        raise CredentialsRefused()
    return token


CodecDep = Annotated[TokenCodec, Depends(get_token_codec)]


async def get_current_principal(
    request: Request, codec: CodecDep, _documented: Annotated[str | None, Depends(_scheme)]
) -> Principal:
    """The signed-in person. Raises CredentialsRefused (401)."""
    principal = codec.verify(_bearer_token(request), "access")
    request.state.user_id = principal.user_id  # for the log line and the request's own event
    return principal


CurrentPrincipal = Annotated[Principal, Depends(get_current_principal)]


async def get_calling_service(request: Request, codec: CodecDep) -> Principal:
    """The calling service. Raises CredentialsRefused (401) for a person's token, too."""
    return codec.verify(_bearer_token(request), "service")


CallingService = Annotated[Principal, Depends(get_calling_service)]


async def get_analyst(principal: CurrentPrincipal) -> Principal:
    """An admin or manager. Raises RoleRequired (403)."""
    if not principal.has_role("admin", "manager"):
        raise RoleRequired()
    return principal


Analyst = Annotated[Principal, Depends(get_analyst)]
