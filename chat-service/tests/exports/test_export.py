"""`GET /export`: all of one's own conversations as one JSON document."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.exports import service as export_service
from chat_testing.callers import TokenFor
from chat_testing.problems import code_of
from chat_testing.server import RunningServer
from chat_testing.sessions import FakeSessions
from service_kit.errors import DatabaseUnavailable

Work = Callable[[Any], Any]


async def converse(person: httpx.AsyncClient, title: str, *questions: str) -> str:
    conversation_id = str((await person.post("/conversations/", json={"title": title})).json()["id"])
    for question in questions:
        sent = await person.post(f"/conversations/{conversation_id}/messages", json={"content": question})
        assert sent.status_code == 200, sent.text
    return conversation_id


class TestExport:
    async def test_holds_everything_of_the_caller_and_nothing_of_others(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(export_service, "CONVERSATIONS_AT_ONCE", 2)
        monkeypatch.setattr(export_service, "MESSAGES_AT_ONCE", 3)
        ids = [await converse(ann, f"Talk {number}", *["Hi «you»"] * number) for number in range(4)]
        await ann.patch(f"/conversations/{ids[1]}", json={"archived": True})
        await converse(bob, "His")
        response = await ann.get("/export")
        document = response.json()
        assert response.headers["content-disposition"] == 'attachment; filename="convoai-conversations.json"'
        assert list(document) == ["exported_at", "personas", "conversations", "is_complete"]
        assert document["is_complete"] is True
        assert [one["id"] for one in document["conversations"]] == ids
        for conversation, conversation_id in zip(document["conversations"], ids, strict=True):
            messages = conversation.pop("messages")
            assert conversation.pop("leaf_id") == (messages[-1]["id"] if messages else None)
            assert conversation == (await ann.get(f"/conversations/{conversation_id}")).json()
            assert messages == (await ann.get(f"/conversations/{conversation_id}/messages")).json()

    async def test_holds_the_callers_own_personas(self, ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
        made = [(await ann.post("/personas/", json={"name": name})).json() for name in ("One", "Two")]
        await bob.post("/personas/", json={"name": "His"})
        assert (await ann.get("/export")).json()["personas"] == made

    async def test_of_somebody_without_conversations_is_empty(self, bob: httpx.AsyncClient) -> None:
        document = (await bob.get("/export")).json()
        assert (document["conversations"], document["is_complete"]) == ([], True)

    async def test_needs_a_sign_in(self, anonymous: httpx.AsyncClient) -> None:
        assert code_of(await anonymous.get("/export")) == (401, "invalid_credentials")

    async def test_leaves_out_what_is_deleted_while_it_is_written(
        self, ann: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ids = [await converse(ann, "Talk", "Hi") for _ in range(2)]
        messages = export_service._Reader.messages

        async def delete_before(reader: export_service._Reader, conversation_id: str) -> AsyncIterator[str]:
            if conversation_id == ids[0]:
                await ann.delete(f"/conversations/{conversation_id}")
            async for text in messages(reader, conversation_id):
                yield text

        monkeypatch.setattr(export_service._Reader, "messages", delete_before)
        document = (await ann.get("/export")).json()
        assert [len(one["messages"]) for one in document["conversations"]] == [0, 2]
        assert document["is_complete"] is True

    @pytest.mark.parametrize("reads_before", [0, 1, 2, 3, 4])
    async def test_says_so_when_the_storage_fails_midway(
        self, ann: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, reads_before: int
    ) -> None:
        monkeypatch.setattr(export_service, "MESSAGES_AT_ONCE", 2)
        await converse(ann, "Talk", "Hi", "Hi")
        read, reads = export_service._Reader._read, 0

        async def fail(reader: export_service._Reader, work: Work) -> Any:
            nonlocal reads
            reads += 1  # of the export alone: others read at the same time
            if reads > reads_before:
                raise DatabaseUnavailable()
            return await read(reader, work)

        monkeypatch.setattr(export_service._Reader, "_read", fail)
        document = (await ann.get("/export")).json()
        assert document["is_complete"] is False
        assert [len(one["messages"]) for one in document["conversations"]] == [[], [], [0], [2], [4]][reads_before]

    async def test_ends_with_the_session_and_holds_no_connection_meanwhile(
        self,
        ann: httpx.AsyncClient,
        server: RunningServer,
        token_for: TokenFor,
        sessions: FakeSessions,
        parts: Parts,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        for _ in range(3):
            await converse(ann, "Talk", "Hi")
        read, goes_on, has_begun = parts.database.read, asyncio.Event(), asyncio.Event()

        async def slow(work: Work) -> Any:
            found = await read(work)
            has_begun.set()
            await goes_on.wait()  # until the session's end cancels it
            return found

        monkeypatch.setattr(parts.database, "read", slow)
        headers = {"Authorization": f"Bearer {token_for('ann')}"}
        async with httpx.AsyncClient(base_url=f"http://{server.address}", headers=headers, timeout=30) as client:
            asking = asyncio.create_task(client.get("/export"))
            await has_begun.wait()
            assert parts.database.connections_in_use == 0
            sessions.end("ann")
            document = (await asking).json()
        assert document["is_complete"] is False
        assert document["conversations"] == []
