"""The routes on factors: one's own, and what administrators see and reset."""

from typing import Annotated

from fastapi import APIRouter, Path
from service_kit.authentication import CurrentPrincipal
from service_kit.problems import problem_responses

from auth_server.db.own_transaction import write_then_refuse
from auth_server.dependencies import AdminUser, CurrentUser, DatabaseDep, StaffUser
from auth_server.factors.dependencies import (
    CallingPageDep,
    CurrentEnroller,
    EnrolmentDep,
    FactorAdministrationDep,
    FactorChangesDep,
    FactorRulesDep,
    ProverDep,
)
from auth_server.factors.schemas import (
    EnrolledOut,
    EnrolledPasskeyOut,
    FactorsOut,
    FactorSummary,
    OptionsOut,
    PasskeyOut,
    PasskeyRegistration,
    PasskeyRename,
    ProofIn,
    ProofOut,
    RecoveryCodesOut,
    TotpConfirmation,
    TotpEnrolmentOut,
)
from auth_server.factors.service import FactorService
from auth_server.users.schemas import Confirmation

router = APIRouter(prefix="/users", tags=["factors"], generate_unique_id_function=lambda route: route.name)

PasskeyId = Annotated[str, Path(description="The `id` that GET /users/me/factors lists.")]
UsernamePath = Annotated[str, Path(description="The username; the case of its letters does not count.")]


@router.get("/me/factors", summary="Read your second factors", responses=problem_responses(401))
async def read_factors(caller: CurrentUser, database: DatabaseDep, rules: FactorRulesDep) -> FactorsOut:
    """The app, the passkeys, and how many recovery codes are left."""
    return await database.read(lambda session: FactorService(session, rules).overview(caller))


@router.post("/me/proof", summary="Confirm that it is you", responses=problem_responses(400, 401, 429, 503))
async def prove_identity(
    body: ProofIn, caller: CurrentUser, principal: CurrentPrincipal, prover: ProverDep, page: CallingPageDep
) -> ProofOut:
    """With the current password, a code or a passkey. For ten minutes this session may then change factors."""
    return await prover.prove(caller, principal.session_id, body, page)


@router.post("/me/proof/options", summary="Begin a proof by passkey", responses=problem_responses(400, 401))
async def begin_passkey_proof(caller: CurrentUser, prover: ProverDep, page: CallingPageDep) -> OptionsOut:
    """What `navigator.credentials.get` takes; good for five minutes and one proof."""
    return OptionsOut(options=await prover.passkey_options(caller, page))


@router.post("/me/factors/totp", summary="Begin to set up an authenticator app", responses=problem_responses(401, 403))
async def begin_totp(enroller: CurrentEnroller, database: DatabaseDep, enrolment: EnrolmentDep) -> TotpEnrolmentOut:
    """The secret as text, address and picture. It counts only once a code of it is confirmed. Needs a fresh proof."""
    return await database.write(lambda session: enrolment(session).begin_totp(enroller))


@router.post(
    "/me/factors/totp/confirm", summary="Set up the authenticator app", responses=problem_responses(400, 401, 404, 429)
)
async def confirm_totp(
    body: TotpConfirmation, enroller: CurrentEnroller, database: DatabaseDep, enrolment: EnrolmentDep
) -> EnrolledOut:
    """With a code that the app shows. The first factor brings recovery codes and ends your other sign-ins."""
    code = body.code.get_secret_value()
    return await write_then_refuse(database, lambda session: enrolment(session).confirm_totp(enroller, code))


@router.delete(
    "/me/factors/totp", summary="Remove the authenticator app", responses=problem_responses(401, 403, 404, 409)
)
async def remove_totp(
    caller: CurrentUser, principal: CurrentPrincipal, database: DatabaseDep, changes: FactorChangesDep
) -> Confirmation:
    """Needs a fresh proof, and ends your other sign-ins."""
    await database.write(lambda session: changes(session).remove_totp(caller, principal.session_id))
    return Confirmation(message="Authenticator app removed")


@router.post(
    "/me/factors/passkeys/options", summary="Begin to set up a passkey", responses=problem_responses(400, 401, 403, 409)
)
async def begin_passkey(
    enroller: CurrentEnroller, database: DatabaseDep, enrolment: EnrolmentDep, page: CallingPageDep
) -> OptionsOut:
    """What `navigator.credentials.create` takes; good for five minutes and one passkey. Needs a fresh proof."""
    options = await database.write(lambda session: enrolment(session).passkey_options(enroller, page))
    return OptionsOut(options=options)


@router.post("/me/factors/passkeys", summary="Set up a passkey", responses=problem_responses(400, 401, 409))
async def add_passkey(
    body: PasskeyRegistration,
    enroller: CurrentEnroller,
    database: DatabaseDep,
    enrolment: EnrolmentDep,
    page: CallingPageDep,
) -> EnrolledPasskeyOut:
    """With what the browser made. The first factor brings recovery codes and ends your other sign-ins."""
    return await write_then_refuse(database, lambda session: enrolment(session).add_passkey(enroller, body, page))


@router.patch("/me/factors/passkeys/{passkey_id}", summary="Rename a passkey", responses=problem_responses(401, 404))
async def rename_passkey(
    passkey_id: PasskeyId, body: PasskeyRename, caller: CurrentUser, database: DatabaseDep, changes: FactorChangesDep
) -> PasskeyOut:
    """Only what you call it; needs no proof."""
    return await database.write(lambda session: changes(session).rename_passkey(caller, passkey_id, body.name))


@router.delete(
    "/me/factors/passkeys/{passkey_id}", summary="Remove a passkey", responses=problem_responses(401, 403, 404, 409)
)
async def remove_passkey(
    passkey_id: PasskeyId,
    caller: CurrentUser,
    principal: CurrentPrincipal,
    database: DatabaseDep,
    changes: FactorChangesDep,
) -> Confirmation:
    """Needs a fresh proof, and ends your other sign-ins."""
    await database.write(lambda session: changes(session).remove_passkey(caller, principal.session_id, passkey_id))
    return Confirmation(message="Passkey removed")


@router.post(
    "/me/factors/recovery-codes", summary="Make new recovery codes", responses=problem_responses(401, 403, 404)
)
async def renew_recovery_codes(
    caller: CurrentUser, principal: CurrentPrincipal, database: DatabaseDep, changes: FactorChangesDep
) -> RecoveryCodesOut:
    """Ten, shown this once; the ones before are no longer good. Needs a fresh proof."""
    return await database.write(lambda session: changes(session).renew_codes(caller, principal.session_id))


@router.get(
    "/{username}/factors", summary="Read whether a user has factors", responses=problem_responses(401, 403, 404)
)
async def read_user_factors(
    username: UsernamePath, _staff: StaffUser, database: DatabaseDep, administration: FactorAdministrationDep
) -> FactorSummary:
    """For admins and managers: kinds and numbers, nothing else."""
    return await database.read(lambda session: administration(session).summary(username))


@router.delete("/{username}/factors", summary="Reset a user's factors", responses=problem_responses(401, 403, 404, 409))
async def reset_user_factors(
    username: UsernamePath, admin: AdminUser, database: DatabaseDep, administration: FactorAdministrationDep
) -> Confirmation:
    """For admins: takes the app, the passkeys and the codes of somebody who lost them, and ends their sign-ins."""
    await database.write(lambda session: administration(session).reset(username, admin))
    return Confirmation(message="Second factors reset")
