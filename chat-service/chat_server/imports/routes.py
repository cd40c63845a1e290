"""Bringing conversations along: an upload, and the report of what came of it."""

import asyncio
from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from service_kit.authentication import CurrentPrincipal, RateLimiterDep
from service_kit.idempotency import IdempotencyKey
from service_kit.problems import problem_responses
from service_kit.rate_limits import HOUR, Limit
from starlette.datastructures import UploadFile

from chat_server.dependencies import PartsDep, PersonImportDep
from chat_server.errors import NotAnExport
from chat_server.imports.running import RunningImport
from chat_server.imports.schemas import ImportReport

LINES = "application/x-ndjson"
KEPT_IN_MEMORY_BYTES = 1_048_576
FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": {}},
        },
    }
}
router = APIRouter(tags=["import"])


async def uploaded_file(
    request: Request, user: CurrentPrincipal, parts: PartsDep, limiter: RateLimiterDep
) -> AsyncIterator[BinaryIO]:
    """The upload as a file, until the answer is sent: the part `file` of a form, or the whole body."""
    await limiter.require(Limit("imports", parts.settings.imports_per_hour, HOUR), user.user_id)
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=1, max_fields=8) as form:
            found = form.get("file")
            if not isinstance(found, UploadFile):
                raise NotAnExport("Send the export as the part of the form that is named file.")
            yield found.file
        return
    with SpooledTemporaryFile(max_size=KEPT_IN_MEMORY_BYTES) as file:
        async for piece in request.stream():
            await asyncio.to_thread(file.write, piece)
        yield cast("BinaryIO", file)


@router.post(
    "/imports",
    response_model=ImportReport,
    openapi_extra=FILE_BODY,
    responses=problem_responses(401, 403, 413, 429) | {200: {"content": {LINES: {"schema": {"type": "string"}}}}},
)
async def import_conversations(
    request: Request,
    user: CurrentPrincipal,
    imports: PersonImportDep,
    file: Annotated[BinaryIO, Depends(uploaded_file)],
    idempotency_key: IdempotencyKey = None,
) -> Response | ImportReport:
    """Bring along the conversations of an export of ours, or of ChatGPT's: its zip file, or the bare JSON.

    Each conversation is stored whole, or skipped with the reason; the same one again is skipped. With
    `Accept: application/x-ndjson` a line with `{"done", "total"}` comes now and then, and last the report.
    """
    if LINES not in request.headers.get("accept", ""):
        return await imports.run(user.user_id, file, key=idempotency_key)
    running = RunningImport(imports, user.user_id, file, idempotency_key)
    await running.begun()
    return StreamingResponse(_lines(running), media_type=LINES)


async def _lines(running: RunningImport) -> AsyncIterator[str]:
    try:
        async for step in running.steps():
            yield step.model_dump_json() + "\n"
    finally:  # the reader may have left: what is stored stays, and the same file again goes on
        running.cancel()
