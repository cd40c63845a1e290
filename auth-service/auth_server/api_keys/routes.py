"""The API key routes: one's own keys, and for admins those of others. No API key opens them."""

from typing import Annotated

from fastapi import APIRouter, Path
from service_kit.idempotency import IdempotencyKey
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses

from auth_server.api_keys.schemas import ApiKeyCreate, ApiKeyOut, ApiKeyPatch, CreatedApiKey
from auth_server.api_keys.service import ApiKeyService
from auth_server.dependencies import AdminUser, ApiKeyKeeperDep, ApiKeyRulesDep, CurrentUser, DatabaseDep
from auth_server.users.schemas import Confirmation

router = APIRouter(prefix="/api-keys", tags=["api keys"], generate_unique_id_function=lambda route: route.name)
admin_router = APIRouter(
    prefix="/users/{username}/api-keys", tags=["api keys"], generate_unique_id_function=lambda route: route.name
)

KeyPath = Annotated[str, Path(description="The `id` that the list of keys shows; it is no part of the key itself.")]
UsernamePath = Annotated[str, Path(description="The username; the case of its letters does not count.")]


@router.post("/", summary="Make an API key", responses=problem_responses(401, 409))
async def create_api_key(
    body: ApiKeyCreate, caller: CurrentUser, keeper: ApiKeyKeeperDep, idempotency_key: IdempotencyKey = None
) -> CreatedApiKey:
    """`key` in the answer is the key. It is shown this once: what is stored cannot be turned back into it."""
    return await keeper.create(caller, body, idempotency_key=idempotency_key)


@router.get("/", summary="List your API keys", responses=problem_responses(401))
async def list_api_keys(
    caller: CurrentUser, database: DatabaseDep, rules: ApiKeyRulesDep, page: PageDep
) -> list[ApiKeyOut]:
    """The newest first, those included that have expired; the next page is in the `Link` header."""
    keys, following = await database.read(
        lambda session: ApiKeyService(session, rules).page(caller.user_id, before_id=page.last_id(), limit=page.limit)
    )
    if following is not None:
        page.announce_next(following)
    return keys


@router.patch("/{key_id}", summary="Rename an API key", responses=problem_responses(401, 404))
async def rename_api_key(key_id: KeyPath, body: ApiKeyPatch, caller: CurrentUser, keeper: ApiKeyKeeperDep) -> ApiKeyOut:
    """Scopes and end of a key stay as they are: make another key for others."""
    return await keeper.rename(caller, key_id, body.name)


@router.delete("/{key_id}", summary="Delete an API key", responses=problem_responses(401, 404))
async def delete_api_key(key_id: KeyPath, caller: CurrentUser, keeper: ApiKeyKeeperDep) -> Confirmation:
    """It is refused from now on, in the other services within ten seconds; their sockets that it opened close."""
    await keeper.delete(caller, key_id)
    return Confirmation(message="API key deleted")


@admin_router.get("", summary="List a user's API keys", responses=problem_responses(401, 403, 404))
async def list_user_api_keys(
    username: UsernamePath, admin: AdminUser, keeper: ApiKeyKeeperDep, page: PageDep
) -> list[ApiKeyOut]:
    """For admins: as the user sees them."""
    keys, following = await keeper.page_of(username, admin, before_id=page.last_id(), limit=page.limit)
    if following is not None:
        page.announce_next(following)
    return keys


@admin_router.delete("/{key_id}", summary="Delete a user's API key", responses=problem_responses(401, 403, 404))
async def delete_user_api_key(
    username: UsernamePath, key_id: KeyPath, admin: AdminUser, keeper: ApiKeyKeeperDep
) -> Confirmation:
    """For admins: as if the user had deleted it."""
    await keeper.delete_of(username, admin, key_id)
    return Confirmation(message="API key deleted")
