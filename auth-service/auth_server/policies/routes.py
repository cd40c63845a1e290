"""The policy routes, for admins."""

from fastapi import APIRouter
from service_kit.problems import problem_responses

from auth_server.db.conflicts import write_once_more_on_conflict
from auth_server.dependencies import AdminUser, AuditorDep, DatabaseDep, RegistrationModeDep
from auth_server.policies.schemas import RegistrationPolicy, RegistrationPolicyOut
from auth_server.policies.service import RegistrationPolicies

router = APIRouter(
    prefix="/settings",
    tags=["settings"],
    responses=problem_responses(401, 403),
    generate_unique_id_function=lambda route: route.name,
)


@router.get("/registration", summary="Read who may register")
async def read_registration_policy(
    _admin: AdminUser, database: DatabaseDep, first_mode: RegistrationModeDep
) -> RegistrationPolicyOut:
    """For admins: open, invite only or closed, and the domains that addresses may have."""
    return await database.read(lambda session: RegistrationPolicies(session, first_mode).current())


@router.put("/registration", summary="Set who may register")
async def set_registration_policy(
    body: RegistrationPolicy,
    _admin: AdminUser,
    database: DatabaseDep,
    first_mode: RegistrationModeDep,
    auditor: AuditorDep,
) -> RegistrationPolicyOut:
    """For admins. It holds from the next registration on, and after a restart, whatever the environment says."""
    return await write_once_more_on_conflict(
        database, lambda session: RegistrationPolicies(session, first_mode).replace(body, auditor)
    )
