"""What routes are given: who calls, and the parts that do the work. The only reader of `app.state`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security.utils import get_authorization_scheme_param
from service_kit.authentication import CodecDep, CurrentPrincipal, get_caller
from service_kit.database import Database
from service_kit.errors import CredentialsRefused, RoleRequired
from service_kit.event_dispatcher import EventDispatcher
from service_kit.idempotency import Idempotency
from service_kit.request_context import request_id_var

from auth_server.api_keys.keeper import ApiKeyKeeper
from auth_server.api_keys.live import LiveApiKeys
from auth_server.api_keys.rules import ApiKeyRules
from auth_server.audit.chain import ChainSigner
from auth_server.audit.schemas import Actor
from auth_server.db.models import IdempotencyKey
from auth_server.passwords.hashing import PasswordHasher
from auth_server.roles.schemas import ADMIN, MANAGER
from auth_server.secrets_at_rest import SecretBox
from auth_server.sessions.devices import device_of
from auth_server.sessions.live import LiveSessions
from auth_server.sessions.rules import SessionRules
from auth_server.sessions.schemas import SignInClient
from auth_server.sessions.sign_out import SignOut
from auth_server.settings import AuthSettings
from auth_server.tokens.delivery import TokenDelivery
from auth_server.tokens.introspection import Introspection
from auth_server.tokens.service import Refresher, SignIn, TokenIssuer
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
    api_key_rules: ApiKeyRules


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


async def get_api_key_rules(parts: PartsDep) -> ApiKeyRules:
    """What API keys go by."""
    return parts.api_key_rules


async def get_live_sessions(parts: PartsDep) -> LiveSessions:
    """Who says whether a session holds."""
    return LiveSessions(parts.database, parts.session_rules)


DatabaseDep = Annotated[Database, Depends(get_database)]
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


async def get_admin(account: CurrentUser) -> Account:
    """An admin. Raises RoleRequired (403)."""
    if not account.has_role(ADMIN):
        raise RoleRequired()
    return account


AdminUser = Annotated[Account, Depends(get_admin)]


async def get_staff(account: CurrentUser) -> Account:
    """An admin or manager. Raises RoleRequired (403)."""
    if not account.has_role(ADMIN, MANAGER):
        raise RoleRequired()
    return account


StaffUser = Annotated[Account, Depends(get_staff)]


async def get_registration(parts: PartsDep) -> Registration:
    """Registration with its collaborators."""
    return Registration(
        database=parts.database,
        hasher=parts.hasher,
        dispatcher=parts.dispatcher,
        idempotency=Idempotency(IdempotencyKey, parts.settings.auth_secret_key),
        is_open=parts.settings.registration_open,
    )


async def get_password_changer(parts: PartsDep) -> PasswordChanger:
    """The change of passwords with its collaborators."""
    return PasswordChanger(database=parts.database, hasher=parts.hasher, rules=parts.session_rules)


async def get_token_issuer(parts: PartsDep, codec: CodecDep) -> TokenIssuer:
    """The signer of access tokens."""
    return TokenIssuer(codec, timedelta(minutes=parts.settings.access_token_expire_minutes))


TokenIssuerDep = Annotated[TokenIssuer, Depends(get_token_issuer)]


async def get_sign_in(parts: PartsDep, issuer: TokenIssuerDep) -> SignIn:
    """Signing in with its collaborators."""
    return SignIn(
        database=parts.database,
        hasher=parts.hasher,
        dispatcher=parts.dispatcher,
        rules=parts.session_rules,
        issuer=issuer,
    )


async def get_refresher(parts: PartsDep, issuer: TokenIssuerDep) -> Refresher:
    """Refreshing with its collaborators."""
    return Refresher(parts.database, parts.session_rules, issuer)


async def get_sign_out(parts: PartsDep, codec: CodecDep) -> SignOut:
    """Signing out with its collaborators."""
    return SignOut(parts.database, parts.session_rules, codec)


async def get_introspection(parts: PartsDep, codec: CodecDep, sessions: LiveSessionsDep) -> Introspection:
    """Introspection with its collaborators."""
    return Introspection(codec, sessions, LiveApiKeys(parts.database, parts.api_key_rules))


async def get_address(request: Request) -> str:
    """The address that the request comes from; empty where there is none."""
    return request.client.host[:LONGEST_ADDRESS] if request.client else ""


Address = Annotated[str, Depends(get_address)]


async def get_sign_in_client(request: Request, address: Address) -> SignInClient:
    """Where the request comes from."""
    return SignInClient(device_of(request.headers.get("user-agent")), address)


async def get_actor(account: OptionalUser, address: Address) -> Actor:
    """Who the audit trail says did it; someone who is not signed in has no id and no name."""
    if account is None:
        return Actor(None, "", address, request_id_var.get())
    return Actor(account.user_id, account.username, address, request_id_var.get())


async def get_api_key_keeper(parts: PartsDep, actor: Annotated[Actor, Depends(get_actor)]) -> ApiKeyKeeper:
    """The keeping of API keys with its collaborators. What answers hold of new keys is sealed."""
    secret = parts.settings.auth_secret_key
    box = SecretBox(secret.get_secret_value(), "api-key-answers")
    idempotency = Idempotency(IdempotencyKey, secret, box)
    return ApiKeyKeeper(parts.database, parts.api_key_rules, idempotency, parts.audit_signer, actor)


async def get_token_delivery(request: Request, response: Response, parts: PartsDep) -> TokenDelivery:
    """How this caller sends and gets tokens. Raises OriginRefused (403)."""
    return TokenDelivery(request, response, parts.settings)


async def get_optional_token(request: Request) -> str | None:
    """The access token that came with the request, unverified; None without one."""
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    return token if scheme.lower() == "bearer" and token else None


RegistrationDep = Annotated[Registration, Depends(get_registration)]
PasswordChangerDep = Annotated[PasswordChanger, Depends(get_password_changer)]
SignInDep = Annotated[SignIn, Depends(get_sign_in)]
RefresherDep = Annotated[Refresher, Depends(get_refresher)]
SignOutDep = Annotated[SignOut, Depends(get_sign_out)]
IntrospectionDep = Annotated[Introspection, Depends(get_introspection)]
ApiKeyKeeperDep = Annotated[ApiKeyKeeper, Depends(get_api_key_keeper)]
ActorDep = Annotated[Actor, Depends(get_actor)]
SignInClientDep = Annotated[SignInClient, Depends(get_sign_in_client)]
TokenDeliveryDep = Annotated[TokenDelivery, Depends(get_token_delivery)]
OptionalToken = Annotated[str | None, Depends(get_optional_token)]
