"""What the routes about factors are given. Like `auth_server.dependencies`, at the edge alone."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from service_kit.authentication import CodecDep, get_bearer_token, get_current_principal

from auth_server.dependencies import LiveSessionsDep, PartsDep, TokenIssuerDep, get_account
from auth_server.factors.errors import FactorTokenRefused
from auth_server.factors.factor_tokens import PREFIX, FactorTokens
from auth_server.factors.proofs import Prover
from auth_server.factors.relying_party import CallingPage
from auth_server.factors.rules import FactorRules
from auth_server.factors.schemas import Enroller
from auth_server.tokens.factor_sign_in import FactorSignIn

_scheme = OAuth2PasswordBearer(tokenUrl="/auth/token", auto_error=False)  # shows the lock in /docs


async def get_factor_rules(parts: PartsDep) -> FactorRules:
    """What factors go by."""
    return parts.factor_rules


async def get_calling_page(request: Request) -> CallingPage:
    """Where the request says that it comes from."""
    return CallingPage(request.headers.get("origin", "").rstrip("/"), request.headers.get("host", ""))


async def get_prover(parts: PartsDep) -> Prover:
    """Taking proofs, with its collaborators."""
    return Prover(parts.database, parts.hasher, parts.factor_rules)


async def get_factor_sign_in(parts: PartsDep, issuer: TokenIssuerDep) -> FactorSignIn:
    """Signing in with factors, with its collaborators."""
    return FactorSignIn(parts.database, parts.dispatcher, parts.session_rules, parts.factor_rules, issuer)


async def get_enroller(
    request: Request,
    codec: CodecDep,
    sessions: LiveSessionsDep,
    parts: PartsDep,
    _documented: Annotated[str | None, Depends(_scheme)],
) -> Enroller:
    """Who sets up a factor: somebody signed in, or the bearer of the token that `factor_enrolment_required` brings.

    Raises: CredentialsRefused, FactorTokenRefused (401).
    """
    token = await get_bearer_token(request)
    if not token.startswith(PREFIX):
        principal = await get_current_principal(request, codec, None)
        return Enroller(await get_account(principal, sessions), session_id=principal.session_id)
    account = await parts.database.read(
        lambda session: FactorTokens(session, parts.factor_rules).holder(token, "enrolment")
    )
    if account is None:
        raise FactorTokenRefused()
    request.state.user_id = account.user_id
    return Enroller(account, enrolment_token=token)


FactorRulesDep = Annotated[FactorRules, Depends(get_factor_rules)]
CallingPageDep = Annotated[CallingPage, Depends(get_calling_page)]
ProverDep = Annotated[Prover, Depends(get_prover)]
FactorSignInDep = Annotated[FactorSignIn, Depends(get_factor_sign_in)]
CurrentEnroller = Annotated[Enroller, Depends(get_enroller)]
