"""The export of one's own conversations."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from service_kit.authentication import Caller, CurrentCaller
from service_kit.problems import problem_responses
from service_kit.session_watch import SessionWatch

from chat_server.dependencies import PersonExportDep, SessionWatchDep
from chat_server.exports.documents import Document, HtmlDocument, MarkdownDocument, content_disposition
from chat_server.exports.service import PersonExport

FILE_NAME = "convoai-conversations.json"
DOCUMENTS: Mapping[str, Document] = {"markdown": MarkdownDocument(), "html": HtmlDocument()}
router = APIRouter(tags=["export"])


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses=problem_responses(401) | {200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def export_conversations(
    caller: CurrentCaller, export: PersonExportDep, watch: SessionWatchDep
) -> StreamingResponse:
    """The caller's personas, and conversations with messages, as one JSON document that is written while it is read.

    `is_complete` is its last member: false when the sign-in ended, or the storage failed, before the end.
    """
    headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
    return StreamingResponse(_document(export, watch, caller), media_type="application/json", headers=headers)


@router.get(
    "/conversations/{conversation_id}/export",
    response_class=StreamingResponse,
    responses=problem_responses(401, 404)
    | {
        200: {
            "content": {
                "application/json": {"schema": {"type": "object"}},
                "text/markdown": {"schema": {"type": "string"}},
                "text/html": {"schema": {"type": "string"}},
            }
        }
    },
)
async def export_conversation(
    conversation_id: str,
    caller: CurrentCaller,
    export: PersonExportDep,
    watch: SessionWatchDep,
    form: Annotated[Literal["json", "markdown", "html"], Query(alias="format")] = "json",
) -> StreamingResponse:
    """One conversation: as JSON with all its branches, or the branch that is shown as Markdown or a page of its own."""
    conversation = await export.conversation(caller.principal.user_id, conversation_id)
    document = DOCUMENTS.get(form)
    extension, media_type = (document.extension, document.media_type) if document else ("json", "application/json")

    async def pieces() -> AsyncIterator[str]:
        user_id = caller.principal.user_id
        with watch.open(caller.credential) as use:
            texts = (
                export.conversation_as(document, user_id, conversation, use)
                if document
                else export.conversation_as_json(user_id, conversation, use)
            )
            async for text in texts:
                yield text

    headers = {"Content-Disposition": content_disposition(conversation.title, extension)}
    return StreamingResponse(pieces(), media_type=media_type, headers=headers)


async def _document(export: PersonExport, watch: SessionWatch, caller: Caller) -> AsyncIterator[str]:
    with watch.open(caller.credential) as use:
        async for text in export.document(caller.principal.user_id, use):
            yield text
