"""The audit routes: for admins, and for the other services to add what they have refused."""

from typing import Annotated

from fastapi import APIRouter, Query, status
from fastapi.responses import StreamingResponse
from service_kit.authentication import CallingService
from service_kit.errors import InvalidInput
from service_kit.pagination import PageDep
from service_kit.problems import problem_responses
from service_kit.refused_calls import PATH, RefusedCalls

from auth_server.audit.refusals import record_reported_calls
from auth_server.audit.schemas import AuditEntryOut, AuditFilter
from auth_server.audit.search import ExportFormat
from auth_server.dependencies import AdminUser, AuditSearchDep, AuditSignerDep, DatabaseDep

router = APIRouter(prefix="/audit", tags=["audit"], generate_unique_id_function=lambda route: route.name)
internal_router = APIRouter(tags=["internal"], generate_unique_id_function=lambda route: route.name)
MEDIA_TYPES: dict[ExportFormat, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
FILES = {media_type.partition(";")[0]: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()}


@router.get("/", summary="Search the audit trail", responses=problem_responses(401, 403))
async def list_audit_entries(
    _admin: AdminUser, search: AuditSearchDep, page: PageDep, which: Annotated[AuditFilter, Query()]
) -> list[AuditEntryOut]:
    """Who did what to whom, when and from where; newest first, the next page is in the `Link` header."""
    position = page.position(1)
    before = position[0] if position else None
    if isinstance(before, str):
        raise InvalidInput("The cursor is not one that this list gave out. Start again without it.", field="cursor")
    entries, following = await search.page(which, before=before, limit=page.limit)
    if following is not None:
        page.announce_next(following)
    return entries


@router.get(
    "/export",
    summary="Export the audit trail",
    response_class=StreamingResponse,
    responses=problem_responses(401, 403) | {200: {"content": FILES}},
)
async def export_audit_entries(
    _admin: AdminUser,
    search: AuditSearchDep,
    which: Annotated[AuditFilter, Query()],
    form: Annotated[ExportFormat, Query(alias="format")] = "csv",
) -> StreamingResponse:
    """All that matches as a file: CSV, or JSON Lines with `format=jsonl`."""
    headers = {"Content-Disposition": f'attachment; filename="audit.{form}"'}
    return StreamingResponse(search.export(which, form), media_type=MEDIA_TYPES[form], headers=headers)


@internal_router.post(
    PATH, summary="Report refused calls", status_code=status.HTTP_204_NO_CONTENT, responses=problem_responses(401)
)
async def report_refused_calls(
    body: RefusedCalls, service: CallingService, database: DatabaseDep, signer: AuditSignerDep
) -> None:
    """Puts admin calls that another service has refused into the audit trail."""
    await record_reported_calls(database, signer, service.username, body.calls)
