"""Titles that the model makes from the first exchange, in the background."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_server.db.models import Conversation
from chat_server.generation import titles
from chat_server.generation.title_texts import INSTRUCTION
from chat_server.llm.client import OfferedModel
from chat_server.llm.errors import ProviderUnavailable
from chat_testing.callers import Connect
from chat_testing.model import FakeModel, ScriptedAnswer
from chat_testing.sockets import kinds_of
from chat_testing.stored import Stored
from chat_testing.waiting import eventually
from fastapi import FastAPI
from sqlalchemy import select

QUESTION = "How do I bake bread?"


@pytest.fixture
def setting_changes() -> dict[str, Any]:
    return {"auto_titles": True}


@pytest.fixture
def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}"


async def ask(ann: httpx.AsyncClient, url: str, model: FakeModel, number: int = 1) -> ScriptedAnswer:
    """Sends the question and ends its answer, the `number`-th request. Returns the request for the title."""
    asking = asyncio.create_task(ann.post(f"{url}/messages", json={"content": QUESTION}))
    answer = await model.answer(number)
    answer.say("Mix flour and water.")
    answer.end()
    assert (await asking).status_code == 200
    return await model.answer(number + 1)


async def title_of(ann: httpx.AsyncClient, url: str) -> str:
    return str((await ann.get(url)).json()["title"])


async def is_settled(stored: Stored, conversation_id: str) -> bool:
    query = select(Conversation.is_title_settled).where(Conversation.id == conversation_id)
    return await stored.database.read(lambda session: session.execute(query).scalar_one())


class TestTitle:
    async def test_is_made_from_the_first_exchange_and_told_to_every_tab(
        self, ann: httpx.AsyncClient, url: str, conversation_id: str, model: FakeModel, connect: Connect, stored: Stored
    ) -> None:
        model.hold()
        async with connect(conversation_id) as first, connect(conversation_id) as second:
            naming = await ask(ann, url, model)
            assert await title_of(ann, url) == QUESTION
            frames = await first.until_answered()
            assert [frame["title"] for frame in frames if frame["type"] == "title"] == [QUESTION]
            naming.say("“Baking", " bread.”")
            naming.end()
            for socket in (first, second):
                assert (await socket.until("title", title="Baking bread"))[-1]["title"] == "Baking bread"
        assert await title_of(ann, url) == "Baking bread"
        listed = (await ann.get("/conversations/")).json()
        assert [one["title"] for one in listed] == ["Baking bread"]
        request = naming.request
        assert (request.model, request.max_tokens) == ("gpt-4", titles.TITLE_TOKENS)
        assert [message.role for message in request.messages] == ["system", "user"]
        assert request.messages[0].content == INSTRUCTION
        assert QUESTION in request.messages[1].content
        assert "Mix flour and water." in request.messages[1].content
        # It is no message, and the conversation stays where it is in the list.
        assert len(await stored.events("message_created")) == 2
        assert [row.total_tokens for row in await stored.messages(conversation_id)] == [None, 15]

    async def test_is_asked_of_the_conversations_own_model(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        await ann.patch(url, json={"model": "gpt-4-mini"})
        model.hold()
        assert (await ask(ann, url, model)).request.model == "gpt-4-mini"

    async def test_is_never_put_over_one_that_the_person_has_chosen(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, conversation_id: str, connect: Connect, app: FastAPI
    ) -> None:
        model.hold()
        async with connect(conversation_id) as socket:
            await socket.until("ready")
            naming = await ask(ann, url, model)
            await ann.patch(url, json={"title": QUESTION})  # chosen now, although it is the same
            naming.say("Baking bread")
            naming.end()
            await naming.left.wait()
            maker = app.state.parts.generation._titles
            await eventually(lambda: not maker._tasks)
            frames = await socket.until_answered()
            assert kinds_of(frames).count("title") == 1
            await socket.silence()
        assert await title_of(ann, url) == QUESTION

    async def test_of_a_conversation_that_was_begun_with_one_is_not_asked_for(
        self, ann: httpx.AsyncClient, model: FakeModel
    ) -> None:
        conversation = (await ann.post("/conversations/", json={"title": "Mine"})).json()
        for _ in range(2):
            await ann.post(f"/conversations/{conversation['id']}/messages", json={"content": QUESTION})
        assert len(model.answers) == 2

    @pytest.mark.parametrize("reply", ["", "Sure! Here is a title:\nBread", "word " * 40, "I cannot do that."])
    async def test_that_is_none_leaves_the_first_words_for_good(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, stored: Stored, conversation_id: str, reply: str
    ) -> None:
        model.hold()
        naming = await ask(ann, url, model)
        naming.say(reply)
        naming.end()
        await eventually(lambda: is_settled(stored, conversation_id))
        assert await title_of(ann, url) == QUESTION
        model.reply("Good.")
        await ann.post(f"{url}/messages", json={"content": "Thanks"})
        assert len(model.answers) == 3

    async def test_is_not_asked_of_a_demonstration_model(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, stored: Stored, conversation_id: str
    ) -> None:
        model.offered = [OfferedModel("tiny", "Tiny", "", is_demonstration=True)]
        await ann.post(f"{url}/messages", json={"content": QUESTION})
        await eventually(lambda: is_settled(stored, conversation_id))
        assert len(model.answers) == 1
        assert await title_of(ann, url) == QUESTION

    async def test_that_was_cut_off_is_none(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, stored: Stored, conversation_id: str
    ) -> None:
        model.hold()
        naming = await ask(ann, url, model)
        naming.say("Baking bread and")
        naming.end(finish_reason="length")
        await eventually(lambda: is_settled(stored, conversation_id))
        assert await title_of(ann, url) == QUESTION

    async def test_that_fails_is_asked_for_again_after_the_next_answer(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, stored: Stored, conversation_id: str
    ) -> None:
        model.hold()
        (await ask(ann, url, model)).fail(ProviderUnavailable("away"))
        naming = await ask(ann, url, model, 3)
        assert await title_of(ann, url) == QUESTION
        assert not await is_settled(stored, conversation_id)
        naming.say("Baking bread")
        naming.end()
        await eventually(lambda: is_settled(stored, conversation_id))
        assert await title_of(ann, url) == "Baking bread"

    async def test_is_given_up_after_the_first_exchanges(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        model.hold()
        for number in (1, 3, 5):
            (await ask(ann, url, model, number)).fail(ProviderUnavailable("away"))
        model.reply("Yes.")
        await ann.post(f"{url}/messages", json={"content": "And now?"})
        assert len(model.answers) == 7

    async def test_that_takes_too_long_is_given_up(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(titles, "TITLE_SECONDS", 0.05)
        model.hold()
        naming = await ask(ann, url, model)
        await naming.left.wait()
        assert await title_of(ann, url) == QUESTION

    async def test_delays_no_further_message(self, ann: httpx.AsyncClient, url: str, model: FakeModel) -> None:
        model.hold()
        naming = await ask(ann, url, model)
        model.reply("Yes.")
        sent = await ann.post(f"{url}/messages", json={"content": "And cake?"})
        assert sent.json()["reply"]["content"] == "Yes."
        assert not naming.left.is_set()

    async def test_is_not_asked_for_after_an_answer_that_failed(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel
    ) -> None:
        model.hold()
        asking = asyncio.create_task(ann.post(f"{url}/messages", json={"content": QUESTION}))
        answer = await model.answer()
        answer.say("Mix")
        answer.fail(ProviderUnavailable("away"))
        assert (await asking).status_code == 503
        assert len(model.answers) == 1

    async def test_of_a_deleted_conversation_is_nobodys(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, app: FastAPI, stored: Stored
    ) -> None:
        model.hold()
        naming = await ask(ann, url, model)
        await ann.delete(url)
        naming.say("Baking bread")
        naming.end()
        maker = app.state.parts.generation._titles
        await eventually(lambda: not maker._tasks)
        assert await stored.count_of_conversations() == 0

    async def test_holds_no_connection_and_ends_with_the_service(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, app: FastAPI, stored: Stored
    ) -> None:
        model.hold()
        naming = await ask(ann, url, model)
        assert app.state.parts.database.connections_in_use == 0
        await app.state.parts.generation.stop()
        assert naming.left.is_set()
        assert await title_of(ann, url) == QUESTION


class TestSwitchedOff:
    @pytest.fixture
    def setting_changes(self) -> dict[str, Any]:
        return {"auto_titles": False}

    async def test_leaves_the_first_words(self, ann: httpx.AsyncClient, url: str, model: FakeModel) -> None:
        await ann.post(f"{url}/messages", json={"content": QUESTION})
        assert len(model.answers) == 1
        assert await title_of(ann, url) == QUESTION
