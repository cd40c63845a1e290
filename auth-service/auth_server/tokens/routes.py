"""The token routes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.security import OAuth2PasswordRequestForm
from service_kit.authentication import CallingService
from service_kit.problems import Problem, problem_responses

from auth_server.dependencies import (
    IntrospectionDep,
    RefresherDep,
    SignInClientDep,
    SignInDep,
    SignInMetricsDep,
    TokenDeliveryDep,
)
from auth_server.factors.dependencies import CallingPageDep, FactorSignInDep
from auth_server.factors.schemas import FactorTokenIn, OptionsOut, PasskeySignInIn, SecondFactorIn
from auth_server.tokens.schemas import (
    ActiveApiKey,
    ActiveToken,
    InactiveToken,
    RefreshIn,
    SecondStepProblem,
    TokenOut,
    TokensIn,
)

router = APIRouter(prefix="/auth", tags=["tokens"], generate_unique_id_function=lambda route: route.name)


# 401 of the password: `code` says whether it was refused or whether there is a second step to take.
SECOND_STEP: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem | SecondStepProblem, "description": "Unauthorized, or a second step is needed"}
}
OneTimeCode = Annotated[
    str | None, Form(max_length=64, description="A code of the app or a recovery code, of who has a second factor.")
]


@router.post("/token", summary="Sign in", responses=problem_responses(403, 429, 503) | SECOND_STEP)
async def create_token(
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
    sign_in: SignInDep,
    client: SignInClientDep,
    delivery: TokenDeliveryDep,
    metrics: SignInMetricsDep,
    otp: OneTimeCode = None,
) -> TokenOut:
    """The OAuth 2.0 password form. `username` may be the e-mail address; scope and client are not looked at.

    With `X-Requested-With: convoai` (the page) the refresh token comes as an httpOnly cookie and not in the body.
    Who has a second factor gets 401 `second_factor_required` with a `factor_token`, or sends a code as `otp` at once.
    """
    device_cookie = delivery.device_cookie
    with metrics.attempt("password"):
        pair = await sign_in.sign_in(form.username, form.password, client, device_cookie=device_cookie, code=otp)
    return delivery.answer(pair)


@router.post("/token/factor", summary="Finish signing in", responses=problem_responses(401, 403, 429))
async def finish_sign_in(
    body: SecondFactorIn,
    sign_in: FactorSignInDep,
    page: CallingPageDep,
    client: SignInClientDep,
    delivery: TokenDeliveryDep,
    metrics: SignInMetricsDep,
) -> TokenOut:
    """With the `factor_token` of the first step and a `code` or `passkey`; after enrolment with its token alone."""
    with metrics.attempt("second_factor"):
        pair = await sign_in.finish(body, page, client, delivery.device_cookie)
    return delivery.answer(pair)


@router.post(
    "/token/factor/options", summary="Begin to confirm a sign-in by passkey", responses=problem_responses(400, 401)
)
async def begin_passkey_step(body: FactorTokenIn, sign_in: FactorSignInDep, page: CallingPageDep) -> OptionsOut:
    """What `navigator.credentials.get` takes; good for five minutes and one try."""
    return OptionsOut(options=await sign_in.second_step_options(body.factor_token, page))


@router.post("/token/passkey/options", summary="Begin to sign in by passkey", responses=problem_responses(400))
async def begin_passkey_sign_in(sign_in: FactorSignInDep, page: CallingPageDep) -> OptionsOut:
    """What `navigator.credentials.get` takes, the same for everybody; good for five minutes and one try."""
    return OptionsOut(options=await sign_in.passkey_options(page))


@router.post("/token/passkey", summary="Sign in by passkey", responses=problem_responses(401, 403))
async def sign_in_by_passkey(
    body: PasskeySignInIn,
    sign_in: FactorSignInDep,
    page: CallingPageDep,
    client: SignInClientDep,
    delivery: TokenDeliveryDep,
    metrics: SignInMetricsDep,
) -> TokenOut:
    """Without name and password: the passkey names its owner and has verified them, which is two factors in one."""
    with metrics.attempt("passkey"):
        pair = await sign_in.by_passkey(body.passkey, page, client, delivery.device_cookie)
    return delivery.answer(pair)


@router.post("/refresh", summary="Get the next tokens", responses=problem_responses(401, 403, 429))
async def refresh_tokens(
    refresher: RefresherDep, delivery: TokenDeliveryDep, metrics: SignInMetricsDep, body: RefreshIn | None = None
) -> TokenOut:
    """Spends the refresh token of the body or of the page's cookie, and answers a new pair.

    Sent again within ten seconds it gives the same refresh token again; later it ends the session, for it was stolen.
    """
    with metrics.attempt("refresh"):
        pair = await refresher.refresh(body.refresh_token if body else delivery.refresh_cookie)
    return delivery.answer(pair)


@router.post("/introspect", summary="Ask whether a token holds", responses=problem_responses(401))
async def introspect_token(
    _service: CallingService, introspection: IntrospectionDep, token: Annotated[str, Form()]
) -> ActiveToken | ActiveApiKey | InactiveToken:
    """For the other services (RFC 7662). What is neither the access token of a session that holds nor an API key that
    holds is just not active."""
    return await introspection.introspect(token)


@router.post("/introspections", summary="Ask whether several tokens hold", responses=problem_responses(401))
async def introspect_tokens(
    _service: CallingService, introspection: IntrospectionDep, body: TokensIn
) -> list[ActiveToken | ActiveApiKey | InactiveToken]:
    """What `introspect` says of each, in their order: a service asks about all its open sockets at once."""
    return await introspection.introspect_all(body.tokens)
