"""The routes on one's own user."""

from fastapi import APIRouter
from service_kit.authentication import CurrentPrincipal
from service_kit.problems import problem_responses

from auth_server.db.conflicts import write_once_more_on_conflict
from auth_server.dependencies import (
    AuditorDep,
    CurrentUser,
    DatabaseDep,
    PasswordChangerDep,
    RegistrationModeDep,
    SignInClientDep,
)
from auth_server.policies.service import RegistrationPolicies
from auth_server.users.profile_change import ProfileChanger
from auth_server.users.schemas import Confirmation, PasswordChange, ProfileOut, ProfilePatch
from auth_server.users.service import UserService

router = APIRouter(prefix="/users/me", tags=["profile"], generate_unique_id_function=lambda route: route.name)


@router.get("", summary="Read your profile", responses=problem_responses(401))
async def read_profile(caller: CurrentUser, database: DatabaseDep) -> ProfileOut:
    """Your user and your preferences."""
    return await database.read(lambda session: UserService(session).profile(caller.user_id))


@router.patch("", summary="Change your profile", responses=problem_responses(400, 401, 403))
async def update_profile(
    patch: ProfilePatch,
    caller: CurrentUser,
    database: DatabaseDep,
    auditor: AuditorDep,
    first_mode: RegistrationModeDep,
) -> ProfileOut:
    """Your e-mail address, full name and preferences; what is left out stays."""
    return await write_once_more_on_conflict(
        database,
        lambda session: ProfileChanger(session, auditor, RegistrationPolicies(session, first_mode)).update(
            caller.user_id, patch
        ),
    )


@router.put("/password", summary="Change your password", responses=problem_responses(400, 401, 429, 503))
async def change_password(
    body: PasswordChange,
    caller: CurrentUser,
    principal: CurrentPrincipal,
    changer: PasswordChangerDep,
    client: SignInClientDep,
) -> Confirmation:
    """Needs the current password: 400 when that is wrong, 422 when the new one is too weak. Other sign-ins end."""
    await changer.change(caller.user_id, principal.session_id, body, client)
    return Confirmation(message="Password changed")
