"""The export of one's own conversations."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from service_kit.authentication import Caller, CurrentCaller
from service_kit.problems import problem_responses
from service_kit.session_watch import SessionWatch

from chat_server.dependencies import PersonExportDep, SessionWatchDep
from chat_server.exports.service import PersonExport

FILE_NAME = "convoai-conversations.json"
router = APIRouter(tags=["export"])


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses=problem_responses(401) | {200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def export_conversations(
    caller: CurrentCaller, export: PersonExportDep, watch: SessionWatchDep
) -> StreamingResponse:
    """All of the caller's conversations with their messages, as one JSON document that is written while it is read.

    `is_complete` is its last member: false when the sign-in ended, or the storage failed, before the end.
    """
    headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
    return StreamingResponse(_document(export, watch, caller), media_type="application/json", headers=headers)


async def _document(export: PersonExport, watch: SessionWatch, caller: Caller) -> AsyncIterator[str]:
    with watch.open(caller.credential) as use:
        async for text in export.document(caller.principal.user_id, use):
            yield text
