"""`/v1`: what clients of the OpenAI API send and get."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from chat_server.db.models import Message
from chat_server.dependencies import Parts
from chat_server.llm.client import ModelMessage, Usage
from chat_server.llm.errors import ProviderBadResponse, ProviderUnavailable
from chat_server.settings import ChatSettings
from chat_testing.completions import events_of, words_of
from chat_testing.model import FakeModel
from chat_testing.money import Books
from chat_testing.server import RunningServer
from chat_testing.sessions import FakeSessions
from chat_testing.stored import Stored
from chat_testing.waiting import eventually
from service_kit.api_keys import ApiKeyCodec
from sqlalchemy import func, select

URL = "/v1/chat/completions"
HI: Any = {"model": "gpt-4", "messages": [{"role": "user", "content": "Hi"}]}
EVERYBODY = ("platform", "")


@pytest.fixture
def streaming(server: RunningServer, token_for: Callable[..., str]) -> Callable[..., httpx.AsyncClient]:
    """A client behind a real port: what it leaves is noticed."""

    def client() -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token_for('ann')}"}
        return httpx.AsyncClient(base_url=f"http://{server.address}", headers=headers)

    return client


class TestModels:
    async def test_are_those_on_offer(self, ann: httpx.AsyncClient) -> None:
        body = (await ann.get("/v1/models")).json()
        assert (body["object"], [model["id"] for model in body["data"]]) == ("list", ["gpt-4", "gpt-4-mini"])
        assert (await ann.get("/v1/models/gpt-4")).json() == body["data"][0]
        assert body["data"][0] == {"id": "gpt-4", "object": "model", "created": 0, "owned_by": "convoai"}

    async def test_of_another_name_are_not_found(self, ann: httpx.AsyncClient) -> None:
        for answer in (
            await ann.get("/v1/models/one/gpt-5"),
            await ann.post(URL, json=HI | {"model": "gpt-5"}),
        ):
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")


class TestWhoMay:
    @pytest.mark.parametrize("stream", [False, True])
    async def test_nobody_without_credentials(self, anonymous: httpx.AsyncClient, stream: bool) -> None:
        answer = await anonymous.post(URL, json=HI | {"stream": stream})
        error = answer.json()["error"]
        assert (answer.status_code, error["type"], error["code"]) == (
            401,
            "authentication_error",
            "invalid_credentials",
        )
        assert error["message"] == answer.json()["detail"]
        assert (await anonymous.get("/v1/models")).status_code == 401

    async def test_a_key_with_the_scope_of_the_chat(
        self, anonymous: httpx.AsyncClient, sessions: FakeSessions, settings: ChatSettings
    ) -> None:
        codec = ApiKeyCodec(settings.auth_secret_key.get_secret_value())
        for scope, status in (("chat", 200), ("analytics:read", 403)):
            key = sessions.give_key(codec, "ann", scope)
            answer = await anonymous.post(URL, json=HI, headers={"Authorization": f"Bearer {key}"})
            assert answer.status_code == status, answer.text


class TestWhole:
    async def test_is_a_completion(self, ann: httpx.AsyncClient, model: FakeModel) -> None:
        answer = (await ann.post(URL, json=HI)).json()
        assert answer.pop("id").startswith("chatcmpl-")
        assert isinstance(answer.pop("created"), int)
        message = {"role": "assistant", "content": "Hello there.", "refusal": None}
        assert answer == {
            "object": "chat.completion",
            "model": "gpt-4",
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15},
            "system_fingerprint": None,
            "context": {"messages": 1, "left_out": 0, "prompt_tokens": 7, "window_tokens": None},
        }
        assert model.answers[0].left.is_set()

    async def test_asks_what_it_was_asked(self, ann: httpx.AsyncClient, model: FakeModel) -> None:
        messages = [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "One"}, {"type": "text", "text": " two"}]},
            {"role": "assistant", "content": "Three", "name": "a"},
            {"role": "user", "content": "Four"},
        ]
        options = {"top_p": 0.5, "stop": ["END"], "seed": 7, "temperature": 0, "max_completion_tokens": 9}
        assert (await ann.post(URL, json={"messages": messages, "user": "x"} | options)).status_code == 200
        request = model.answers[0].request
        assert list(request.messages) == [
            ModelMessage("system", "Be brief."),
            ModelMessage("user", "One two"),
            ModelMessage("assistant", "Three"),
            ModelMessage("user", "Four"),
        ]
        assert (request.model, request.temperature, request.max_tokens) == ("gpt-4", 0.0, 9)
        assert request.options == {"top_p": 0.5, "stop": ["END"], "seed": 7}

    @pytest.mark.parametrize(
        ("wrong", "parameter"),
        [
            ({"messages": []}, "messages"),
            ({"messages": [{"role": "user"}]}, "messages.0.content"),
            ({"messages": [{"role": "tool", "content": "x"}]}, "messages.0.role"),
            ({"n": 2}, "n"),
            ({"temperature": 3}, "temperature"),
            ({"tools": [{"type": "function"}]}, None),
            ({"max_tokens": 0}, "max_tokens"),
        ],
    )
    async def test_of_what_cannot_be_done_is_refused(
        self, ann: httpx.AsyncClient, model: FakeModel, wrong: dict[str, Any], parameter: str | None
    ) -> None:
        answer = await ann.post(URL, json=HI | wrong)
        error = answer.json()["error"]
        assert (answer.status_code, error["type"], error["param"]) == (422, "invalid_request_error", parameter)
        assert answer.headers["x-should-retry"] == "false"
        assert model.answers == []

    async def test_failure_has_its_status(self, ann: httpx.AsyncClient, model: FakeModel) -> None:
        model.enter_error = ProviderUnavailable()
        for stream in (False, True):
            answer = await ann.post(URL, json=HI | {"stream": stream})
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "provider_unavailable")
            assert "Retry-After" in answer.headers


class TestStream:
    async def test_is_chunks(self, ann: httpx.AsyncClient) -> None:
        answer = await ann.post(URL, json=HI | {"stream": True, "stream_options": {"include_usage": True}})
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = events_of(answer.text)
        assert events[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
        assert words_of(events) == "Hello there."
        assert events[-3]["choices"][0]["finish_reason"] == "stop"
        assert (events[-2]["choices"], events[-2]["usage"]["total_tokens"]) == ([], 15)
        assert events[-1] == "[DONE]"
        assert {event["object"] for event in events[:-1]} == {"chat.completion.chunk"}
        assert len({event["id"] for event in events[:-1]}) == 1

    async def test_tells_no_usage_unless_asked(self, ann: httpx.AsyncClient) -> None:
        events = events_of((await ann.post(URL, json=HI | {"stream": True})).text)
        assert all(event["choices"] for event in events[:-1])

    async def test_that_breaks_off_ends_with_an_error(self, ann: httpx.AsyncClient, model: FakeModel) -> None:
        model.hold()
        sending = asyncio.create_task(ann.post(URL, json=HI | {"stream": True}))
        answer = await model.answer()
        answer.say("Hello")
        answer.fail(ProviderBadResponse())
        *chunks, last = events_of((await sending).text)
        assert words_of([*chunks, None]) == "Hello"
        assert last["error"]["code"] == "provider_bad_response"

    async def test_that_is_left_ends_at_the_model_and_is_paid(
        self, streaming: Callable[..., httpx.AsyncClient], model: FakeModel, books: Books, stored: Stored
    ) -> None:
        model.hold()
        async with streaming() as client:
            request = client.build_request("POST", URL, json=HI | {"stream": True})
            sending = asyncio.create_task(client.send(request, stream=True))
            answer = await model.answer()
            answer.say("Hello " * 20)
            response = await sending
            texts = response.aiter_text()  # held: one that is dropped closes the response
            await anext(texts)
            assert len(await books.reserved()) == 1
            await response.aclose()
        await asyncio.wait_for(answer.left.wait(), 10)
        await eventually(lambda: has_none(books))
        assert (await books.spent())["person", "ann"] > 30_000 * 20
        statuses = [event["status"] for event in await stored.events("message_created")]
        assert statuses == ["complete", "stopped"]

    async def test_that_is_left_while_the_model_thinks_pays_for_the_thoughts(
        self, streaming: Callable[..., httpx.AsyncClient], model: FakeModel, books: Books, stored: Stored
    ) -> None:
        # Only the words were estimated: a model that thought for minutes cost its caller nothing but the prompt.
        model.hold()
        async with streaming() as client:
            request = client.build_request("POST", URL, json=HI | {"stream": True})
            sending = asyncio.create_task(client.send(request, stream=True))
            answer = await model.answer()
            answer.think("Let me see. " * 20)
            await (await sending).aclose()
        await asyncio.wait_for(answer.left.wait(), 10)
        await eventually(lambda: has_none(books))
        assert (await books.spent())["person", "ann"] > 30_000 * 60
        told = (await stored.events("message_created"))[-1]
        assert (told["status"], told["time_to_first_token"] is not None) == ("stopped", True)

    async def test_that_breaks_off_while_the_model_thinks_has_begun(
        self, ann: httpx.AsyncClient, model: FakeModel, books: Books
    ) -> None:
        model.hold()
        sending = asyncio.create_task(ann.post(URL, json=HI | {"stream": True}))
        answer = await model.answer()
        answer.think("Let me see. " * 20)
        answer.fail(ProviderBadResponse())
        assert events_of((await sending).text)[-1]["error"]["code"] == "provider_bad_response"
        assert (await books.spent())["person", "ann"] > 30_000 * 60

    async def test_ends_when_the_session_does(
        self, streaming: Callable[..., httpx.AsyncClient], model: FakeModel, sessions: FakeSessions
    ) -> None:
        model.hold()
        async with streaming() as client:
            sending = asyncio.create_task(client.post(URL, json=HI | {"stream": True}))
            answer = await model.answer()
            answer.say("Hello")
            await asyncio.sleep(0)
            sessions.end("ann")
            events = events_of((await sending).text)
        assert events[-1]["error"]["code"] == "invalid_credentials"
        assert answer.left.is_set()


async def has_none(books: Books) -> bool:
    return await books.reserved() == []


class TestBooks:
    @pytest.mark.parametrize("stream", [False, True])
    async def test_are_kept_as_for_the_chat_and_nothing_is_stored(
        self, ann: httpx.AsyncClient, parts: Parts, books: Books, stored: Stored, stream: bool
    ) -> None:
        assert (await ann.post(URL, json=HI | {"stream": stream})).status_code == 200
        assert await books.spent() == {EVERYBODY: 210_000, ("role", "user"): 210_000, ("person", "ann"): 210_000}
        question, answer = await stored.events("message_created")
        assert (question["role"], question["model"]) == ("user", None)
        facts = ("role", "model", "total_tokens", "cost_nano_usd", "status")
        assert [answer[fact] for fact in facts] == ["assistant", "gpt-4", 15, 210_000, "complete"]
        assert answer["response_time"] >= answer["time_to_first_token"] >= 0
        assert await stored.count_of_conversations() == 0
        query = select(func.count()).select_from(Message)
        assert await parts.database.read(lambda session: session.execute(query).scalar_one()) == 0

    async def test_have_room_for_as_many_at_once_as_fit(
        self, ann: httpx.AsyncClient, admin: httpx.AsyncClient, books: Books, model: FakeModel
    ) -> None:
        limit = {"scope": "person", "subject": "*", "period": "day", "limit_usd": 3 * 0.0155}
        assert (await admin.post("/budgets", json=limit)).status_code == 200
        model.hold()
        calls = [asyncio.create_task(ann.post(URL, json=HI)) for _ in range(20)]
        for number in (1, 2, 3):
            (await model.answer(number)).end(usage=Usage(10, 500, 510))
        answers = await asyncio.gather(*calls)
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(refused) == 17
        assert {answer.json()["error"]["code"] for answer in refused} == {"budget_exhausted"}
        assert await books.reserved() == []

    async def test_hold_what_is_reserved_for_as_long_as_the_call_lasts(
        self, ann: httpx.AsyncClient, parts: Parts, books: Books, model: FakeModel
    ) -> None:
        model.hold()
        sending = asyncio.create_task(ann.post(URL, json=HI))
        answer = await model.answer()
        (held,) = parts.completions.being_written()
        await parts.reservations.keep()
        assert len(await books.reserved()) == 1
        answer.end()
        assert (await sending).status_code == 200
        assert (parts.completions.being_written(), held != "") == ([], True)


class TestLimit:
    @pytest.fixture
    def setting_changes(self) -> dict[str, Any]:
        return {"messages_per_minute": 2}

    async def test_counts_with_the_messages_of_the_chat(self, ann: httpx.AsyncClient, conversation_id: str) -> None:
        await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})
        assert (await ann.post(URL, json=HI)).status_code == 200
        answer = await ann.post(URL, json=HI)
        assert (answer.status_code, answer.json()["error"]["type"]) == (429, "rate_limit_error")
        assert int(answer.headers["Retry-After"]) >= 1
