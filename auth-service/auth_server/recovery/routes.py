"""The recovery routes."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Path
from service_kit.problems import problem_responses

from auth_server.dependencies import (
    AdminUser,
    AnonymousAuditorDep,
    AuditorDep,
    LimitedResets,
    PartsDep,
    PasswordRecoveryDep,
    ResetRequestsDep,
    SignInClientDep,
)
from auth_server.recovery.schemas import ResetConfirmation, ResetLink, ResetRequest
from auth_server.users.schemas import Confirmation

router = APIRouter(tags=["recovery"], generate_unique_id_function=lambda route: route.name)

TAKEN = "If there is such an account, a mail with a link is on its way."
NO_MAIL = "No mail is sent here. Ask an administrator for a link."


@router.post(
    "/auth/password-reset",
    summary="Ask for a link for a new password",
    status_code=HTTPStatus.ACCEPTED,
    dependencies=[LimitedResets],
    responses=problem_responses(429, 503),
)
async def request_password_reset(
    body: ResetRequest, behind: BackgroundTasks, requests: ResetRequestsDep, parts: PartsDep
) -> Confirmation:
    """Anyone may. The answer is the same whether or not there is such an account; three mails an hour for each."""
    requests.refuse_when_full()
    behind.add_task(requests.take, body.login)  # once the answer is sent: not even its time tells anything
    return Confirmation(message=TAKEN if parts.mailer.is_on else NO_MAIL)


@router.post(
    "/auth/password-reset/confirm",
    summary="Choose a new password",
    dependencies=[LimitedResets],
    responses=problem_responses(400, 422, 429, 503),
)
async def confirm_password_reset(
    body: ResetConfirmation, recovery: PasswordRecoveryDep, client: SignInClientDep, auditor: AnonymousAuditorDep
) -> Confirmation:
    """For the holder of a link. Every sign-in of the account ends; a link that does not hold is 400."""
    await recovery.confirm(body, client, auditor)
    return Confirmation(message="Password changed. Sign in with the new one.")


@router.post(
    "/users/{username}/password-reset",
    summary="Make a link for a new password",
    responses=problem_responses(401, 403, 404, 409),
)
async def make_password_reset_link(
    username: Annotated[str, Path(description="The username; the case of its letters does not count.")],
    _admin: AdminUser,
    auditor: AuditorDep,
    recovery: PasswordRecoveryDep,
) -> ResetLink:
    """For admins, to hand over to the person. It is answered this once; earlier links no longer hold."""
    return await recovery.make_link(username, auditor)
