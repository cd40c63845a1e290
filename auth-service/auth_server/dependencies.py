"""What routes are given: who calls, and the parts that do the work. The only reader of `app.state`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from service_kit.authentication import CodecDep, CurrentPrincipal, get_current_principal
from service_kit.database import Database
from service_kit.errors import CredentialsRefused, RoleRequired
from service_kit.event_dispatcher import EventDispatcher
from service_kit.idempotency import Idempotency

from auth_server.db.models import IdempotencyKey
from auth_server.passwords.hashing import PasswordHasher
from auth_server.roles.schemas import ADMIN, MANAGER
from auth_server.settings import AuthSettings
from auth_server.tokens.service import SignIn
from auth_server.users.password_change import PasswordChanger
from auth_server.users.registration import Registration
from auth_server.users.schemas import Account
from auth_server.users.service import UserService


@dataclass(frozen=True, slots=True)
class Parts:
    """What the lifespan makes and ends."""

    settings: AuthSettings
    database: Database
    hasher: PasswordHasher
    dispatcher: EventDispatcher


def get_parts(request: Request) -> Parts:
    """The parts of the running application."""
    parts = request.app.state.parts
    if not isinstance(parts, Parts):
        raise TypeError("app.state.parts is not set")
    return parts


PartsDep = Annotated[Parts, Depends(get_parts)]


def get_database(parts: PartsDep) -> Database:
    """The service's database."""
    return parts.database


DatabaseDep = Annotated[Database, Depends(get_database)]


async def get_account(principal: CurrentPrincipal, database: DatabaseDep) -> Account:
    """The signed-in user, with the roles that the database has now.

    Raises: CredentialsRefused (401), also when the account was deleted or deactivated since the token was given.
    """
    account = await database.read(lambda session: UserService(session).account(principal.user_id))
    if account is None:
        raise CredentialsRefused()
    return account


CurrentUser = Annotated[Account, Depends(get_account)]


async def get_optional_account(request: Request, codec: CodecDep, database: DatabaseDep) -> Account | None:
    """The signed-in user, None without credentials. Raises CredentialsRefused (401) for bad ones."""
    if "Authorization" not in request.headers:
        return None
    return await get_account(await get_current_principal(request, codec, None), database)


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


def get_registration(parts: PartsDep) -> Registration:
    """Registration with its collaborators."""
    return Registration(
        database=parts.database,
        hasher=parts.hasher,
        dispatcher=parts.dispatcher,
        idempotency=Idempotency(IdempotencyKey, parts.settings.auth_secret_key),
        is_open=parts.settings.registration_open,
    )


def get_password_changer(parts: PartsDep) -> PasswordChanger:
    """The change of passwords with its collaborators."""
    return PasswordChanger(database=parts.database, hasher=parts.hasher)


def get_sign_in(parts: PartsDep, codec: CodecDep) -> SignIn:
    """Signing in with its collaborators."""
    return SignIn(
        database=parts.database,
        hasher=parts.hasher,
        dispatcher=parts.dispatcher,
        codec=codec,
        lifetime=timedelta(minutes=parts.settings.access_token_expire_minutes),
    )


RegistrationDep = Annotated[Registration, Depends(get_registration)]
PasswordChangerDep = Annotated[PasswordChanger, Depends(get_password_changer)]
SignInDep = Annotated[SignIn, Depends(get_sign_in)]
