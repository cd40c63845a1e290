"""The routes of deletion: a user's own and an administrator's, what it would erase, and the receipts."""

from typing import Annotated

from fastapi import APIRouter, Path
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses

from auth_server.dependencies import AdminUser, CurrentUser, DatabaseDep, PersonDeletionDep, TokenDeliveryDep
from auth_server.erasures.schemas import (
    Deletion,
    ErasureOut,
    ErasurePreview,
    OwnDeletion,
    OwnDeletionOrder,
    ReceiptOrder,
)
from auth_server.erasures.service import Erasures

router = APIRouter(tags=["erasures"], generate_unique_id_function=lambda route: route.name)

UsernamePath = Annotated[str, Path(description="The username; the case of its letters does not count.")]


@router.delete("/users/me", summary="Delete your account", responses=problem_responses(400, 401, 409, 429, 503))
async def delete_own_user(
    body: OwnDeletionOrder, caller: CurrentUser, deletion: PersonDeletionDep, delivery: TokenDeliveryDep
) -> OwnDeletion:
    """Needs the current password. All that is yours goes, here at once and in the other services soon after.

    The receipt says when each has confirmed it: `POST /erasures/receipt`. The last active admin cannot go.
    """
    answer = await deletion.delete_own(caller, body.current_password.get_secret_value())
    delivery.clear_cookie()
    return answer


@router.get("/users/me/erasure-preview", summary="See what a deletion erases", responses=problem_responses(401))
async def preview_own_erasure(caller: CurrentUser, deletion: PersonDeletionDep) -> ErasurePreview:
    """What is held of you at this moment; null of a service that does not answer right now."""
    return await deletion.preview(caller.username)


@router.delete("/users/{username}", summary="Delete a user", responses=problem_responses(401, 403, 404, 409))
async def delete_user(username: UsernamePath, _admin: AdminUser, deletion: PersonDeletionDep) -> Deletion:
    """For admins. All that is theirs goes, here at once and in the other services soon after.

    `GET /erasures/{erasure_id}` says when each has confirmed it. The last active admin cannot be deleted.
    """
    return await deletion.delete(username)


@router.get(
    "/users/{username}/erasure-preview",
    summary="See what deleting a user erases",
    responses=problem_responses(401, 403, 404),
)
async def preview_erasure(username: UsernamePath, _admin: AdminUser, deletion: PersonDeletionDep) -> ErasurePreview:
    """For admins: what is held of the user at this moment; null of a service that does not answer right now."""
    return await deletion.preview(username)


@router.get("/erasures/", summary="List the erasures", responses=problem_responses(401, 403))
async def list_erasures(_admin: AdminUser, database: DatabaseDep, page: PageDep) -> list[ErasureOut]:
    """For admins: the receipts, the newest first; the next page is in the `Link` header."""
    before_id = page.last_id()
    receipts, following = await database.read(
        lambda session: Erasures(session).page(before_id=before_id, limit=page.limit)
    )
    if following is not None:
        page.announce_next(following)
    return receipts


@router.post("/erasures/receipt", summary="Read the receipt of your own deletion", responses=problem_responses(404))
async def read_own_receipt(body: ReceiptOrder, database: DatabaseDep) -> ErasureOut:
    """For whoever has deleted their own account, by the `receipt` that this answered: nobody signs in for it."""
    receipt = body.receipt.get_secret_value()
    return await database.read(lambda session: Erasures(session).receipt_of_holder(receipt))


@router.get("/erasures/{erasure_id}", summary="Read an erasure", responses=problem_responses(401, 403, 404))
async def read_erasure(
    erasure_id: Annotated[str, Path(description="What the deletion answered.")],
    _admin: AdminUser,
    database: DatabaseDep,
) -> ErasureOut:
    """For admins: the receipt, with what each service has confirmed and what still fails."""
    return await database.read(lambda session: Erasures(session).receipt(erasure_id))
