"""What routes are given: who calls, and the parts that do the work. The only reader of `app.state`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security.utils import get_authorization_scheme_param
from service_kit.authentication import CodecDep, CurrentPrincipal, RateLimiterDep, get_caller
from service_kit.client_address import client_group
from service_kit.database import Database
from service_kit.errors import CredentialsRefused, RoleRequired
from service_kit.event_dispatcher import EventDispatcher
from service_kit.idempotency import Idempotency
from service_kit.rate_limits import HOUR, Limit
from service_kit.request_context import request_id_var
from service_kit.secrets_at_rest import SecretBox

from auth_server.api_keys.keeper import ApiKeyKeeper
from auth_server.api_keys.live import LiveApiKeys
from auth_server.api_keys.rules import ApiKeyRules
from auth_server.audit.chain import ChainSigner
from auth_server.audit.refusals import record_refused_call
from auth_server.audit.schemas import Actor
from auth_server.audit.search import AuditSearch
from auth_server.audit.service import Auditor
from auth_server.db.models import IdempotencyKey
from auth_server.erasures.deletion import ErasureWay, PersonDeletion
from auth_server.factors.rules import FactorRules
from auth_server.invitations.making import InvitationMaking
from auth_server.invitations.schemas import InvitationRules
from auth_server.mail.sender import MailSender
from auth_server.passwords.hashing import PasswordHasher
from auth_server.policies.schemas import RegistrationMode
from auth_server.recovery.recovery import PasswordRecovery
from auth_server.recovery.requests import ResetRequests
from auth_server.recovery.rules import ResetRules
from auth_server.roles.schemas import ADMIN, MANAGER
from auth_server.sessions.devices import device_of
from auth_server.sessions.ending import SessionEnding
from auth_server.sessions.live import LiveSessions
from auth_server.sessions.rules import SessionRules
from auth_server.sessions.schemas import SignInClient
from auth_server.sessions.sign_out import SignOut
from auth_server.settings import AuthSettings
from auth_server.throttling.device_cookie import DeviceCookieSigner
from auth_server.throttling.service import Throttle
from auth_server.tokens.delivery import TokenDelivery
from auth_server.tokens.introspection import Introspection
from auth_server.tokens.metrics import SignInMetrics
from auth_server.tokens.service import Refresher, SessionStart, SignIn, TokenIssuer
from auth_server.users.password_change import PasswordChanger
from auth_server.users.registration import Registration
from auth_server.users.schemas import Account

LONGEST_ADDRESS = 64  # an IPv6 address with a zone


@dataclass(frozen=True, slots=True)
class Parts:
    """What the lifespan makes and ends."""

    settings: AuthSettings
    database: Database
    hasher: PasswordHasher
    dispatcher: EventDispatcher
    session_rules: SessionRules
    audit_signer: ChainSigner
    invitation_rules: InvitationRules
    erasure_way: ErasureWay
    throttle: Throttle
    devices: DeviceCookieSigner
    mailer: MailSender
    reset_rules: ResetRules
    reset_requests: ResetRequests
    factor_rules: FactorRules
    api_key_rules: ApiKeyRules
    sign_in_metrics: SignInMetrics


async def get_parts(request: Request) -> Parts:
    """The parts of the running application."""
    parts = request.app.state.parts
    if not isinstance(parts, Parts):
        raise TypeError("app.state.parts is not set")
    return parts


PartsDep = Annotated[Parts, Depends(get_parts)]


async def get_database(parts: PartsDep) -> Database:
    """The service's database."""
    return parts.database


async def get_session_rules(parts: PartsDep) -> SessionRules:
    """What sessions go by."""
    return parts.session_rules


async def get_sign_in_metrics(parts: PartsDep) -> SignInMetrics:
    return parts.sign_in_metrics


async def get_api_key_rules(parts: PartsDep) -> ApiKeyRules:
    """What API keys go by."""
    return parts.api_key_rules


async def get_audit_signer(parts: PartsDep) -> ChainSigner:
    """What chains the audit trail."""
    return parts.audit_signer


async def get_live_sessions(parts: PartsDep) -> LiveSessions:
    """Who says whether a session holds."""
    return LiveSessions(parts.database, parts.session_rules)


DatabaseDep = Annotated[Database, Depends(get_database)]
AuditSignerDep = Annotated[ChainSigner, Depends(get_audit_signer)]
SessionRulesDep = Annotated[SessionRules, Depends(get_session_rules)]
ApiKeyRulesDep = Annotated[ApiKeyRules, Depends(get_api_key_rules)]
LiveSessionsDep = Annotated[LiveSessions, Depends(get_live_sessions)]


async def get_account(principal: CurrentPrincipal, sessions: LiveSessionsDep) -> Account:
    """The signed-in user, with the roles that the database has now.

    Raises: CredentialsRefused (401), also when the session has ended or the account was closed since the token was
    given.
    """
    account = await sessions.find(principal)
    if account is None:
        raise CredentialsRefused()
    return account


CurrentUser = Annotated[Account, Depends(get_account)]


async def get_optional_account(request: Request, sessions: LiveSessionsDep) -> Account | None:
    """The signed-in user, None without credentials. Raises CredentialsRefused (401) for bad ones."""
    if "Authorization" not in request.headers:
        return None
    return await get_account((await get_caller(request, None)).principal, sessions)


OptionalUser = Annotated[Account | None, Depends(get_optional_account)]


async def get_address(request: Request) -> str:
    """The address that the request comes from; empty where there is none."""
    return request.client.host[:LONGEST_ADDRESS] if request.client else ""


Address = Annotated[str, Depends(get_address)]


async def get_anonymous_auditor(address: Address, signer: AuditSignerDep) -> Auditor:
    """The audit trail for routes that find out for themselves who calls: signing in, registering, signing out."""
    return Auditor(signer, Actor(None, "", address, request_id_var.get()))


AnonymousAuditorDep = Annotated[Auditor, Depends(get_anonymous_auditor)]


async def get_auditor(account: CurrentUser, auditor: AnonymousAuditorDep) -> Auditor:
    """The audit trail on behalf of the signed-in caller."""
    return auditor.on_behalf_of(account)


AuditorDep = Annotated[Auditor, Depends(get_auditor)]


async def _require_role(request: Request, account: Account, auditor: Auditor, parts: Parts, *roles: str) -> Account:
    """The account, if it has one of the roles. Raises RoleRequired (403), which is recorded."""
    if account.has_role(*roles):
        return account
    await record_refused_call(parts.database, auditor, request.method, request.scope["route"].path)
    raise RoleRequired()


async def get_admin(request: Request, account: CurrentUser, auditor: AuditorDep, parts: PartsDep) -> Account:
    """An admin. Raises RoleRequired (403)."""
    return await _require_role(request, account, auditor, parts, ADMIN)


AdminUser = Annotated[Account, Depends(get_admin)]


async def get_staff(request: Request, account: CurrentUser, auditor: AuditorDep, parts: PartsDep) -> Account:
    """An admin or manager. Raises RoleRequired (403)."""
    return await _require_role(request, account, auditor, parts, ADMIN, MANAGER)


StaffUser = Annotated[Account, Depends(get_staff)]


async def get_audit_search(database: DatabaseDep) -> AuditSearch:
    """The reader of the audit trail."""
    return AuditSearch(database)


async def get_registration_mode(parts: PartsDep) -> RegistrationMode:
    """Who may register for as long as no administrator has set it."""
    return "open" if parts.settings.registration_open else "closed"


async def get_invitation_rules(parts: PartsDep) -> InvitationRules:
    """What invitations go by."""
    return parts.invitation_rules


async def get_idempotency(parts: PartsDep) -> Idempotency:
    """The answers that are kept for `Idempotency-Key`."""
    return Idempotency(IdempotencyKey, parts.settings.auth_secret_key)


RegistrationModeDep = Annotated[RegistrationMode, Depends(get_registration_mode)]
InvitationRulesDep = Annotated[InvitationRules, Depends(get_invitation_rules)]
IdempotencyDep = Annotated[Idempotency, Depends(get_idempotency)]


async def get_registration(
    parts: PartsDep,
    auditor: AnonymousAuditorDep,
    idempotency: IdempotencyDep,
    first_mode: RegistrationModeDep,
    limiter: RateLimiterDep,
) -> Registration:
    """Registration with its collaborators."""
    return Registration(
        database=parts.database,
        hasher=parts.hasher,
        dispatcher=parts.dispatcher,
        idempotency=idempotency,
        first_mode=first_mode,
        invitation_rules=parts.invitation_rules,
        auditor=auditor,
        limiter=limiter,
        limit=Limit("registrations", parts.settings.registrations_per_hour, HOUR),
    )


async def get_invitation_making(
    parts: PartsDep, auditor: AuditorDep, idempotency: IdempotencyDep, first_mode: RegistrationModeDep
) -> InvitationMaking:
    """The making of invitations with its collaborators."""
    return InvitationMaking(
        database=parts.database,
        idempotency=idempotency,
        first_mode=first_mode,
        rules=parts.invitation_rules,
        mailer=parts.mailer,
        auditor=auditor,
    )


async def get_person_deletion(parts: PartsDep, auditor: AuditorDep) -> PersonDeletion:
    """The deletion of people with its collaborators."""
    return PersonDeletion(parts.database, parts.erasure_way, auditor, parts.hasher, parts.throttle)


async def get_password_changer(parts: PartsDep, auditor: AuditorDep) -> PasswordChanger:
    """The change of passwords with its collaborators."""
    return PasswordChanger(
        database=parts.database,
        hasher=parts.hasher,
        rules=parts.session_rules,
        reset_rules=parts.reset_rules,
        auditor=auditor,
        throttle=parts.throttle,
    )


async def get_password_recovery(parts: PartsDep) -> PasswordRecovery:
    """The new password for the holder of a link, with its collaborators."""
    return PasswordRecovery(
        database=parts.database,
        hasher=parts.hasher,
        rules=parts.reset_rules,
        session_rules=parts.session_rules,
    )


async def limit_resets(parts: PartsDep, address: Address, limiter: RateLimiterDep) -> None:
    """Raises RateLimited (429) for an address that asks for, or tries, too many links."""
    limit = Limit("password-resets", parts.settings.password_resets_per_hour, HOUR)
    await limiter.require(limit, client_group(address))


LimitedResets = Depends(limit_resets)


async def get_reset_requests(parts: PartsDep) -> ResetRequests:
    """Who takes requests for a link."""
    return parts.reset_requests


async def get_token_issuer(parts: PartsDep, codec: CodecDep) -> TokenIssuer:
    """The signer of access tokens."""
    return TokenIssuer(codec, timedelta(minutes=parts.settings.access_token_expire_minutes))


TokenIssuerDep = Annotated[TokenIssuer, Depends(get_token_issuer)]


async def get_session_start(parts: PartsDep, issuer: TokenIssuerDep, auditor: AnonymousAuditorDep) -> SessionStart:
    """The beginning of sessions with its collaborators."""
    return SessionStart(parts.database, parts.dispatcher, parts.session_rules, issuer, auditor, parts.devices)


SessionStartDep = Annotated[SessionStart, Depends(get_session_start)]


async def get_sign_in(parts: PartsDep, start: SessionStartDep, auditor: AnonymousAuditorDep) -> SignIn:
    """Signing in with its collaborators."""
    return SignIn(
        database=parts.database,
        hasher=parts.hasher,
        start=start,
        factor_rules=parts.factor_rules,
        auditor=auditor,
        throttle=parts.throttle,
        devices=parts.devices,
    )


async def get_refresher(
    parts: PartsDep, issuer: TokenIssuerDep, auditor: AnonymousAuditorDep, limiter: RateLimiterDep
) -> Refresher:
    """Refreshing with its collaborators."""
    limit = Limit("refreshes", parts.settings.refreshes_per_minute)
    return Refresher(parts.database, parts.session_rules, issuer, auditor, limiter, limit)


async def get_sign_out(parts: PartsDep, codec: CodecDep, auditor: AnonymousAuditorDep) -> SignOut:
    """Signing out with its collaborators."""
    return SignOut(parts.database, parts.session_rules, codec, auditor)


async def get_session_ending(parts: PartsDep, auditor: AuditorDep) -> SessionEnding:
    """Ending sessions with its collaborators."""
    return SessionEnding(parts.database, parts.session_rules, auditor)


async def get_introspection(parts: PartsDep, codec: CodecDep, sessions: LiveSessionsDep) -> Introspection:
    """Introspection with its collaborators."""
    return Introspection(codec, sessions, LiveApiKeys(parts.database, parts.api_key_rules))


async def get_sign_in_client(request: Request, address: Address) -> SignInClient:
    """Where the request comes from."""
    return SignInClient(device_of(request.headers.get("user-agent")), address)


async def get_api_key_keeper(parts: PartsDep, auditor: AuditorDep) -> ApiKeyKeeper:
    """The keeping of API keys with its collaborators. What answers hold of new keys is sealed."""
    secret = parts.settings.auth_secret_key
    box = SecretBox(secret.get_secret_value(), "api-key-answers")
    return ApiKeyKeeper(parts.database, parts.api_key_rules, Idempotency(IdempotencyKey, secret, box), auditor)


async def get_token_delivery(request: Request, response: Response, parts: PartsDep) -> TokenDelivery:
    """How this caller sends and gets tokens. Raises OriginRefused (403)."""
    return TokenDelivery(request, response, parts.settings)


async def get_optional_token(request: Request) -> str | None:
    """The access token that came with the request, unverified; None without one."""
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    return token if scheme.lower() == "bearer" and token else None


AuditSearchDep = Annotated[AuditSearch, Depends(get_audit_search)]
InvitationMakingDep = Annotated[InvitationMaking, Depends(get_invitation_making)]
PersonDeletionDep = Annotated[PersonDeletion, Depends(get_person_deletion)]
RegistrationDep = Annotated[Registration, Depends(get_registration)]
PasswordChangerDep = Annotated[PasswordChanger, Depends(get_password_changer)]
PasswordRecoveryDep = Annotated[PasswordRecovery, Depends(get_password_recovery)]
ResetRequestsDep = Annotated[ResetRequests, Depends(get_reset_requests)]
SignInDep = Annotated[SignIn, Depends(get_sign_in)]
SignInMetricsDep = Annotated[SignInMetrics, Depends(get_sign_in_metrics)]
RefresherDep = Annotated[Refresher, Depends(get_refresher)]
SessionEndingDep = Annotated[SessionEnding, Depends(get_session_ending)]
SignOutDep = Annotated[SignOut, Depends(get_sign_out)]
IntrospectionDep = Annotated[Introspection, Depends(get_introspection)]
ApiKeyKeeperDep = Annotated[ApiKeyKeeper, Depends(get_api_key_keeper)]
SignInClientDep = Annotated[SignInClient, Depends(get_sign_in_client)]
TokenDeliveryDep = Annotated[TokenDelivery, Depends(get_token_delivery)]
OptionalToken = Annotated[str | None, Depends(get_optional_token)]
