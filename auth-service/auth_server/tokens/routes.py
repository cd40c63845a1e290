"""The token routes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.security import OAuth2PasswordRequestForm
from service_kit.authentication import CallingService
from service_kit.problems import problem_responses

from auth_server.dependencies import IntrospectionDep, RefresherDep, SignInClientDep, SignInDep, TokenDeliveryDep
from auth_server.tokens.schemas import ActiveToken, InactiveToken, RefreshIn, TokenOut

router = APIRouter(prefix="/auth", tags=["tokens"], generate_unique_id_function=lambda route: route.name)


@router.post("/token", summary="Sign in", responses=problem_responses(401, 403, 429, 503))
async def create_token(
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
    sign_in: SignInDep,
    client: SignInClientDep,
    delivery: TokenDeliveryDep,
) -> TokenOut:
    """The OAuth 2.0 password form. `username` may be the e-mail address; scope and client are not looked at.

    With `X-Requested-With: convoai` (the page) the refresh token comes as an httpOnly cookie and not in the body.
    """
    pair = await sign_in.sign_in(form.username, form.password, client, delivery.device_cookie)
    return delivery.answer(pair)


@router.post("/refresh", summary="Get the next tokens", responses=problem_responses(401, 403, 429))
async def refresh_tokens(
    refresher: RefresherDep, delivery: TokenDeliveryDep, body: RefreshIn | None = None
) -> TokenOut:
    """Spends the refresh token of the body or of the page's cookie, and answers a new pair.

    Sent again within ten seconds it gives the same refresh token again; later it ends the session, for it was stolen.
    """
    return delivery.answer(await refresher.refresh(body.refresh_token if body else delivery.refresh_cookie))


@router.post("/introspect", summary="Ask whether a token holds", responses=problem_responses(401))
async def introspect_token(
    _service: CallingService, introspection: IntrospectionDep, token: Annotated[str, Form()]
) -> ActiveToken | InactiveToken:
    """For the other services (RFC 7662). What is not an access token of a session that holds is just not active."""
    return await introspection.introspect(token)
