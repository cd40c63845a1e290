"""Reads the audit trail: a page of it, or all that matches as a file."""

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from typing import Literal

from service_kit.database import Database
from sqlalchemy.orm import Session

from auth_server.audit.repository import AuditRepository
from auth_server.audit.schemas import AuditEntryOut, AuditFilter
from auth_server.db.models import AuditEntry

ExportFormat = Literal["csv", "jsonl"]
EXPORTED_AT_ONCE = 500
COLUMNS = tuple(AuditEntryOut.model_fields)
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class AuditSearch:
    """Newest first; new entries come in front, so going on behind a number misses none and repeats none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, which: AuditFilter, *, before: int | None, limit: int
    ) -> tuple[list[AuditEntryOut], int | None]:
        """At most `limit` entries, and the number that the next page begins before (None on the last)."""

        def read(session: Session) -> list[AuditEntryOut]:
            found = AuditRepository(session).newest_first(which, before=before, limit=limit + 1)
            return [_entry_out(entry) for entry in found]

        entries = await self._database.read(read)
        following = entries[limit - 1].sequence if len(entries) > limit else None
        return entries[:limit], following

    async def export(self, which: AuditFilter, form: ExportFormat) -> AsyncIterator[str]:
        """The text of the file, piece by piece; no transaction is held while the caller takes one."""
        if form == "csv":
            yield _csv_lines([COLUMNS])
        before: int | None = None
        while True:
            entries, before = await self.page(which, before=before, limit=EXPORTED_AT_ONCE)
            yield _csv_lines(map(_cells, entries)) if form == "csv" else _json_lines(entries)
            if before is None:
                return


def entries_by(session: Session, user_id: str, *, limit: int) -> list[AuditEntryOut]:
    """The newest entries of what a user did, within the caller's transaction."""
    which = AuditFilter(actor_id=user_id)
    return [_entry_out(entry) for entry in AuditRepository(session).newest_first(which, before=None, limit=limit)]


def _entry_out(entry: AuditEntry) -> AuditEntryOut:
    fields = {name: getattr(entry, name) for name in COLUMNS if name != "detail"}
    return AuditEntryOut(**fields, detail=json.loads(entry.detail))


def _json_lines(entries: list[AuditEntryOut]) -> str:
    return "".join(f"{entry.model_dump_json()}\n" for entry in entries)


def _cells(entry: AuditEntryOut) -> Sequence[str]:
    values = entry.model_dump(mode="json") | {"detail": json.dumps(entry.detail, ensure_ascii=False)}
    return [_harmless("" if values[name] is None else str(values[name])) for name in COLUMNS]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _csv_lines(rows: "map[Sequence[str]] | list[Sequence[str]] | list[tuple[str, ...]]") -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
