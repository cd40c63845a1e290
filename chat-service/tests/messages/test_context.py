"""What the model sees goes by number and by what fits its window, and is told with the answer."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from chat_server.errors import MessageTooLong
from chat_server.llm.client import CompletionChunk, ModelMessage, OfferedModel
from chat_server.llm.tokens import TOKENS_PER_MESSAGE, EstimatedCounter
from chat_server.messages.context import ChosenContext, ContextSeen, ModelWindow, choose_context
from chat_testing.callers import Connect
from chat_testing.model import FakeModel
from chat_testing.problems import code_of
from chat_testing.sockets import kinds_of
from chat_testing.stored import Stored
from hypothesis import given, settings
from hypothesis import strategies as st

BYTES_PER_TOKEN = 3.5


def branch(*lengths: int) -> list[ModelMessage]:
    """Messages of so many tokens each, person and assistant in turn, ending with the person."""
    roles = ["user" if (len(lengths) - number) % 2 else "assistant" for number in range(len(lengths))]
    return [
        ModelMessage(role, "x" * round(length * BYTES_PER_TOKEN), f"m{number}")
        for number, (role, length) in enumerate(zip(roles, lengths, strict=True))
    ]


def chosen(spoken: list[ModelMessage], tokens: int | None, *, answer: int = 50, closing: int = 0) -> ChosenContext:
    window = ModelWindow.of(tokens, answer, EstimatedCounter())
    last = [ModelMessage("user", "x" * round(closing * BYTES_PER_TOKEN))] if closing else []
    return choose_context("x" * 35, spoken, window, last)  # the system prompt has 10 tokens


class TestChoice:
    def test_all_are_seen_where_nobody_knows_the_window(self) -> None:
        context = chosen(branch(1_000, 1_000, 1_000), None)

        assert len(context.messages) == 4
        assert context.seen == ContextSeen(3, "m0", 3_010 + 4 * TOKENS_PER_MESSAGE, None)
        assert context.answer_tokens == 50

    def test_what_fits_is_seen_and_the_rest_is_left_out(self) -> None:
        context = chosen(branch(40, 40, 40, 40, 40), 230)

        assert [message.message_id for message in context.messages] == [None, "m2", "m3", "m4"]
        assert context.seen == ContextSeen(3, "m2", 130 + 4 * TOKENS_PER_MESSAGE, 230)

    def test_what_is_left_begins_with_a_person(self) -> None:
        context = chosen(branch(40, 40, 40, 40), 200)

        assert [message.role for message in context.messages] == ["system", "user"]
        assert context.seen.prompt_tokens == 50 + 2 * TOKENS_PER_MESSAGE

    def test_a_question_that_just_fits_is_taken(self) -> None:
        question = branch(128)
        assert len(chosen(question, 200).messages) == 2
        with pytest.raises(MessageTooLong, match="about 129 tokens; the model reads at most 128 "):
            chosen(branch(129), 200)

    def test_room_for_what_closes_it_is_kept_too(self) -> None:
        context = chosen(branch(40, 40, 40), 220, closing=60)

        assert [message.message_id for message in context.messages] == [None, "m2", None]
        with pytest.raises(MessageTooLong):
            chosen(branch(40), 150, closing=60)

    def test_an_answer_takes_at_most_half_of_a_small_window(self) -> None:
        assert chosen(branch(10), 300, answer=500).answer_tokens == 150

    @settings(deadline=None)  # a busy machine is no failure
    @given(
        lengths=st.lists(st.integers(min_value=0, max_value=300), min_size=1, max_size=12),
        tokens=st.integers(min_value=256, max_value=3_000),
    )
    def test_it_is_always_the_end_of_the_branch_and_always_fits(self, lengths: list[int], tokens: int) -> None:
        spoken = branch(*lengths)
        try:
            context = chosen(spoken, tokens)
        except MessageTooLong:
            assert lengths[-1] + 10 + 2 * TOKENS_PER_MESSAGE > tokens - 50
            return
        kept = context.messages[1:]
        assert kept == spoken[-len(kept) :]
        assert context.seen.prompt_tokens + context.answer_tokens <= tokens
        assert len(kept) in (1, len(spoken)) or kept[0].role == "user"


@pytest.fixture
def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}/messages"


@pytest.fixture
def small(model: FakeModel) -> FakeModel:
    """A model that reads 700 tokens, of which 350 are for the answer, and one that reads more; both are estimated."""
    model.offered = [
        OfferedModel("small", "Small", "", False, context_tokens=700),
        OfferedModel("large", "Large", "", False, context_tokens=8_000),
    ]
    return model


LONG = "word " * 150  # 214 tokens by the estimate


class TestAnswer:
    async def test_it_tells_how_many_messages_the_model_saw(self, ann: httpx.AsyncClient, url: str) -> None:
        first = (await ann.post(url, json={"content": "one"})).json()
        second = (await ann.post(url, json={"content": "two"})).json()

        assert first["context"] is None
        assert first["reply"]["context"] | {"prompt_tokens": 0} == {
            "messages": 1,
            "first_message_id": first["id"],
            "prompt_tokens": 0,
            "window_tokens": None,
        }
        assert second["reply"]["context"]["messages"] == 3
        assert second["reply"]["context"]["first_message_id"] == first["id"]
        assert (await ann.get(url)).json()[-1]["context"] == second["reply"]["context"]

    async def test_older_messages_give_way_to_what_fits(
        self, ann: httpx.AsyncClient, url: str, small: FakeModel
    ) -> None:
        await ann.post(url, json={"content": "the first one: " + LONG})
        second = (await ann.post(url, json={"content": "the second one: " + LONG})).json()

        seen = small.answers[-1].request
        assert [message.content[:14] for message in seen.messages] == ["You are a help", "the second one"]
        assert seen.max_tokens == 350
        context = second["reply"]["context"]
        assert (context["messages"], context["first_message_id"]) == (1, second["id"])
        assert (context["window_tokens"], context["prompt_tokens"] <= 350) == (700, True)

    async def test_another_model_reads_more(self, ann: httpx.AsyncClient, url: str, small: FakeModel) -> None:
        await ann.post(url, json={"content": LONG})
        await ann.post(url, json={"content": LONG, "model": "large"})

        assert [len(answer.request.messages) for answer in small.answers] == [2, 4]

    async def test_what_a_fallback_could_read_is_what_is_told(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        await ann.post(url, json={"content": "one"})
        model.hold()
        sending = asyncio.create_task(ann.post(url, json={"content": "two"}))
        answer = await model.answer(2)
        read = [answer.request.messages[0], answer.request.messages[-1]]
        answer.chunk(CompletionChunk("Yes.", None, None, model="gpt-4-mini", messages=read))
        answer.end()
        second = (await sending).json()

        assert second["reply"]["context"]["messages"] == 1
        assert second["reply"]["context"]["first_message_id"] == second["id"]


class TestTooLong:
    async def test_it_is_refused_with_the_figure_and_nothing_is_stored(
        self, ann: httpx.AsyncClient, url: str, small: FakeModel, stored: Stored, conversation_id: str
    ) -> None:
        response = await ann.post(url, json={"content": LONG * 2})

        assert code_of(response) == (413, "message_too_long")
        assert "about 429 tokens; the model reads at most 329 " in response.json()["detail"]
        assert not await stored.messages(conversation_id)
        assert (await ann.get(f"/conversations/{conversation_id}")).json()["title"] == "New conversation"
        assert (await ann.post(url, json={"content": "Short."})).status_code == 200

    async def test_an_edit_and_another_answer_by_a_smaller_model_are_refused_alike(
        self, ann: httpx.AsyncClient, url: str, small: FakeModel
    ) -> None:
        question = (await ann.post(url, json={"content": LONG * 2, "model": "large"})).json()
        edited = await ann.post(f"{url}/{question['id']}/edit", json={"content": LONG * 3})
        again = await ann.post(f"{url}/{question['id']}/regenerate", json={})

        assert code_of(edited) == code_of(again) == (413, "message_too_long")
        assert len((await ann.get(url)).json()) == 2

    async def test_a_socket_tells_whose_message_it_was_and_stays_open(
        self, connect: Connect, conversation_id: str, small: FakeModel
    ) -> None:
        async with connect(conversation_id) as socket:
            await socket.say(LONG * 2, client_id="c1")
            frames = await socket.until("error")
            await socket.say("Short.", client_id="c2")
            more = await socket.until_answered()

        assert kinds_of(frames) == ["ready", "error"]
        assert (frames[-1]["code"], frames[-1]["client_id"]) == ("message_too_long", "c1")
        assert frames[-1]["retryable"] is False
        start, final = (next(one for one in more if one["type"] == kind) for kind in ("start", "message"))
        assert start["context"] == final["context"]
        assert start["context"]["messages"] == 1


class TestAssumedWindow:
    @pytest.fixture
    def setting_changes(self) -> dict[str, Any]:
        return {"context_tokens": 700}

    async def test_it_holds_for_models_of_which_nobody_has_said(
        self, ann: httpx.AsyncClient, url: str, small: FakeModel
    ) -> None:
        small.offered = [replace(small.offered[0], context_tokens=None), small.offered[1]]

        assert [one["context_tokens"] for one in (await ann.get("/models")).json()] == [700, 8_000]
        assert code_of(await ann.post(url, json={"content": LONG * 2})) == (413, "message_too_long")
        assert (await ann.post(url, json={"content": LONG * 2, "model": "large"})).status_code == 200
