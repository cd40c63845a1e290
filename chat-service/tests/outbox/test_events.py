"""The events of what happened: written with it or not at all, and sent without anybody waiting."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from chat_server.llm.errors import ProviderTimeout
from chat_server.main import create_app
from chat_server.settings import ChatSettings
from chat_testing.analytics import FakeAnalytics
from chat_testing.callers import TokenFor
from chat_testing.faults import failing_commits
from chat_testing.model import FakeModel
from chat_testing.problems import code_of
from chat_testing.server import serving
from chat_testing.sessions import FakeSessions
from chat_testing.stored import Stored
from chat_testing.waiting import eventually
from service_kit.events import EventBatch
from service_kit.tokens import TokenCodec


class TestWritten:
    async def test_a_conversations_beginning_and_end(self, ann: httpx.AsyncClient, stored: Stored) -> None:
        made = (await ann.post("/conversations/", json={})).json()
        await ann.delete(f"/conversations/{made['id']}")
        events = await stored.events()

        assert [event["event_type"] for event in events] == ["conversation_created", "conversation_deleted"]
        assert {(event["user_id"], event["conversation_id"], event["source"]) for event in events} == {
            ("ann", made["id"], "chat-service")
        }

    async def test_both_messages_of_an_exchange(
        self, ann: httpx.AsyncClient, stored: Stored, conversation_id: str
    ) -> None:
        sent = (await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})).json()
        question, answer = await stored.events("message_created")

        assert (question["role"], question["message_id"], question["status"]) == ("user", sent["id"], "complete")
        assert (question["total_tokens"], question["response_time"], question["model"]) == (0, None, None)
        assert (answer["role"], answer["message_id"]) == ("assistant", sent["reply"]["id"])
        assert (answer["prompt_tokens"], answer["completion_tokens"], answer["total_tokens"]) == (12, 3, 15)
        assert (answer["model"], answer["status"], answer["user_id"]) == ("gpt-4", "complete", "ann")
        assert (question["provider"], answer["provider"]) == (None, "scripted")
        assert 0 <= answer["time_to_first_token"] <= answer["response_time"] < 10

    async def test_a_failed_answer_too(
        self, ann: httpx.AsyncClient, stored: Stored, conversation_id: str, model: FakeModel
    ) -> None:
        model.enter_error = ProviderTimeout()
        await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})
        answer = (await stored.events("message_created"))[1]

        assert (answer["status"], answer["total_tokens"], answer["time_to_first_token"]) == ("failed", 0, None)
        assert answer["provider"] == "scripted"

    async def test_analytics_understands_each(
        self, ann: httpx.AsyncClient, stored: Stored, conversation_id: str
    ) -> None:
        await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})
        await ann.delete(f"/conversations/{conversation_id}")
        events = await stored.events()
        batch = msgspec.convert({"events": events}, EventBatch, strict=False)

        assert len(batch.events) == 4
        assert len({event.event_id for event in batch.events}) == 4
        times = [event.occurred_at for event in batch.events]
        assert all(older <= newer for older, newer in itertools.pairwise(times))

    async def test_no_text_of_a_conversation_is_in_one(
        self, ann: httpx.AsyncClient, stored: Stored, model: FakeModel
    ) -> None:
        model.reply("sesame")
        body = {"title": "sesame", "system_prompt": "sesame"}
        made = (await ann.post("/conversations/", json=body)).json()
        await ann.post(f"/conversations/{made['id']}/messages", json={"content": "sesame"})

        assert "sesame" not in str(await stored.events())


class TestFailingCommit:
    """A commit that fails is told to the caller, and neither the row nor its event is there."""

    async def test_of_a_new_conversation(self, ann: httpx.AsyncClient, stored: Stored) -> None:
        with failing_commits():
            response = await ann.post("/conversations/", json={}, headers={"Idempotency-Key": "k1"})

        assert code_of(response) == (503, "database_unavailable")
        assert (await stored.count_of_conversations(), await stored.events()) == (0, [])
        assert (await ann.post("/conversations/", json={}, headers={"Idempotency-Key": "k1"})).status_code == 200

    async def test_of_a_change(self, ann: httpx.AsyncClient, conversation_id: str) -> None:
        before = (await ann.get(f"/conversations/{conversation_id}")).json()
        with failing_commits():
            response = await ann.patch(f"/conversations/{conversation_id}", json={"title": "New"})

        assert code_of(response) == (503, "database_unavailable")
        assert (await ann.get(f"/conversations/{conversation_id}")).json() == before

    async def test_of_a_deletion(self, ann: httpx.AsyncClient, conversation_id: str, stored: Stored) -> None:
        with failing_commits():
            response = await ann.delete(f"/conversations/{conversation_id}")

        assert code_of(response) == (503, "database_unavailable")
        assert (await ann.get(f"/conversations/{conversation_id}")).status_code == 200
        assert await stored.events("conversation_deleted") == []


class TestSending:
    """With a stand-in for analytics behind a real port."""

    @pytest.fixture
    def analytics(self) -> FakeAnalytics:
        return FakeAnalytics()

    @pytest.fixture
    async def setting_changes(self, analytics: FakeAnalytics) -> AsyncIterator[dict[str, Any]]:
        async with serving(analytics.app) as server:
            yield {"analytics_service_url": f"http://{server.address}"}

    async def test_each_is_sent_once_and_then_forgotten(
        self, ann: httpx.AsyncClient, conversation_id: str, analytics: FakeAnalytics, stored: Stored, app: Any
    ) -> None:
        await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})
        await eventually(lambda: len(analytics.of_type("message_created")) == 2)

        async def is_empty() -> bool:
            return await stored.events() == []

        await eventually(is_empty)
        ids = [event["event_id"] for event in analytics.events]
        assert len(ids) == len(set(ids))
        codec: TokenCodec = app.state.token_codec
        assert {codec.verify(token, "service").username for token in analytics.tokens} == {"chat-service"}

    async def test_a_request_is_told_by_its_routes_template(
        self, ann: httpx.AsyncClient, anonymous: httpx.AsyncClient, conversation_id: str, analytics: FakeAnalytics
    ) -> None:
        await ann.get(f"/conversations/{conversation_id}")
        await ann.get("/conversations/absent/messages", params={"limit": 1})
        await anonymous.get("/conversations/")
        await anonymous.get("/nowhere/at/all")
        await anonymous.get("/health")
        await eventually(lambda: len(analytics.of_type("api_request")) == 5)

        requests = analytics.of_type("api_request")
        told = [(event["method"], event["endpoint"], event["status_code"], event["user_id"]) for event in requests]
        assert told == [
            ("POST", "/conversations/", 200, "ann"),
            ("GET", "/conversations/{conversation_id}", 200, "ann"),
            ("GET", "/conversations/{conversation_id}/messages", 404, "ann"),
            ("GET", "/conversations/", 401, ""),
            ("GET", "(unmatched)", 404, ""),
        ]
        assert conversation_id not in str(requests)
        assert all(0 <= event["response_time"] < 10 for event in requests)

    async def test_while_analytics_is_down_nothing_suffers_and_nothing_is_lost(
        self, ann: httpx.AsyncClient, conversation_id: str, analytics: FakeAnalytics, stored: Stored
    ) -> None:
        analytics.is_down = True
        for number in range(5):
            url = f"/conversations/{conversation_id}/messages"
            async with asyncio.timeout(5):
                assert (await ann.post(url, json={"content": f"message {number}"})).status_code == 200
        analytics.is_down = False
        await eventually(lambda: len(analytics.of_type("message_created")) == 10, within_seconds=15)

        assert len({event["event_id"] for event in analytics.events}) == len(analytics.events)

    async def test_what_was_not_sent_before_a_restart_is_sent_after_it(
        self, settings: ChatSettings, model: FakeModel, token_for: TokenFor, analytics: FakeAnalytics
    ) -> None:
        analytics.is_down = True
        app = create_app(settings, model, FakeSessions())
        headers = {"Authorization": f"Bearer {token_for('ann')}"}
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://chat", headers=headers) as client:
                made = (await client.post("/conversations/", json={})).json()
        analytics.is_down = False
        again = create_app(settings, FakeModel(), FakeSessions())
        async with again.router.lifespan_context(again):
            await eventually(lambda: len(analytics.of_type("conversation_created")) == 1)

        assert analytics.of_type("conversation_created")[0]["conversation_id"] == made["id"]


class TestAnalyticsOutOfReach:
    """Nobody listens at the address: the usual settings of these tests."""

    async def test_requests_are_as_quick_as_ever(self, ann: httpx.AsyncClient, stored: Stored) -> None:
        async with asyncio.timeout(5):
            for _ in range(20):
                assert (await ann.post("/conversations/", json={})).status_code == 200

        assert len(await stored.events("conversation_created")) == 20
