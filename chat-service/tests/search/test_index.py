"""What the index holds: ended texts alone, kept without a write more than needed, and nothing of what was deleted."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest
from chat_server.db import full_text
from chat_server.dependencies import Parts
from chat_server.search import tidying
from chat_testing.callers import Connect
from chat_testing.model import FakeModel
from chat_testing.stored import Stored
from chat_testing.waiting import eventually
from fastapi import FastAPI
from service_kit.database import Database
from sqlalchemy import text

FTS_FILES = ("search_words_data", "search_words_idx", "search_words_docsize", "search_words_config")


async def rows(database: Database, sql: str) -> list[Any]:
    return await database.read(lambda session: [tuple(row) for row in session.execute(text(sql))])


async def holds(parts: Parts, word: str) -> bool:
    """Whether any table of the index has the word: its end, because FTS5 stores a beginning once for several."""
    found = [row for table in FTS_FILES for row in await rows(parts.database, f"SELECT * FROM {table}")]  # noqa: S608
    values = [value if isinstance(value, bytes) else str(value).encode() for row in found for value in row]
    return any(word[2:].encode() in value for value in values)


async def is_sound(parts: Parts) -> bool:
    """Whether the index agrees with the messages: an entry for each that has ended with a text, and no other."""
    check = "INSERT INTO search_words (search_words) VALUES ('integrity-check')"
    await parts.database.write(lambda session: session.execute(text(check)))
    entries = await rows(parts.database, "SELECT message_id FROM search_entries ORDER BY 1")
    ended = "SELECT id FROM messages WHERE status <> 'streaming' AND content <> '' ORDER BY 1"
    numbers = await rows(parts.database, "SELECT number FROM search_entries ORDER BY 1")
    return entries == await rows(parts.database, ended) and numbers == await rows(
        parts.database, "SELECT id FROM search_words_docsize ORDER BY 1"
    )


async def say(person: httpx.AsyncClient, *contents: str) -> str:
    conversation_id = str((await person.post("/conversations/", json={})).json()["id"])
    for content in contents:
        assert (await person.post(f"/conversations/{conversation_id}/messages", json={"content": content})).is_success
    return conversation_id


async def count(person: httpx.AsyncClient, q: str) -> int:
    return len((await person.get("/search", params={"q": q})).json())


@pytest.fixture
def auth(app: FastAPI, anonymous: httpx.AsyncClient) -> httpx.AsyncClient:
    """auth-service, calling."""
    headers = {"Authorization": f"Bearer {app.state.token_codec.sign_service('auth-service')}"}
    return httpx.AsyncClient(transport=anonymous._transport, base_url="http://chat", headers=headers)


@pytest.mark.sqlite  # its index of words
class TestStreaming:
    async def test_an_answer_is_found_once_it_has_ended(
        self,
        ann: httpx.AsyncClient,
        connect: Connect,
        conversation_id: str,
        model: FakeModel,
        parts: Parts,
        stored: Stored,
    ) -> None:
        model.hold()
        async with connect(conversation_id) as socket:
            await socket.say("Hi")
            answer = await model.answer()
            answer.say("zanzibar", " is")
            await socket.until("delta")

            async def is_saved(word: str) -> bool:
                return word in (await stored.answer(conversation_id)).content

            await eventually(lambda: is_saved("is"))
            before = await rows(parts.database, "SELECT id, block FROM search_words_data")
            answer.say(" far")
            await eventually(lambda: is_saved("far"))
            assert await rows(parts.database, "SELECT id, block FROM search_words_data") == before, (
                "saving costs nothing"
            )
            assert await count(ann, "zanzibar") == 0
            answer.end()
            await socket.until("message")
        assert await count(ann, "zanzibar") == 1
        assert await is_sound(parts)

    async def test_a_failed_answer_is_found_by_what_had_come(
        self, ann: httpx.AsyncClient, conversation_id: str, model: FakeModel, parts: Parts
    ) -> None:
        model.hold()
        asking = asyncio.create_task(ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"}))
        answer = await model.answer()
        answer.say("zanzibar")
        answer.fail(RuntimeError("gone"))
        assert (await asking).status_code >= 500
        assert await count(ann, "zanzibar") == 1
        assert await is_sound(parts)

    async def test_one_that_failed_without_a_word_is_not_in_it(
        self, ann: httpx.AsyncClient, conversation_id: str, model: FakeModel, parts: Parts
    ) -> None:
        model.enter_error = RuntimeError("gone")
        await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})
        assert await is_sound(parts)
        assert (await ann.delete(f"/conversations/{conversation_id}")).status_code == 200
        assert await is_sound(parts)

    async def test_a_text_that_is_changed_after_all_is_found_by_the_new_one(
        self, ann: httpx.AsyncClient, parts: Parts
    ) -> None:
        """Nothing does so today; if something does, the index must not break."""
        await say(ann, "oldword")
        change = "UPDATE messages SET content = 'newword' WHERE content = 'oldword'"
        await parts.database.write(lambda session: session.execute(text(change)))
        assert (await count(ann, "oldword"), await count(ann, "newword")) == (0, 1)
        assert await is_sound(parts)


@pytest.mark.sqlite  # its index of words
class TestDeletion:
    async def test_of_a_conversation_takes_its_words_out(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, parts: Parts
    ) -> None:
        gone, stays = await say(ann, "quixotic question"), await say(bob, "perennial question")
        assert await holds(parts, "quixotic")
        await ann.delete(f"/conversations/{gone}")
        assert await count(ann, "quixotic") == 0
        await parts.search_tidier.tidy()
        assert not await holds(parts, "quixotic")
        assert not await holds(parts, b"ann".hex())
        assert await holds(parts, "perennial")
        assert await count(bob, "perennial question") == 1
        assert (await bob.get(f"/conversations/{stays}")).status_code == 200
        assert await is_sound(parts)

    async def test_of_a_large_index_is_whole_too(
        self, ann: httpx.AsyncClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tidying, "PAGES_AT_ONCE", 2)
        for number in range(20):
            words = " ".join(f"w{number}x{one}" for one in range(1_500))
            await say(ann, words)
        gone = await say(ann, "quixotic")
        await ann.delete(f"/conversations/{gone}")
        await parts.search_tidier.tidy()
        assert not await holds(parts, "quixotic")
        assert await rows(parts.database, "SELECT * FROM search_leftovers") == []
        assert await count(ann, "w7x777") == 1
        assert await is_sound(parts)

    async def test_while_it_is_tidied_is_tidied_next(self, ann: httpx.AsyncClient, parts: Parts) -> None:
        ids = [await say(ann, f"quixotic{number}") for number in range(6)]
        await ann.delete(f"/conversations/{ids[0]}")
        await asyncio.gather(
            parts.search_tidier.tidy(),
            *(ann.delete(f"/conversations/{one}") for one in ids),
            parts.search_tidier.tidy(),
        )
        await parts.search_tidier.tidy()
        assert not await holds(parts, "quixotic")
        assert await is_sound(parts)

    async def test_of_a_person_takes_all_their_words_out(
        self, auth: httpx.AsyncClient, ann: httpx.AsyncClient, bob: httpx.AsyncClient, parts: Parts
    ) -> None:
        for number in range(30):
            await say(ann, f"quixotic {number}")
        await say(bob, "perennial")
        response = await auth.post("/internal/erasures", json={"erasure_id": "e-1", "user_id": "ann"})
        assert response.json()["erased"] == {"conversations": 30, "messages": 60, "personas": 0}
        assert not await holds(parts, "quixotic"), "at once, when the receipt is given"
        assert not await holds(parts, b"ann".hex())
        assert await rows(parts.database, "SELECT DISTINCT user_id FROM search_entries") == [("bob",)]
        assert await count(bob, "perennial") == 1
        assert await is_sound(parts)


@pytest.mark.sqlite  # its index of words
class TestTidier:
    @pytest.fixture(autouse=True)
    def _soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tidying, "TIDY_SECONDS", 0.05)

    async def test_tidies_by_itself(self, ann: httpx.AsyncClient, parts: Parts) -> None:
        gone = await say(ann, "quixotic question")
        await ann.delete(f"/conversations/{gone}")

        async def is_gone() -> bool:
            return not await holds(parts, "quixotic")

        await eventually(is_gone)

    async def test_goes_on_after_a_failure(
        self, ann: httpx.AsyncClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        failures: list[int] = []

        async def fail() -> None:
            failures.append(1)
            raise OSError("disk full")

        monkeypatch.setattr(parts.search_tidier, "tidy", fail)
        await eventually(lambda: len(failures) > 1)


class TestStart:
    def test_without_fts5_says_what_to_do(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        class Without:
            def execute(self, _sql: str) -> None:
                raise sqlite3.OperationalError("no such module: fts5")

            def close(self) -> None:
                return None

        monkeypatch.setattr(sqlite3, "connect", lambda _path: Without())
        with pytest.raises(RuntimeError, match="without FTS5"):
            full_text.require_full_text(f"sqlite:///{tmp_path}/chat.db")
        full_text.require_full_text("postgresql+psycopg://host/name")
