"""The export of one's own conversations."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from service_kit.authentication import BearerToken, CurrentPrincipal
from service_kit.problems import problem_responses
from service_kit.session_watch import SessionWatch
from service_kit.tokens import Principal

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
    user: CurrentPrincipal, token: BearerToken, export: PersonExportDep, watch: SessionWatchDep
) -> StreamingResponse:
    """All of the caller's conversations with their messages, as one JSON document that is written while it is read.

    `is_complete` is its last member: false when the sign-in ended, or the storage failed, before the end.
    """
    headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
    return StreamingResponse(_document(export, watch, token, user), media_type="application/json", headers=headers)


async def _document(export: PersonExport, watch: SessionWatch, token: str, user: Principal) -> AsyncIterator[str]:
    with watch.open(token, user) as use:
        async for text in export.document(user.user_id, use):
            yield text
