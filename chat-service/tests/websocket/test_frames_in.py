"""Frames that a client sends: what is refused, how often, and what the socket outlives."""

import json
from typing import Any

import pytest
from chat_testing.callers import Connect
from chat_testing.model import FakeModel
from chat_testing.sockets import ChatSocket
from chat_testing.stored import Stored
from chat_testing.waiting import eventually

DEEP = '{"type": "ping", "x": ' + "[" * 30_000 + "]" * 30_000 + "}"
BAD_FRAMES: list[tuple[str | bytes, str]] = [
    ("not json", "bad_frame"),
    ("", "bad_frame"),
    ("[]", "bad_frame"),
    ('[{"type": "ping"}]', "bad_frame"),
    ("7", "bad_frame"),
    ("null", "bad_frame"),
    ("{}", "bad_frame"),
    ('{"type": "dance"}', "bad_frame"),
    ('{"type": null}', "bad_frame"),
    ('{"type": "message"}', "bad_frame"),
    ('{"type": "message", "content": 7}', "bad_frame"),
    ('{"type": "message", "content": "Hi", "client_id": 7}', "bad_frame"),
    ('{"type": "stop"}', "bad_frame"),
    ('{"type": "resume", "message_id": "m", "after": "1"}', "bad_frame"),
    ('{"type": "message", "content": "\\ud83d"}', "bad_frame"),
    (b"\xff\xfe", "bad_frame"),
    (DEEP, "bad_frame"),  # too deep to be read: it closed the socket with 1011
    ('{"type": "message", "content": ""}', "invalid_input"),
    ('{"type": "message", "content": " \\n "}', "invalid_input"),
    ('{"type": "message", "content": "a\\u0000b"}', "invalid_input"),
    (json.dumps({"type": "message", "content": "x" * 32_001}), "invalid_input"),
    ('{"type": "message", "content": "Hi", "client_id": ""}', "invalid_input"),
    ('{"type": "message", "content": "Hi", "client_id": "a\\u0000b"}', "invalid_input"),
    (json.dumps({"type": "message", "content": "Hi", "client_id": "x" * 256}), "invalid_input"),
    (json.dumps({"type": "ping", "padding": "x" * 65_536}), "frame_too_large"),
    (json.dumps({"type": "ping", "padding": "ä" * 32_760}, ensure_ascii=False), "frame_too_large"),
    (b"x" * 65_537, "frame_too_large"),
]
either_mode = pytest.mark.parametrize("stream", [True, False], ids=["streaming", "plain"])


async def open_and_read_ready(socket: ChatSocket, stream: bool) -> None:
    if stream:
        assert (await socket.receive())["type"] == "ready"


@either_mode
class TestBadFrames:
    @pytest.mark.parametrize(("frame", "code"), BAD_FRAMES, ids=lambda value: str(value)[:50])
    async def test_it_is_told_and_the_socket_goes_on(
        self, connect: Connect, conversation_id: str, stored: Stored, stream: bool, frame: str | bytes, code: str
    ) -> None:
        async with connect(conversation_id, stream=stream) as socket:
            await open_and_read_ready(socket, stream)
            await socket.connection.send(frame)
            error = await socket.receive()

            assert (error["type"], error["code"]) == ("error", code)
            assert error["message"].endswith(".")
            await socket.silence()
        assert await stored.messages(conversation_id) == []

    async def test_the_tenth_in_a_row_is_the_last(self, connect: Connect, conversation_id: str, stream: bool) -> None:
        async with connect(conversation_id, stream=stream) as socket:
            await open_and_read_ready(socket, stream)
            for _ in range(10):
                await socket.connection.send("not json")
            ending = await socket.ending()

        assert [frame["code"] for frame in ending.frames] == ["bad_frame"] * 10 + ["too_many_bad_frames"]
        assert ending.code == 4429

    async def test_a_good_one_in_between_forgives(self, connect: Connect, conversation_id: str, stream: bool) -> None:
        async with connect(conversation_id, stream=stream) as socket:
            await open_and_read_ready(socket, stream)
            for _ in range(2):
                for _ in range(9):
                    await socket.connection.send("not json")
                    assert (await socket.receive())["code"] == "bad_frame"
                await socket.silence()

    async def test_a_frame_of_64_kib_is_not_too_large(
        self, connect: Connect, conversation_id: str, stream: bool
    ) -> None:
        empty = json.dumps({"type": "ping", "padding": ""})
        async with connect(conversation_id, stream=stream) as socket:
            await open_and_read_ready(socket, stream)
            await socket.connection.send(json.dumps({"type": "ping", "padding": "x" * (65_536 - len(empty))}))

            assert await socket.receive() == {"type": "pong"}

    async def test_bytes_are_read_as_text_is(self, connect: Connect, conversation_id: str, stream: bool) -> None:
        async with connect(conversation_id, stream=stream) as socket:
            await open_and_read_ready(socket, stream)
            await socket.connection.send(b'{"type": "ping"}')

            assert await socket.receive() == {"type": "pong"}


@either_mode
class TestRefusedMessages:
    async def test_a_model_that_is_not_on_offer(
        self, connect: Connect, conversation_id: str, stored: Stored, stream: bool
    ) -> None:
        async with connect(conversation_id, stream=stream) as socket:
            await open_and_read_ready(socket, stream)
            await socket.say("Hi", model="gpt-99", client_id="c1")
            error = await socket.receive()

        assert (error["code"], error["client_id"], error["retryable"]) == ("unknown_model", "c1", False)
        assert await stored.messages(conversation_id) == []

    async def test_a_client_id_with_another_text(self, connect: Connect, conversation_id: str, stream: bool) -> None:
        async with connect(conversation_id, stream=stream) as socket:
            await socket.say("Hi", client_id="c1")
            await socket.until_answered()
            await socket.say("Bye", client_id="c1")
            error = await socket.receive()

        assert (error["code"], error["client_id"]) == ("client_id_reused", "c1")

    @pytest.mark.parametrize("frame", [{"type": "stop"}, {"type": "resume", "after": 0}], ids=str)
    async def test_a_message_that_is_absent(
        self, connect: Connect, conversation_id: str, stream: bool, frame: dict[str, Any]
    ) -> None:
        async with connect(conversation_id, stream=stream) as socket:
            await open_and_read_ready(socket, stream)
            await socket.send(**frame, message_id="absent")
            error = await socket.receive()

        wanted = "message_not_found" if stream or frame["type"] == "stop" else "streaming_mode_required"
        assert (error["type"], error["code"]) == ("error", wanted)


class TestForeignMessages:
    @pytest.mark.parametrize("frame", [{"type": "stop"}, {"type": "resume", "after": 0}], ids=str)
    async def test_an_answer_of_another_conversation_looks_absent(
        self,
        connect: Connect,
        conversation_id: str,
        bob: Any,
        model: FakeModel,
        stored: Stored,
        frame: dict[str, Any],
    ) -> None:
        model.hold()
        his = (await bob.post("/conversations/", json={})).json()["id"]
        async with connect(his, user="bob", stream=False) as bobs, connect(conversation_id) as anns:
            await anns.receive()
            await bobs.say("Hi")
            answer = await model.answer()
            his_message = (await stored.answer(his)).id
            for message_id in (his_message, "absent"):
                await anns.send(**frame, message_id=message_id)
                error = await anns.receive()
                assert error.pop("message_id") == message_id
                assert (error["code"], error["message"]) == ("message_not_found", "Message not found or access denied")
            answer.end()
            assert (await bobs.until_answered())[-1]["status"] == "complete"
        await eventually(lambda: answer.left.is_set())
