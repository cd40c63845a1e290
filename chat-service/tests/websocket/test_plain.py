"""Plain mode: one frame in, one frame out."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.llm.errors import ProviderBadResponse, ProviderTimeout, ProviderUnavailable
from chat_testing.callers import Connect
from chat_testing.model import FakeModel
from chat_testing.stored import Stored
from chat_testing.waiting import eventually


class TestExchange:
    async def test_the_next_frame_is_the_answer(
        self, connect: Connect, conversation_id: str, ann: httpx.AsyncClient
    ) -> None:
        async with connect(conversation_id, stream=False) as socket:
            await socket.say("Hi")
            frame = await socket.receive()

        answer = (await ann.get(f"/conversations/{conversation_id}/messages")).json()[1]
        assert (frame["type"], frame["role"], frame["content"]) == ("message", "assistant", "Hello there.")
        assert (frame["message_id"], frame["timestamp"], frame["status"]) == (
            answer["id"],
            answer["timestamp"],
            "complete",
        )

    async def test_frames_sent_meanwhile_are_answered_in_turn(
        self, connect: Connect, conversation_id: str, model: FakeModel
    ) -> None:
        model.hold()
        async with connect(conversation_id, stream=False) as socket:
            await socket.say("one")
            await socket.say("two")
            await socket.send(type="ping")
            for number, text in ((1, "first"), (2, "second")):
                answer = await model.answer(number)
                answer.say(text)
                answer.end()

            assert [(await socket.receive()).get("content") for _ in range(3)] == ["first", "second", None]

    async def test_the_same_client_id_gets_the_same_answer(
        self, connect: Connect, conversation_id: str, model: FakeModel
    ) -> None:
        async with connect(conversation_id, stream=False) as socket:
            await socket.say("Hi", client_id="c1")
            first = await socket.receive()
            await socket.say("Hi", client_id="c1")

            assert await socket.receive() == first
        assert len(model.answers) == 1

    async def test_what_others_do_in_the_conversation_is_not_told(
        self, connect: Connect, conversation_id: str, ann: httpx.AsyncClient
    ) -> None:
        async with connect(conversation_id, stream=False) as socket:
            await socket.silence()
            await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})
            await socket.silence()

    async def test_busy_is_an_error_that_may_be_tried_again(
        self, connect: Connect, conversation_id: str, ann: httpx.AsyncClient, model: FakeModel
    ) -> None:
        model.hold()
        sending = asyncio.create_task(ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"}))
        answer = await model.answer()
        async with connect(conversation_id, stream=False) as socket:
            await socket.say("Me too", client_id="c2")
            error = await socket.receive()
            assert (error["type"], error["code"], error["retryable"]) == ("error", "busy", True)
            assert error["client_id"] == "c2"
            answer.end()
            await sending
            model.reply("now")
            await socket.say("Me too", client_id="c2")
            assert (await socket.receive())["content"] == "now"


class TestFailure:
    @pytest.mark.parametrize("error", [ProviderBadResponse(), ProviderUnavailable(), ProviderTimeout()], ids=str)
    async def test_the_next_frame_is_the_error_and_the_socket_goes_on(
        self, connect: Connect, conversation_id: str, model: FakeModel, stored: Stored, error: Any
    ) -> None:
        model.enter_error = error
        async with connect(conversation_id, stream=False) as socket:
            await socket.say("Hi")
            frame = await socket.receive()
            assert (frame["type"], frame["code"], frame["message"]) == ("error", error.code, error.detail)
            assert frame["retryable"] == error.retryable
            model.enter_error = None
            await socket.say("Again")
            assert (await socket.receive())["content"] == "Hello there."
        statuses = [message.status for message in await stored.messages(conversation_id)]
        assert statuses == ["complete", "failed", "complete", "complete"]

    async def test_a_crash_tells_nothing_of_itself(
        self, connect: Connect, conversation_id: str, model: FakeModel
    ) -> None:
        model.enter_error = ZeroDivisionError("secret of the inside")
        async with connect(conversation_id, stream=False) as socket:
            await socket.say("Hi")
            frame = await socket.receive()

        assert frame["code"] == "internal_error"
        assert "secret" not in str(frame)

    async def test_a_conversation_deleted_meanwhile_is_an_error(
        self, connect: Connect, conversation_id: str, model: FakeModel, ann: httpx.AsyncClient
    ) -> None:
        model.hold()
        async with connect(conversation_id, stream=False) as socket:
            await socket.say("Hi")
            await model.answer()
            await ann.delete(f"/conversations/{conversation_id}")

            assert (await socket.receive())["code"] == "conversation_not_found"


class TestLeaving:
    async def test_the_answer_goes_on_without_its_socket(
        self, connect: Connect, conversation_id: str, model: FakeModel, stored: Stored, parts: Parts
    ) -> None:
        model.hold()
        async with connect(conversation_id, stream=False) as socket:
            await socket.say("Hi")
            answer = await model.answer()
        answer.say("All of it")
        answer.end()

        async def is_complete() -> bool:
            return await stored.status(conversation_id) == "complete"

        await eventually(is_complete)
        assert (await stored.answer(conversation_id)).content == "All of it"
