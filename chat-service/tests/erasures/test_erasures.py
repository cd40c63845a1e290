"""`/internal`: everything of a deleted person goes, and of nobody else."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from chat_server.db.costs import Budget, Reservation, Spending
from chat_server.db.models import (
    Conversation,
    ConversationTag,
    ErasedPerson,
    IdempotencyKey,
    Message,
    OutboxEvent,
    Persona,
    SearchEntry,
)
from chat_server.dependencies import Parts
from chat_server.erasures import service as erasure_service
from chat_server.llm.client import Price
from chat_server.prices.service import PriceService
from chat_testing.callers import Connect
from chat_testing.model import FakeModel
from chat_testing.problems import code_of
from chat_testing.stored import Stored
from chat_testing.waiting import eventually
from fastapi import FastAPI
from service_kit.clock import utc_now
from service_kit.events import ConversationDeleted
from service_kit.outbox import OutboxStore, write_event
from sqlalchemy import select, update

ORDER = {"erasure_id": "e-1", "user_id": "ann"}


@pytest.fixture
def auth(app: FastAPI, anonymous: httpx.AsyncClient) -> httpx.AsyncClient:
    """auth-service, calling."""
    token = app.state.token_codec.sign_service("auth-service")
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=anonymous._transport, base_url="http://chat", headers=headers)


async def erase(auth: httpx.AsyncClient, user_id: str = "ann") -> dict[str, int]:
    response = await auth.post("/internal/erasures", json=ORDER | {"user_id": user_id})
    assert response.status_code == 200, response.text
    report = response.json()
    assert report["erasure_id"] == "e-1"
    erased: dict[str, int] = report["erased"]
    return erased


async def converse(person: httpx.AsyncClient, **headers: str) -> str:
    """A new conversation with a question and its answer."""
    conversation_id = str((await person.post("/conversations/", json={}, headers=headers)).json()["id"])
    sent = await person.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})
    assert sent.status_code == 200, sent.text
    return conversation_id


async def everything(parts: Parts) -> str:
    """All that the tables hold, as text."""

    def read(session: Any) -> str:
        stored = (Conversation, ConversationTag, Message, SearchEntry, Budget, Spending, Reservation)
        kept = (IdempotencyKey, OutboxEvent, ErasedPerson)
        return str(
            [list(map(str, row)) for table in stored + kept for row in session.execute(select(*table.__table__.c))]
        )

    return await parts.database.read(read)


class TestWhoMay:
    @pytest.mark.parametrize(("method", "path"), [("POST", "/internal/erasures"), ("GET", "/internal/holdings/ann")])
    async def test_no_person_and_nobody(
        self, ann: httpx.AsyncClient, anonymous: httpx.AsyncClient, conversation_id: str, method: str, path: str
    ) -> None:
        for caller in (ann, anonymous):
            response = await caller.request(method, path, json=ORDER if method == "POST" else None)
            assert code_of(response) == (401, "invalid_credentials")
        assert (await ann.get(f"/conversations/{conversation_id}")).status_code == 200

    @pytest.mark.parametrize("body", [{}, ORDER | {"user_id": ""}, ORDER | {"user_id": "a b"}, ORDER | {"more": 1}])
    async def test_an_order_of_the_wrong_shape_is_refused(self, auth: httpx.AsyncClient, body: dict[str, Any]) -> None:
        assert (await auth.post("/internal/erasures", json=body)).status_code == 422


class TestErase:
    async def test_removes_all_of_one_person_and_nothing_of_others(
        self, auth: httpx.AsyncClient, ann: httpx.AsyncClient, bob: httpx.AsyncClient
    ) -> None:
        archived = await converse(ann)
        await ann.patch(f"/conversations/{archived}", json={"archived": True})
        await converse(ann)
        his = await converse(bob)
        assert await erase(auth) == {"conversations": 2, "messages": 4, "personas": 0}
        assert (await ann.get("/conversations/")).json() == []
        assert code_of(await ann.get(f"/conversations/{archived}")) == (404, "conversation_not_found")
        assert len((await bob.get(f"/conversations/{his}/messages")).json()) == 2

    async def test_takes_personas_along_and_leaves_conversations_that_others_began_with_a_shared_one(
        self, auth: httpx.AsyncClient, ann: httpx.AsyncClient, bob: httpx.AsyncClient, parts: Parts
    ) -> None:
        persona = (await ann.post("/personas/", json={"name": "Pirate", "system_prompt": "You are one."})).json()
        await bob.post("/personas/", json={"name": "His"})
        share = update(Persona).where(Persona.id == persona["id"]).values(is_shared=True)
        await parts.database.write(lambda session: session.execute(share))
        his = (await bob.post("/conversations/", json={"persona_id": persona["id"]})).json()
        assert (await auth.get("/internal/holdings/ann")).json()["holdings"]["personas"] == 1
        assert await erase(auth) == {"conversations": 0, "messages": 0, "personas": 1}
        assert await erase(auth) == {"conversations": 0, "messages": 0, "personas": 1}
        assert [one["name"] for one in (await bob.get("/personas/")).json()] == ["His"]
        assert (await bob.get(f"/conversations/{his['id']}")).json()["system_prompt"] == "You are one."

    async def test_goes_on_until_all_pieces_are_gone(
        self, auth: httpx.AsyncClient, ann: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(erasure_service, "CONVERSATIONS_AT_ONCE", 2)
        for _ in range(5):
            await converse(ann)
        assert await erase(auth) == {"conversations": 5, "messages": 10, "personas": 0}

    async def test_again_and_at_once_is_answered_alike(self, auth: httpx.AsyncClient, ann: httpx.AsyncClient) -> None:
        for _ in range(3):
            await converse(ann)
        reports = await asyncio.gather(*(erase(auth) for _ in range(5)))
        assert [*reports, await erase(auth)] == [{"conversations": 3, "messages": 6, "personas": 0}] * 6

    async def test_goes_on_where_a_crash_had_ended_it(
        self, auth: httpx.AsyncClient, ann: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(3):
            await converse(ann)
        with monkeypatch.context() as patch:
            patch.setattr(erasure_service, "CONVERSATIONS_AT_ONCE", 1)
            patch.setattr(erasure_service, "_erase_traces", lambda *_: 1 / 0)
            assert (await auth.post("/internal/erasures", json=ORDER)).status_code == 500
        assert await erase(auth) == {"conversations": 3, "messages": 6, "personas": 0}

    async def test_of_somebody_unknown_finds_nothing(self, auth: httpx.AsyncClient) -> None:
        assert await erase(auth, "nobody") == {"conversations": 0, "messages": 0, "personas": 0}

    async def test_leaves_no_trace_but_a_code(
        self,
        auth: httpx.AsyncClient,
        ann: httpx.AsyncClient,
        bob: httpx.AsyncClient,
        admin: httpx.AsyncClient,
        parts: Parts,
    ) -> None:
        await parts.database.write(lambda session: PriceService(session).record({"gpt-4": Price(10, 30)}))
        budget = {"scope": "person", "subject": "ann", "period": "day", "limit_usd": 1}
        assert (await admin.post("/budgets", json=budget, headers={"Idempotency-Key": "key-2"})).status_code == 200
        hers = await converse(ann, **{"Idempotency-Key": "key-1"})
        await ann.patch(f"/conversations/{hers}", json={"tags": ["private matter"], "folder": "Private"})
        await converse(bob, **{"Idempotency-Key": "key-1"})

        def refuse_one(session: Any) -> None:
            refused = ConversationDeleted(source="chat-service", user_id="ann", conversation_id="c")
            write_event(session, OutboxEvent, refused)
            session.get(OutboxEvent, refused.event_id).parked_at = utc_now()

        await parts.database.write(refuse_one)
        assert "ann" in await everything(parts)
        await erase(auth)
        outbox = OutboxStore(parts.database, OutboxEvent)  # what waits is delivered, and goes then
        await outbox.remove([event.event_id for event in await outbox.waiting(100)])
        left = await everything(parts)
        assert "'ann'" not in left
        assert '"ann"' not in left
        assert "rivate" not in left
        assert "conversations:ann" not in left
        assert "conversations:bob" in left

    async def test_writes_no_event_of_its_own(
        self, auth: httpx.AsyncClient, ann: httpx.AsyncClient, stored: Stored
    ) -> None:
        await converse(ann)
        before = await stored.events()
        await erase(auth)
        assert await stored.events() == before


class TestAfterwards:
    async def test_a_remembered_session_begins_nothing_new(
        self, auth: httpx.AsyncClient, ann: httpx.AsyncClient, conversation_id: str, parts: Parts
    ) -> None:
        await erase(auth)
        assert code_of(await ann.post("/conversations/", json={})) == (401, "invalid_credentials")
        sent = await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})
        assert code_of(sent) == (404, "conversation_not_found")
        holdings = (await auth.get("/internal/holdings/ann")).json()["holdings"]
        assert holdings == {"conversations": 0, "messages": 0, "personas": 0}

    async def test_conversations_that_begin_meanwhile_do_not_stay(
        self, auth: httpx.AsyncClient, ann: httpx.AsyncClient
    ) -> None:
        async def begin() -> int:
            return (await ann.post("/conversations/", json={})).status_code

        statuses = await asyncio.gather(*(begin() for _ in range(10)), _status(auth), *(begin() for _ in range(10)))
        assert set(statuses) <= {200, 401}
        assert (await ann.get("/conversations/")).json() == []


async def _status(auth: httpx.AsyncClient) -> int:
    return (await auth.post("/internal/erasures", json=ORDER)).status_code


class TestRunningAnswers:
    async def test_are_stopped_and_stored_before_they_go(
        self,
        auth: httpx.AsyncClient,
        connect: Connect,
        conversation_id: str,
        model: FakeModel,
        stored: Stored,
    ) -> None:
        model.hold()
        async with connect(conversation_id) as socket:
            await socket.say("Hi")
            answer = await model.answer()
            answer.say("Hel")
            await socket.until("delta")
            assert await erase(auth) == {"conversations": 1, "messages": 2, "personas": 0}
            await eventually(answer.left.is_set)
            ended = (await socket.until("message"))[-1]
        assert ended["status"] == "stopped"
        (event,) = [one for one in await stored.events("message_created") if one["role"] == "assistant"]
        assert event["status"] == "stopped", "its tokens are counted before the conversation goes"

    async def test_of_others_go_on(
        self, auth: httpx.AsyncClient, bob: httpx.AsyncClient, model: FakeModel, conversation_id: str
    ) -> None:
        model.hold()
        his = (await bob.post("/conversations/", json={})).json()["id"]
        asking = asyncio.create_task(bob.post(f"/conversations/{his}/messages", json={"content": "Hi"}))
        answer = await model.answer()
        await erase(auth)
        answer.say("Hello")
        answer.end()
        assert (await asking).json()["reply"]["status"] == "complete"


class TestHoldings:
    async def test_count_what_is_there(self, auth: httpx.AsyncClient, ann: httpx.AsyncClient) -> None:
        await converse(ann)
        await ann.post("/conversations/", json={})
        response = await auth.get("/internal/holdings/ann")
        assert json.loads(response.text) == {"holdings": {"conversations": 2, "messages": 2, "personas": 0}}
        assert (await auth.get("/internal/holdings/nobody")).json() == {
            "holdings": {"conversations": 0, "messages": 0, "personas": 0}
        }
