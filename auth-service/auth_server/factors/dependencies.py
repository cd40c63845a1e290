"""What the routes about factors are given. Like `auth_server.dependencies`, at the edge alone."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from service_kit.authentication import CodecDep, get_bearer_token, get_current_principal
from sqlalchemy.orm import Session

from auth_server.audit.service import Auditor
from auth_server.dependencies import (
    AnonymousAuditorDep,
    AuditorDep,
    LiveSessionsDep,
    PartsDep,
    SessionStartDep,
    get_account,
)
from auth_server.factors.administration import FactorAdministration
from auth_server.factors.changes import FactorChanges
from auth_server.factors.enrolment import Enrolment
from auth_server.factors.errors import FactorTokenRefused
from auth_server.factors.factor_tokens import PREFIX, FactorTokens
from auth_server.factors.proofs import Prover
from auth_server.factors.relying_party import CallingPage
from auth_server.factors.rules import FactorRules
from auth_server.factors.schemas import Enroller
from auth_server.tokens.factor_sign_in import FactorSignIn

S = TypeVar("S")
InTransaction = Callable[[Session], S]
_scheme = OAuth2PasswordBearer(tokenUrl="/auth/token", auto_error=False)  # shows the lock in /docs


async def get_factor_rules(parts: PartsDep) -> FactorRules:
    """What factors go by."""
    return parts.factor_rules


async def get_calling_page(request: Request) -> CallingPage:
    """Where the request says that it comes from."""
    return CallingPage(request.headers.get("origin", "").rstrip("/"), request.headers.get("host", ""))


async def get_prover(parts: PartsDep, auditor: AuditorDep) -> Prover:
    """Taking proofs, with its collaborators."""
    return Prover(parts.database, parts.hasher, parts.throttle, parts.factor_rules, auditor)


async def get_factor_sign_in(parts: PartsDep, start: SessionStartDep, auditor: AnonymousAuditorDep) -> FactorSignIn:
    """Signing in with factors, with its collaborators."""
    return FactorSignIn(parts.database, start, parts.factor_rules, auditor)


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


CurrentEnroller = Annotated[Enroller, Depends(get_enroller)]


async def get_enrolling_auditor(enroller: CurrentEnroller, auditor: AnonymousAuditorDep) -> Auditor:
    """The audit trail on behalf of who sets up a factor."""
    return auditor.on_behalf_of(enroller.account)


EnrollingAuditorDep = Annotated[Auditor, Depends(get_enrolling_auditor)]


async def get_enrolment(parts: PartsDep, auditor: EnrollingAuditorDep) -> InTransaction[Enrolment]:
    """Setting up factors, once there is a transaction."""
    return lambda session: Enrolment(session, parts.factor_rules, auditor)


async def get_factor_changes(parts: PartsDep, auditor: AuditorDep) -> InTransaction[FactorChanges]:
    """Changing factors, once there is a transaction."""
    return lambda session: FactorChanges(session, parts.factor_rules, auditor)


async def get_factor_administration(parts: PartsDep, auditor: AuditorDep) -> InTransaction[FactorAdministration]:
    """Looking after other people's factors, once there is a transaction."""
    return lambda session: FactorAdministration(session, parts.factor_rules, auditor)


FactorRulesDep = Annotated[FactorRules, Depends(get_factor_rules)]
CallingPageDep = Annotated[CallingPage, Depends(get_calling_page)]
ProverDep = Annotated[Prover, Depends(get_prover)]
FactorSignInDep = Annotated[FactorSignIn, Depends(get_factor_sign_in)]
EnrolmentDep = Annotated[InTransaction[Enrolment], Depends(get_enrolment)]
FactorChangesDep = Annotated[InTransaction[FactorChanges], Depends(get_factor_changes)]
FactorAdministrationDep = Annotated[InTransaction[FactorAdministration], Depends(get_factor_administration)]
