"""`POST /imports` with an `Idempotency-Key`: the first report comes again, and nothing is done twice."""

import asyncio
import json
import os
from typing import Any

import httpx
import pytest
from chat_server.db.models import IdempotencyKey
from chat_server.dependencies import Parts
from chat_server.erasures.people import ErasedPeople
from chat_server.imports import service as import_service
from chat_server.imports.service import PersonImport
from chat_testing.exports import foreign, zipped
from chat_testing.problems import code_of
from chat_testing.stored import Stored
from service_kit.errors import DatabaseUnavailable
from service_kit.idempotency import KeyedCall
from sqlalchemy import select

FILE = json.dumps([foreign("g1"), foreign("g2")]).encode()
KEY = {"Idempotency-Key": "k-1"}
LINES = "application/x-ndjson"


async def bring(client: httpx.AsyncClient, content: bytes = FILE, accept: str = "*/*") -> httpx.Response:
    return await client.post("/imports", content=content, headers=KEY | {"Accept": accept})


async def kept(parts: Parts) -> list[tuple[str, str, str]]:
    """Scope, key and answer of what is kept."""
    query = select(IdempotencyKey.scope, IdempotencyKey.key, IdempotencyKey.answer)
    rows = await parts.database.read(lambda session: session.execute(query).all())
    return [(scope, key, answer) for scope, key, answer in rows]


class TestTheSameAgain:
    async def test_gives_the_first_report_and_stores_nothing(self, ann: httpx.AsyncClient, stored: Stored) -> None:
        first = await bring(ann)
        assert (first.status_code, first.json()["conversations_imported"]) == (200, 2)
        for conversation in (await ann.get("/conversations/")).json():
            await ann.delete(f"/conversations/{conversation['id']}")
        again = await bring(ann)
        assert (again.status_code, again.json()) == (200, first.json())
        assert await stored.count_of_conversations() == 0

    async def test_twice_at_once_is_one_import(self, ann: httpx.AsyncClient, stored: Stored) -> None:
        reports = await asyncio.gather(*(bring(ann) for _ in range(4)))
        assert [report.json()["conversations_imported"] for report in reports] == [2] * 4
        assert await stored.count_of_conversations() == 2

    async def test_is_the_same_as_a_part_of_a_form(self, ann: httpx.AsyncClient) -> None:
        file = zipped(FILE.decode(), rest=os.urandom(1_500_000))  # more than is kept in memory
        first = await bring(ann, file)
        form = await ann.post("/imports", files={"file": ("export.zip", file)}, headers=KEY)
        assert form.json() == first.json()
        assert first.json()["conversations_imported"] == 2

    async def test_is_answered_in_lines_too(self, ann: httpx.AsyncClient) -> None:
        *_, first = (await bring(ann, accept=LINES)).text.splitlines()
        (again,) = (await bring(ann, accept=LINES)).text.splitlines()
        assert json.loads(again) == json.loads(first)
        assert json.loads(first)["conversations_imported"] == 2

    async def test_without_a_key_is_skipped_as_before(self, ann: httpx.AsyncClient, parts: Parts) -> None:
        await ann.post("/imports", content=FILE)
        assert (await ann.post("/imports", content=FILE)).json()["conversations_skipped"] == 2
        assert await kept(parts) == []


class TestAKey:
    async def test_with_another_file_is_refused(self, ann: httpx.AsyncClient, stored: Stored) -> None:
        await bring(ann)
        other = await bring(ann, json.dumps([foreign("g3")]).encode())
        assert code_of(other) == (422, "idempotency_key_reused")
        lines = await bring(ann, json.dumps([foreign("g3")]).encode(), accept=LINES)
        assert code_of(lines) == (422, "idempotency_key_reused")
        assert await stored.count_of_conversations() == 2

    async def test_is_each_persons_own(self, ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
        await bring(ann)
        theirs = await bring(bob, json.dumps([foreign("g3")]).encode())
        assert theirs.json()["conversations_imported"] == 1

    async def test_of_a_file_that_was_refused_stays_free(self, ann: httpx.AsyncClient) -> None:
        assert code_of(await bring(ann, b"no export")) == (422, "not_an_export")
        assert (await bring(ann)).json()["conversations_imported"] == 2

    async def test_that_is_none_is_refused(self, ann: httpx.AsyncClient, stored: Stored) -> None:
        refusal = await ann.post("/imports", content=FILE, headers={"Idempotency-Key": "with space"})
        assert code_of(refusal) == (422, "invalid_input")
        assert await stored.count_of_conversations() == 0

    async def test_keeps_nothing_of_the_file(self, ann: httpx.AsyncClient, parts: Parts) -> None:
        await bring(ann)
        ((scope, key, answer),) = await kept(parts)
        assert (scope, key) == ("imports:ann", "k-1")
        assert "moon" not in answer


class TestAnImportThatBrokeOff:
    async def test_goes_on_under_the_same_key(
        self, ann: httpx.AsyncClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store, stored_keys = import_service._store, list[str]()

        def break_off(session: Any, *, user_id: str, found: Any) -> bool:
            if stored_keys:
                raise DatabaseUnavailable()
            stored_keys.append(found.key)
            return store(session, user_id=user_id, found=found)

        with monkeypatch.context() as patch:
            patch.setattr(import_service, "_store", break_off)
            assert code_of(await bring(ann)) == (503, "database_unavailable")
        assert await kept(parts) == []
        report = (await bring(ann)).json()
        assert (report["conversations_imported"], report["conversations_skipped"]) == (1, 1)
        assert (await bring(ann)).json() == report

    async def test_by_an_erasure_keeps_no_report(
        self, ann: httpx.AsyncClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        report_of = import_service._report
        erased = asyncio.Event()

        def erase(*found: Any) -> Any:
            erased.set()
            return report_of(*found)

        async def write(work: Any) -> Any:
            if erased.is_set():  # between the last conversation and the report
                erased.clear()
                await unchanged(lambda session: ErasedPeople(session).begin("ann"))
            return await unchanged(work)

        unchanged = parts.database.write
        monkeypatch.setattr(import_service, "_report", erase)
        monkeypatch.setattr(parts.database, "write", write)
        assert code_of(await bring(ann)) == (401, "invalid_credentials")
        assert await kept(parts) == []

    async def test_because_another_process_was_faster_gives_that_ones_report(
        self, ann: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = (await bring(ann)).json()
        find, looks = PersonImport._first_report, list[KeyedCall]()

        async def look_too_early(self: PersonImport, call: KeyedCall) -> Any:
            looks.append(call)
            return await find(self, call) if len(looks) > 1 else None

        monkeypatch.setattr(PersonImport, "_first_report", look_too_early)
        assert (await bring(ann)).json() == first
        assert len(looks) == 2
