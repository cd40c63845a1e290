"""POST /conversations/{id}/messages, answered as JSON."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_server.llm.client import ModelMessage
from chat_server.llm.errors import ProviderUnavailable
from chat_testing.model import FakeModel
from chat_testing.problems import ABSENT_ID, SAME_REQUEST, code_of, exactly, fields_of
from chat_testing.stored import Stored

FIELDS = {
    "id",
    "conversation_id",
    "role",
    "content",
    "status",
    "model",
    "usage",
    "finish_reason",
    "timestamp",
    "client_id",
    "in_reply_to",
    "parent_id",
    "sibling_ids",
    "seq",
    "cost",
    "error",
    "feedback",
    "context",
    "reasoning",
}


@pytest.fixture
def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}/messages"


class TestSend:
    async def test_it_answers_both_messages(self, ann: httpx.AsyncClient, url: str, conversation_id: str) -> None:
        response = await ann.post(url, json={"content": "  Hi\nthere ", "role": "user", "client_id": "c1"})

        assert response.status_code == 200
        question = response.json()
        reply = question.pop("reply")
        assert question.keys() == reply.keys() == FIELDS
        assert (question["role"], question["content"], question["client_id"]) == ("user", "  Hi\nthere ", "c1")
        assert (question["status"], question["seq"], question["usage"]) == ("complete", 0, None)
        assert (reply["role"], reply["content"], reply["status"]) == ("assistant", "Hello there.", "complete")
        assert (reply["in_reply_to"], reply["model"], reply["finish_reason"]) == (question["id"], "gpt-4", "stop")
        assert reply["usage"] == {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}
        assert (reply["seq"], reply["error"]) == (3, None)
        assert question["conversation_id"] == reply["conversation_id"] == conversation_id

    async def test_history_has_both_afterwards(self, ann: httpx.AsyncClient, url: str) -> None:
        question = (await ann.post(url, json={"content": "Hi"})).json()
        reply = question.pop("reply")

        assert (await ann.get(url)).json() == [question, reply]

    async def test_the_conversation_counts_them(self, ann: httpx.AsyncClient, url: str, conversation_id: str) -> None:
        await ann.post(url, json={"content": "Hi"})
        conversation = (await ann.get(f"/conversations/{conversation_id}")).json()

        assert conversation["message_count"] == 2
        assert conversation["last_message_at"] is not None

    async def test_the_first_message_names_a_conversation_without_name(
        self, ann: httpx.AsyncClient, url: str, conversation_id: str
    ) -> None:
        await ann.post(url, json={"content": "Where is Rome?"})
        await ann.post(url, json={"content": "And Paris?"})

        assert (await ann.get(f"/conversations/{conversation_id}")).json()["title"] == "Where is Rome?"

    async def test_a_given_name_stays(self, ann: httpx.AsyncClient) -> None:
        made = (await ann.post("/conversations/", json={"title": "Trip"})).json()
        await ann.post(f"/conversations/{made['id']}/messages", json={"content": "Where is Rome?"})

        assert (await ann.get(f"/conversations/{made['id']}")).json()["title"] == "Trip"

    async def test_its_own_conversation_id_in_the_body_is_fine(
        self, ann: httpx.AsyncClient, url: str, conversation_id: str
    ) -> None:
        assert (await ann.post(url, json={"content": "Hi", "conversation_id": conversation_id})).status_code == 200

    async def test_an_answer_may_be_empty(self, ann: httpx.AsyncClient, url: str, model: FakeModel) -> None:
        model.reply()
        reply = (await ann.post(url, json={"content": "Hi"})).json()["reply"]

        assert (reply["content"], reply["status"], reply["seq"]) == ("", "complete", 0)

    async def test_the_longest_message_fits(self, ann: httpx.AsyncClient, url: str) -> None:
        assert (await ann.post(url, json={"content": "ä" * 32_000})).status_code == 200


class TestRefusals:
    # Whitespace alone was stored and answered.
    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "body.content"),
            ({"content": ""}, "body.content"),
            ({"content": " \n\t\u2003"}, "body.content"),
            ({"content": "x" * 32_001}, "body.content"),
            ({"content": None}, "body.content"),
            ({"content": ["Hi"]}, "body.content"),
            ({"content": "a\x00b"}, "body.content"),
            ({"content": "Hi", "role": "assistant"}, "body.role"),
            ({"content": "Hi", "role": "system"}, "body.role"),
            ({"content": "Hi", "conversation_id": ABSENT_ID}, "body.conversation_id"),
            ({"content": "Hi", "client_id": ""}, "body.client_id"),
            ({"content": "Hi", "client_id": "x" * 256}, "body.client_id"),
            ({"content": "Hi", "client_id": "a\x00b"}, "body.client_id"),
            ({"content": "Hi", "model": ""}, "body.model"),
        ],
        ids=lambda value: str(value)[:40],
    )
    async def test_a_wrong_shape_is_named_and_nothing_is_stored(
        self,
        ann: httpx.AsyncClient,
        url: str,
        stored: Stored,
        conversation_id: str,
        model: FakeModel,
        body: dict[str, Any],
        field: str,
    ) -> None:
        response = await ann.post(url, json=body)

        assert code_of(response) == (422, "invalid_input")
        assert fields_of(response) == [field]
        assert await stored.messages(conversation_id) == []
        assert model.answers == []

    async def test_half_a_character_is_refused(self, ann: httpx.AsyncClient, url: str) -> None:
        headers = {"Content-Type": "application/json"}
        response = await ann.post(url, content=rb'{"content": "\ud83d"}', headers=headers)

        assert code_of(response) == (422, "invalid_input")

    async def test_a_model_that_is_not_on_offer_is_refused(
        self, ann: httpx.AsyncClient, url: str, stored: Stored, conversation_id: str
    ) -> None:
        response = await ann.post(url, json={"content": "Hi", "model": "gpt-99"})

        assert code_of(response) == (422, "unknown_model")
        assert await stored.messages(conversation_id) == []

    async def test_an_anonymous_caller_is_refused(self, anonymous: httpx.AsyncClient, url: str) -> None:
        assert code_of(await anonymous.post(url, json={"content": "Hi"})) == (401, "invalid_credentials")

    @pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
    async def test_another_persons_conversation_looks_absent(
        self, bob: httpx.AsyncClient, url: str, stored: Stored, conversation_id: str, accept: str
    ) -> None:
        headers = SAME_REQUEST | {"Accept": accept}
        others = await bob.post(url, json={"content": "Hi"}, headers=headers)
        absent = await bob.post(f"/conversations/{ABSENT_ID}/messages", json={"content": "Hi"}, headers=headers)

        assert code_of(others) == (404, "conversation_not_found")
        assert exactly(others) == exactly(absent)
        assert await stored.messages(conversation_id) == []

    @pytest.mark.parametrize(
        "more",
        [
            {"id": "mine"},
            {"user_id": "bob"},
            {"usage": {"total_tokens": 10**9}},
            {"status": "failed"},
            {"timestamp": "2020-01-01T00:00:00Z"},
            {"seq": 7},
            {"reply": {"content": "forged"}},
            {"in_reply_to": "other"},
        ],
        ids=str,
    )
    async def test_what_the_service_decides_has_no_effect(
        self, ann: httpx.AsyncClient, url: str, more: dict[str, Any]
    ) -> None:
        question = (await ann.post(url, json={"content": "Hi"} | more)).json()

        assert question["reply"]["content"] == "Hello there."
        assert all(question.get(name) != value for name, value in more.items())
        assert question["status"] == "complete"


class TestRepetition:
    async def test_the_same_client_id_is_stored_and_answered_once(
        self, ann: httpx.AsyncClient, url: str, stored: Stored, conversation_id: str, model: FakeModel
    ) -> None:
        first = await ann.post(url, json={"content": "Hi", "client_id": "c1"})
        again = await ann.post(url, json={"content": "Hi", "client_id": "c1"})

        assert again.json() == first.json()
        assert len(await stored.messages(conversation_id)) == 2
        assert len(model.answers) == 1

    async def test_ten_at_once_are_one(
        self, ann: httpx.AsyncClient, url: str, stored: Stored, conversation_id: str, model: FakeModel
    ) -> None:
        responses = await asyncio.gather(*(ann.post(url, json={"content": "Hi", "client_id": "c1"}) for _ in range(10)))

        assert {response.status_code for response in responses} == {200}
        assert len({response.content for response in responses}) == 1
        assert len(await stored.messages(conversation_id)) == 2
        assert len(model.answers) == 1
        assert len(await stored.events("message_created")) == 2

    async def test_a_client_id_with_another_text_is_refused(
        self, ann: httpx.AsyncClient, url: str, stored: Stored, conversation_id: str
    ) -> None:
        await ann.post(url, json={"content": "Hi", "client_id": "c1"})
        response = await ann.post(url, json={"content": "Bye", "client_id": "c1"})

        assert code_of(response) == (422, "client_id_reused")
        assert fields_of(response) == ["client_id"]
        assert len(await stored.messages(conversation_id)) == 2

    async def test_a_client_id_belongs_to_its_conversation(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        other = (await ann.post("/conversations/", json={})).json()["id"]
        first = await ann.post(url, json={"content": "Hi", "client_id": "c1"})
        second = await ann.post(f"/conversations/{other}/messages", json={"content": "Hi", "client_id": "c1"})

        assert first.json()["id"] != second.json()["id"]
        assert len(model.answers) == 2

    async def test_an_idempotency_key_does_the_same(
        self, ann: httpx.AsyncClient, url: str, stored: Stored, conversation_id: str
    ) -> None:
        headers = {"Idempotency-Key": "k1"}
        first = await ann.post(url, json={"content": "Hi"}, headers=headers)
        again = await ann.post(url, json={"content": "Hi"}, headers=headers)
        other = await ann.post(url, json={"content": "Bye"}, headers=headers)

        assert again.json() == first.json()
        assert code_of(other) == (422, "client_id_reused")
        assert len(await stored.messages(conversation_id)) == 2

    async def test_messages_without_either_are_each_their_own(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        await ann.post(url, json={"content": "Hi"})
        await ann.post(url, json={"content": "Hi"})

        assert len(model.answers) == 2


class TestOneAtATime:
    async def test_of_two_at_once_one_is_answered_and_one_is_busy(
        self, ann: httpx.AsyncClient, url: str, stored: Stored, conversation_id: str, model: FakeModel
    ) -> None:
        model.hold()
        sends = [asyncio.create_task(ann.post(url, json={"content": text})) for text in ("first", "second")]
        answer = await model.answer()
        refused, _ = await asyncio.wait(sends, return_when=asyncio.FIRST_COMPLETED)
        answer.end()
        responses = await asyncio.gather(*sends)

        assert sorted(response.status_code for response in responses) == [200, 409]
        assert code_of(refused.pop().result()) == (409, "busy")
        assert len(await stored.messages(conversation_id)) == 2

    async def test_other_conversations_are_not_held_up(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        other = (await ann.post("/conversations/", json={})).json()["id"]
        model.hold()
        first = asyncio.create_task(ann.post(url, json={"content": "slow"}))
        slow = await model.answer(1)
        model.reply("quick")
        second = await ann.post(f"/conversations/{other}/messages", json={"content": "hi"})
        slow.end()

        assert second.json()["reply"]["content"] == "quick"
        assert (await first).status_code == 200

    async def test_after_the_answer_the_next_message_is_taken(self, ann: httpx.AsyncClient, url: str) -> None:
        for number in range(3):
            assert (await ann.post(url, json={"content": f"message {number}"})).status_code == 200


class TestWhatTheModelSees:
    async def test_of_200_messages_it_sees_the_prompt_and_the_newest_ten(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        for number in range(100):
            model.reply(f"answer {number}")
            await ann.post(url, json={"content": f"question {number}"})
        await ann.post(url, json={"content": "the newest question"})

        seen = model.answers[-1].request.messages
        expected = [ModelMessage("system", "You are a helpful AI assistant."), ModelMessage("assistant", "answer 95")]
        for number in range(96, 100):
            expected += [ModelMessage("user", f"question {number}"), ModelMessage("assistant", f"answer {number}")]
        assert list(seen) == [*expected, ModelMessage("user", "the newest question")]

    async def test_an_answer_that_failed_or_is_empty_is_left_out(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        model.hold()
        failing = asyncio.create_task(ann.post(url, json={"content": "one"}))
        answer = await model.answer(1)
        answer.say("half an answer")
        answer.fail(ProviderUnavailable())
        await failing
        model.reply()
        await ann.post(url, json={"content": "two"})
        await ann.post(url, json={"content": "three"})

        seen = [message.content for message in model.answers[-1].request.messages]
        assert seen == ["You are a helpful AI assistant.", "one", "two", "three"]

    async def test_the_conversations_own_prompt_takes_the_place_of_the_default(
        self, ann: httpx.AsyncClient, model: FakeModel
    ) -> None:
        made = (await ann.post("/conversations/", json={"system_prompt": "Sing."})).json()
        await ann.post(f"/conversations/{made['id']}/messages", json={"content": "Hi"})

        assert model.answers[0].request.messages == [ModelMessage("system", "Sing."), ModelMessage("user", "Hi")]

    async def test_the_settings_decide_temperature_and_length(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        await ann.post(url, json={"content": "Hi"})

        request = model.answers[0].request
        assert (request.temperature, request.max_tokens) == (0.7, 500)

    async def test_the_messages_model_beats_the_conversations_beats_the_default(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, conversation_id: str
    ) -> None:
        await ann.post(url, json={"content": "one"})
        await ann.patch(f"/conversations/{conversation_id}", json={"model": "gpt-4-mini"})
        await ann.post(url, json={"content": "two"})
        await ann.post(url, json={"content": "three", "model": "gpt-4"})

        assert [answer.request.model for answer in model.answers] == ["gpt-4", "gpt-4-mini", "gpt-4"]


class TestOtherContextLengths:
    @pytest.fixture
    def setting_changes(self) -> dict[str, Any]:
        return {"context_messages": 1, "system_prompt": "Short.", "openai_model": "gpt-4-mini"}

    async def test_the_settings_decide(self, ann: httpx.AsyncClient, url: str, model: FakeModel) -> None:
        await ann.post(url, json={"content": "one"})
        await ann.post(url, json={"content": "two"})

        request = model.answers[-1].request
        assert list(request.messages) == [ModelMessage("system", "Short."), ModelMessage("user", "two")]
        assert request.model == "gpt-4-mini"
