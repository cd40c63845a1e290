"""Conversations over REST. Contract, section 4."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from service_kit.authentication import CurrentPrincipal
from service_kit.idempotency import IdempotencyKey
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses

from chat_server.conversations.filters import ConversationFilter
from chat_server.conversations.schemas import (
    ConversationCreate,
    ConversationDeleted,
    ConversationOut,
    ConversationUpdate,
    FolderName,
    Labels,
    TagName,
    folded_tag,
)
from chat_server.conversations.service import ConversationService
from chat_server.dependencies import CatalogDep, DatabaseDep, GenerationDep, IdempotencyDep

router = APIRouter(prefix="/conversations", tags=["conversations"], responses=problem_responses(401, 403))


@router.post("/", responses=problem_responses(404))
async def create_conversation(
    body: ConversationCreate,
    user: CurrentPrincipal,
    database: DatabaseDep,
    catalog: CatalogDep,
    idempotency: IdempotencyDep,
    idempotency_key: IdempotencyKey = None,
) -> ConversationOut:
    """Begin a conversation, with a persona if one is named."""
    await catalog.require_listed(body.model)
    return await database.write(
        lambda session: idempotency.answer_once(
            session,
            scope=f"conversations:{user.user_id}",
            key=idempotency_key,
            body=body,
            answer=ConversationOut,
            work=lambda: ConversationService(session).create(user.user_id, body),
        )
    )


async def asked_filter(
    q: Annotated[str | None, Query(max_length=200, description="part of the title")] = None,
    archived: bool = False,
    pinned: Annotated[bool | None, Query(description="those alone that are pinned, or are not")] = None,
    folder: Annotated[FolderName | None, Query(description="the folder's whole name")] = None,
    tag: Annotated[TagName | None, Query(description="the tag's whole name, in whichever capitals")] = None,
) -> ConversationFilter:
    """What the query names; all of it must hold."""
    folded = folded_tag(tag) if tag is not None else None
    return ConversationFilter(archived, text=q, is_pinned=pinned, folder=folder, tag=folded)


@router.get("/")
async def list_conversations(
    user: CurrentPrincipal,
    database: DatabaseDep,
    page: PageDep,
    which: Annotated[ConversationFilter, Depends(asked_filter)],
) -> list[ConversationOut]:
    """The caller's conversations, newest activity first; the next page is in the Link header."""
    after = page.last_time_and_id()
    conversations, following = await database.read(
        lambda session: ConversationService(session).page(user.user_id, which, after=after, limit=page.limit)
    )
    if following is not None:
        page.announce_next(*following)
    return conversations


@router.get("/labels")
async def list_labels(user: CurrentPrincipal, database: DatabaseDep, archived: bool = False) -> Labels:
    """The caller's folders and tags, with the number of conversations that the list by each shows."""
    return await database.read(lambda session: ConversationService(session).labels(user.user_id, is_archived=archived))


@router.get("/{conversation_id}", responses=problem_responses(404))
async def get_conversation(conversation_id: str, user: CurrentPrincipal, database: DatabaseDep) -> ConversationOut:
    """One conversation."""
    return await database.read(lambda session: ConversationService(session).get(user.user_id, conversation_id))


async def change_conversation(
    conversation_id: str, body: ConversationUpdate, user: CurrentPrincipal, database: DatabaseDep, catalog: CatalogDep
) -> ConversationOut:
    """Rename, archive, pin, put into a folder, tag, or choose the model or system prompt."""
    changes = body.model_dump(exclude_unset=True)
    await catalog.require_listed(changes.get("model"))
    return await database.write(
        lambda session: ConversationService(session).update(user.user_id, conversation_id, dict(changes))
    )


for _method in ("PATCH", "PUT"):
    router.add_api_route(
        "/{conversation_id}",
        change_conversation,
        methods=[_method],
        operation_id=f"{_method.lower()}_conversation",
        responses=problem_responses(404),
    )


@router.delete("/{conversation_id}", responses=problem_responses(404))
async def delete_conversation(
    conversation_id: str, user: CurrentPrincipal, database: DatabaseDep, generation: GenerationDep
) -> ConversationDeleted:
    """Delete a conversation with its messages; an answer being written ends."""
    await database.write(lambda session: ConversationService(session).delete(user.user_id, conversation_id))
    await generation.discard(conversation_id)
    return ConversationDeleted(message="Conversation deleted")
