"""The user routes: registration, reading, and administration."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from service_kit.authentication import CallingService
from service_kit.idempotency import IdempotencyKey
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses

from auth_server.db.conflicts import write_once_more_on_conflict
from auth_server.dependencies import (
    Address,
    AdminUser,
    AuditorDep,
    CurrentUser,
    DatabaseDep,
    OptionalUser,
    RegistrationDep,
    StaffUser,
)
from auth_server.users.administration import UserAdministration
from auth_server.users.directory import UserDirectory
from auth_server.users.schemas import AccountStanding, RolesUpdate, UserCreate, UserFilter, UserOut, UserPatch
from auth_server.users.service import UserService

router = APIRouter(prefix="/users", tags=["users"], generate_unique_id_function=lambda route: route.name)

internal_router = APIRouter(tags=["internal"], generate_unique_id_function=lambda route: route.name)

UsernamePath = Annotated[str, Path(description="The username; the case of its letters does not count.")]


@router.post("/", summary="Register a user", responses=problem_responses(400, 401, 403, 429, 503))
async def register_user(
    body: UserCreate,
    caller: OptionalUser,
    registration: RegistrationDep,
    address: Address,
    idempotency_key: IdempotencyKey = None,
) -> UserOut:
    """Anyone may, where registration is open; the role is `user`. An administrator may choose other roles."""
    return await registration.register(body, caller=caller, idempotency_key=idempotency_key, address=address)


@router.get("/", summary="List the users", responses=problem_responses(401, 403))
async def list_users(
    _staff: StaffUser, database: DatabaseDep, page: PageDep, which: Annotated[UserFilter, Query()]
) -> list[UserOut]:
    """For admins and managers; the next page is in the `Link` header."""
    position = page.position(3)
    after = None if position is None else (str(position[0]), str(position[1]), str(position[2]))
    users, following = await database.read(
        lambda session: UserDirectory(session).page(which, after=after, limit=page.limit)
    )
    if following is not None:
        page.announce_next(*following)
    return users


@router.get("/{username}", summary="Read a user", responses=problem_responses(401, 404))
async def read_user(username: UsernamePath, caller: CurrentUser, database: DatabaseDep) -> UserOut:
    """Oneself; for admins and managers anyone."""
    return await database.read(lambda session: UserService(session).visible_user(username, caller))


@router.patch("/{username}", summary="Change a user", responses=problem_responses(400, 401, 403, 404, 409))
async def update_user(
    username: UsernamePath, patch: UserPatch, _admin: AdminUser, database: DatabaseDep, auditor: AuditorDep
) -> UserOut:
    """For admins. Deactivating a user ends their access here at once; the last active admin stays active."""
    return await write_once_more_on_conflict(
        database, lambda session: UserAdministration(session, auditor).update(username, patch)
    )


@router.put("/{username}/roles", summary="Set a user's roles", responses=problem_responses(401, 403, 404, 409))
async def set_user_roles(
    username: UsernamePath, body: RolesUpdate, _admin: AdminUser, database: DatabaseDep, auditor: AuditorDep
) -> UserOut:
    """For admins. The role admin cannot be taken from the last active admin."""
    return await database.write(lambda session: UserAdministration(session, auditor).set_roles(username, body.roles))


@internal_router.get(
    "/internal/accounts/{user_id}", summary="Whether an account is open", responses=problem_responses(401)
)
async def read_account_standing(
    user_id: Annotated[str, Path(max_length=64, pattern="^[!-~]+$")], _service: CallingService, database: DatabaseDep
) -> AccountStanding:
    """For services that show something of a person to others; an account that there is not is not open."""
    return await database.read(lambda session: UserDirectory(session).standing(user_id))
