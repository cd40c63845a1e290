"""`/v1` with more messages than the model can read: what fits is sent, and told."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_server.completions.context import CallContext, what_fits
from chat_server.errors import MessageTooLong
from chat_server.llm.client import CompletionChunk, ModelMessage, OfferedModel
from chat_server.llm.tokens import TOKENS_PER_MESSAGE, EstimatedCounter
from chat_server.messages.context import ModelWindow
from chat_testing.completions import events_of
from chat_testing.model import FakeModel
from chat_testing.money import Books
from hypothesis import given, settings
from hypothesis import strategies as st

URL = "/v1/chat/completions"
BYTES_PER_TOKEN = 3.5
WINDOW = 600
AUTO = {"truncation": "auto"}


def text(tokens: int) -> str:
    return "x" * round(tokens * BYTES_PER_TOKEN)


def said(*tokens: int, system: int | None = None) -> Any:
    """A body with messages of so many tokens each, person and assistant in turn, ending with the person."""
    roles = ["user" if (len(tokens) - number) % 2 else "assistant" for number in range(len(tokens))]
    messages = [{"role": role, "content": text(size)} for role, size in zip(roles, tokens, strict=True)]
    head = [{"role": "developer", "content": text(system)}] if system is not None else []
    return {"model": "gpt-4", "messages": [*head, *messages]}


@pytest.fixture(autouse=True)
def window(model: FakeModel) -> None:
    model.offered = [OfferedModel("gpt-4", "GPT-4", "", False, context_tokens=WINDOW)]


class TestAuto:
    async def test_leaves_out_the_oldest_and_says_how_many(self, ann: httpx.AsyncClient, model: FakeModel) -> None:
        body = said(100, 100, 100, 100, 100, system=10) | AUTO
        answer = await ann.post(URL, json=body)
        assert answer.status_code == 200, answer.text
        request = model.answers[0].request
        assert [message.role for message in request.messages] == ["system", "user"]
        assert request.max_tokens == WINDOW // 2
        tokens = 110 + 2 * TOKENS_PER_MESSAGE
        expected = {"messages": 1, "left_out": 4, "prompt_tokens": tokens, "window_tokens": WINDOW}
        assert answer.json()["context"] == expected
        first, *others = events_of((await ann.post(URL, json=body | {"stream": True})).text)
        assert first["context"] == expected
        assert all("context" not in event for event in others[:-1])

    async def test_keeps_room_for_no_more_than_the_answer_that_is_asked_for(
        self, ann: httpx.AsyncClient, model: FakeModel
    ) -> None:
        body = said(100, 100, 100, 100, 100, system=10) | AUTO | {"max_tokens": 40}
        assert (await ann.post(URL, json=body)).json()["context"]["left_out"] == 0
        assert model.answers[0].request.max_tokens == 40

    async def test_refuses_a_last_message_that_does_not_fit_by_itself(
        self, ann: httpx.AsyncClient, model: FakeModel, books: Books
    ) -> None:
        answer = await ann.post(URL, json=said(10, 10, 400) | AUTO)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["type"]) == (413, "message_too_long", "invalid_request_error")
        assert "about 400 tokens" in error["message"]
        assert (model.answers, await books.reserved()) == ([], [])

    async def test_reserves_what_is_sent_alone(self, ann: httpx.AsyncClient, model: FakeModel, books: Books) -> None:
        model.hold()
        sending = asyncio.create_task(ann.post(URL, json=said(*([100] * 21)) | AUTO | {"max_tokens": 10}))
        answer = await model.answer()
        (reserved,) = await books.reserved()
        assert reserved <= WINDOW * 10_000 + 10 * 30_000
        answer.say("Hello")
        answer.end()
        assert (await sending).json()["context"]["left_out"] == 16

    async def test_tells_what_a_fallback_could_read(self, ann: httpx.AsyncClient, model: FakeModel) -> None:
        model.hold()
        sending = asyncio.create_task(
            ann.post(URL, json=said(90, 90, 90, 90, 90, system=10) | AUTO | {"max_tokens": 9})
        )
        answer = await model.answer()
        (head, *_, last) = answer.request.messages
        answer.chunk(CompletionChunk("Hello", None, None, model="small", messages=[head, last]))
        answer.end(usage=None)
        told = (await sending).json()
        assert told["context"] == {
            "messages": 1,
            "left_out": 4,
            "prompt_tokens": 100 + 2 * TOKENS_PER_MESSAGE,
            "window_tokens": WINDOW,
        }
        assert told["usage"]["prompt_tokens"] == 100 + 2 * TOKENS_PER_MESSAGE

    async def test_where_nobody_knows_the_window_sends_all(self, ann: httpx.AsyncClient, model: FakeModel) -> None:
        model.offered = [OfferedModel("gpt-4", "GPT-4", "", False)]
        context = (await ann.post(URL, json=said(*([1000] * 9)) | AUTO)).json()["context"]
        assert (context["messages"], context["left_out"], context["window_tokens"]) == (9, 0, None)


class TestDisabled:
    @pytest.mark.parametrize("body", [{}, {"truncation": None}, {"truncation": "disabled"}])
    async def test_sends_all(self, ann: httpx.AsyncClient, model: FakeModel, body: dict[str, Any]) -> None:
        answer = (await ann.post(URL, json=said(400, 400, 400) | body)).json()
        assert answer["context"]["left_out"] == 0
        assert len(model.answers[0].request.messages) == 3

    async def test_is_the_only_other_word(self, ann: httpx.AsyncClient, model: FakeModel) -> None:
        answer = await ann.post(URL, json=said(1) | {"truncation": "middle"})
        assert (answer.status_code, answer.json()["error"]["param"]) == (422, "truncation")
        assert model.answers == []


class TestWhatFits:
    def test_keeps_instructions_that_are_all_there_is(self) -> None:
        sent = [ModelMessage("system", text(10)), ModelMessage("system", text(10))]
        assert what_fits(sent, ModelWindow.of(100, 10, EstimatedCounter()))[0] == sent
        with pytest.raises(MessageTooLong):
            what_fits(sent, ModelWindow.of(30, 10, EstimatedCounter()))

    @settings(deadline=None)
    @given(
        head=st.lists(st.integers(0, 40), max_size=3),
        sizes=st.lists(st.integers(0, 300), min_size=1, max_size=12),
        tokens=st.integers(300, 3_000),
    )
    def test_is_the_instructions_and_the_end_and_always_fits(
        self, head: list[int], sizes: list[int], tokens: int
    ) -> None:
        spoken = [ModelMessage("user" if number % 2 else "assistant", text(size)) for number, size in enumerate(sizes)]
        sent = [*(ModelMessage("system", text(size)) for size in head), *spoken]
        try:
            read, context = what_fits(sent, ModelWindow.of(tokens, 50, EstimatedCounter()))
        except MessageTooLong:
            assert sum(head) + sizes[-1] + (len(head) + 1) * TOKENS_PER_MESSAGE > tokens - 50
            return
        kept = read[len(head) :]
        assert read[: len(head)] == sent[: len(head)]
        assert kept == spoken[-len(kept) :]
        assert context == CallContext(len(kept), len(spoken) - len(kept), context.prompt_tokens, tokens)
        assert context.prompt_tokens + 50 <= tokens
