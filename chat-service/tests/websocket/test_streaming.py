"""Streaming mode: one exchange, several tabs, stop, deletion, leaving."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.llm.errors import ProviderTimeout, ProviderUnavailable
from chat_testing.callers import Connect
from chat_testing.model import FakeModel
from chat_testing.sockets import ChatSocket, Frame, kinds_of, seqs_of, text_of
from chat_testing.stored import Stored
from chat_testing.waiting import eventually


async def begin(socket: ChatSocket, model: FakeModel, *pieces: str) -> tuple[Any, str, list[Frame]]:
    """An answer that has come as far as these pieces; its id and what the sender has received."""
    model.hold()
    await socket.say("Hi", client_id="c1")
    answer = await model.answer()
    answer.say(*pieces)
    frames = await socket.until("start") if not pieces else await socket.until("delta", seq=len(pieces))
    start = next(frame for frame in frames if frame["type"] == "start")
    return answer, start["message_id"], frames


class TestExchange:
    async def test_the_frames_come_in_their_order(
        self, connect: Connect, conversation_id: str, ann: httpx.AsyncClient
    ) -> None:
        # The start was written before the ack, because each came from a queue of its own.
        async with connect(conversation_id) as socket:
            await socket.say("Hi", client_id="c1")
            frames = await socket.until_answered()
            await socket.silence()
        question, answer = (await ann.get(f"/conversations/{conversation_id}/messages")).json()

        assert kinds_of(frames) == ["ready", "ack", "title", "start", "delta", "delta", "delta", "message"]
        ready, ack, title, start, *deltas, final = frames
        assert ready == {"type": "ready", "conversation_id": conversation_id, "active": []}
        assert ack == {
            "type": "ack",
            "client_id": "c1",
            "message_id": question["id"],
            "timestamp": question["timestamp"],
        }
        assert title == {"type": "title", "title": "Hi"}
        assert start == {
            "type": "start",
            "message_id": answer["id"],
            "in_reply_to": question["id"],
            "model": "gpt-4",
            "client_id": None,
            "sibling_ids": [answer["id"]],
            "seq": 0,
            "content": "",
            "context": answer["context"],
        }
        assert [(delta["message_id"], delta["seq"]) for delta in deltas] == [(answer["id"], n) for n in (1, 2, 3)]
        assert text_of(deltas) == final["content"] == answer["content"]
        assert final.pop("type") == "message"
        assert final.pop("message_id") == answer.pop("id")
        assert answer.pop("feedback") is None  # which nobody can have given yet, and has a frame of its own
        assert final == answer

    async def test_a_second_message_has_no_title(self, connect: Connect, conversation_id: str) -> None:
        async with connect(conversation_id) as socket:
            await socket.say("one")
            await socket.until_answered()
            await socket.say("two")
            frames = await socket.until_answered()

        assert kinds_of(frames) == ["ack", "start", "delta", "delta", "delta", "message"]
        assert frames[0]["client_id"] is None

    async def test_the_final_frame_tells_what_is_on_disk(
        self, connect: Connect, conversation_id: str, stored: Stored
    ) -> None:
        async with connect(conversation_id) as socket:
            await socket.say("Hi")
            final = (await socket.until_answered())[-1]
            row = await stored.answer(conversation_id)

        assert (row.status, row.content, row.id) == (final["status"], final["content"], final["message_id"])

    async def test_the_ack_tells_of_a_message_that_is_on_disk(
        self, connect: Connect, conversation_id: str, stored: Stored, model: FakeModel
    ) -> None:
        model.hold()
        async with connect(conversation_id) as socket:
            await socket.say("Hi")
            ack = (await socket.until("ack"))[-1]
            assert ack["message_id"] in [row.id for row in await stored.messages(conversation_id)]
            (await model.answer()).end()
            await socket.until_answered()

    async def test_a_message_sent_while_an_answer_is_written_is_busy(
        self, connect: Connect, conversation_id: str, model: FakeModel, stored: Stored
    ) -> None:
        async with connect(conversation_id) as socket:
            answer, _, _ = await begin(socket, model, "one")
            await socket.say("Another", client_id="c2")
            error = await socket.receive()
            assert (error["code"], error["client_id"], error["retryable"]) == ("busy", "c2", True)
            answer.end()
            assert (await socket.until_answered())[-1]["content"] == "one"
        assert len(await stored.messages(conversation_id)) == 2


class TestRepetition:
    async def test_a_message_sent_again_later_is_told_again(
        self, connect: Connect, conversation_id: str, model: FakeModel
    ) -> None:
        async with connect(conversation_id) as socket:
            await socket.say("Hi", client_id="c1")
            first = await socket.until_answered()
        async with connect(conversation_id) as socket:
            await socket.say("Hi", client_id="c1")
            again = await socket.until_answered()

        # The start was missing.
        assert again == [frame for frame in first if frame["type"] != "title"]
        assert len(model.answers) == 1

    async def test_sent_again_midway_it_goes_on_from_the_first_piece(
        self, connect: Connect, conversation_id: str, model: FakeModel
    ) -> None:
        async with connect(conversation_id) as first:
            answer, _, _ = await begin(first, model, "one ", "two ")
        async with connect(conversation_id) as second:
            await second.until("ready")
            await second.say("Hi", client_id="c1")
            replayed = await second.until("delta", seq=2)
            answer.say("three")
            answer.end()
            rest = await second.until_answered()

        assert kinds_of(replayed) == ["ack", "start", "delta", "delta"]
        assert seqs_of(replayed + rest) == [1, 2, 3]
        assert text_of(replayed + rest) == rest[-1]["content"] == "one two three"
        assert len(model.answers) == 1


class TestFailure:
    @pytest.mark.parametrize("error", [ProviderUnavailable(retry_after_seconds=7), ProviderTimeout()], ids=str)
    async def test_midway_a_final_frame_keeps_the_text_and_an_error_follows(
        self, connect: Connect, conversation_id: str, model: FakeModel, error: Any
    ) -> None:
        async with connect(conversation_id) as socket:
            answer, message_id, _ = await begin(socket, model, "one ", "two")
            answer.fail(error)
            final, told = await socket.receive(), await socket.receive()

        assert (final["type"], final["status"], final["content"], final["seq"]) == ("message", "failed", "one two", 2)
        assert final["error"] == {"code": error.code, "message": error.detail, "retryable": error.retryable}
        assert (told["type"], told["code"], told["message_id"]) == ("error", error.code, message_id)
        assert told.get("retry_after_seconds") == error.retry_after_seconds

    async def test_before_the_first_piece_it_is_the_same(
        self, connect: Connect, conversation_id: str, model: FakeModel
    ) -> None:
        model.enter_error = ProviderTimeout()
        async with connect(conversation_id) as socket:
            await socket.say("Hi")
            frames = await socket.until("error")

        assert kinds_of(frames) == ["ready", "ack", "title", "start", "message", "error"]
        assert (frames[-2]["status"], frames[-2]["content"]) == ("failed", "")

    async def test_a_crash_tells_nothing_of_itself(
        self, connect: Connect, conversation_id: str, model: FakeModel
    ) -> None:
        model.enter_error = ZeroDivisionError("secret of the inside")
        async with connect(conversation_id) as socket:
            await socket.say("Hi")
            frames = await socket.until("error")

        assert frames[-1]["code"] == "internal_error"
        assert "secret" not in str(frames)


class TestStop:
    async def test_what_came_stays_and_the_provider_is_left_within_a_second(
        self, connect: Connect, conversation_id: str, model: FakeModel, stored: Stored
    ) -> None:
        async with connect(conversation_id) as socket:
            answer, message_id, _ = await begin(socket, model, "one ", "two")
            async with asyncio.timeout(5):  # a second is promised; the rest is for a busy machine
                await socket.send(type="stop", message_id=message_id)
                final = await socket.receive()
                await answer.left.wait()

        assert (final["status"], final["content"], final["seq"], final["error"]) == ("stopped", "one two", 2, None)
        row = await stored.answer(conversation_id)
        assert (row.status, row.content) == ("stopped", "one two")

    async def test_any_tab_may_stop_it(self, connect: Connect, conversation_id: str, model: FakeModel) -> None:
        async with connect(conversation_id) as writing, connect(conversation_id) as other:
            await other.until("ready")
            _, message_id, _ = await begin(writing, model, "one")
            await other.until("delta")
            await other.send(type="stop", message_id=message_id)

            assert await writing.receive() == await other.receive()

    async def test_twice_is_as_once(self, connect: Connect, conversation_id: str, model: FakeModel) -> None:
        async with connect(conversation_id) as socket:
            _, message_id, _ = await begin(socket, model, "one")
            for _ in range(2):
                await socket.send(type="stop", message_id=message_id)
            assert (await socket.receive())["status"] == "stopped"
            await socket.send(type="stop", message_id=message_id)
            await socket.silence()


class TestTwoTabs:
    async def test_both_see_the_same_in_the_same_order(
        self, connect: Connect, conversation_id: str, model: FakeModel
    ) -> None:
        model.reply(*(f"{number} " for number in range(50)))
        async with connect(conversation_id) as sender, connect(conversation_id) as other:
            for socket in (sender, other):
                await socket.until("ready")
            await sender.say("Hi", client_id="c1")
            sent, seen = await sender.until_answered(), await other.until_answered()

        ack, *sent_rest = sent
        message, *seen_rest = seen
        assert seen_rest == sent_rest
        assert ack["type"] == "ack"
        assert (message["type"], message["role"], message["content"]) == ("message", "user", "Hi")
        assert (message["message_id"], message["client_id"]) == (ack["message_id"], "c1")

    async def test_a_message_over_rest_is_seen_too(
        self, connect: Connect, conversation_id: str, ann: httpx.AsyncClient
    ) -> None:
        async with connect(conversation_id) as socket:
            await socket.until("ready")
            await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})
            frames = await socket.until_answered()

        assert kinds_of(frames) == ["message", "title", "start", "delta", "delta", "delta", "message"]
        assert frames[0]["role"] == "user"

    async def test_other_conversations_are_not(
        self, connect: Connect, conversation_id: str, ann: httpx.AsyncClient
    ) -> None:
        other = (await ann.post("/conversations/", json={})).json()["id"]
        async with connect(conversation_id) as socket:
            await socket.until("ready")
            await ann.post(f"/conversations/{other}/messages", json={"content": "Hi"})
            await socket.silence()

    async def test_turn_by_turn_from_both(self, connect: Connect, conversation_id: str) -> None:
        async with connect(conversation_id) as left, connect(conversation_id) as right:
            for socket in (left, right):
                await socket.until("ready")
            for sender, other in ((left, right), (right, left), (left, right)):
                await sender.say("Hi")
                assert (await sender.until_answered())[0]["type"] == "ack"
                assert (await other.until_answered())[0]["role"] == "user"


class TestLeaving:
    async def test_the_answer_goes_on_and_nothing_is_left_behind(
        self, connect: Connect, conversation_id: str, model: FakeModel, stored: Stored, parts: Parts
    ) -> None:
        async with connect(conversation_id) as socket:
            answer, _, _ = await begin(socket, model, "one ")
        await eventually(lambda: not parts.generation.is_watched(conversation_id))
        answer.say("two")
        answer.end()

        async def is_complete() -> bool:
            return await stored.status(conversation_id) == "complete"

        await eventually(is_complete)
        assert (await stored.answer(conversation_id)).content == "one two"
        assert parts.generation.active(conversation_id) == []

    async def test_one_that_is_cut_off_just_after_sending_is_stored_once(
        self, connect: Connect, conversation_id: str, model: FakeModel, stored: Stored
    ) -> None:
        for _ in range(3):
            async with connect(conversation_id) as socket:
                await socket.say("Hi", client_id="c1")
                socket.connection.transport.abort()
        async with connect(conversation_id) as socket:
            await socket.say("Hi", client_id="c1")
            await socket.until_answered()

        assert len(await stored.messages(conversation_id)) == 2
        assert len(model.answers) == 1


class TestDeletion:
    async def test_every_tab_is_told_and_closed_with_4404(
        self, connect: Connect, conversation_id: str, model: FakeModel, ann: httpx.AsyncClient
    ) -> None:
        async with connect(conversation_id) as writing, connect(conversation_id) as other:
            await other.until("ready")
            answer, _, _ = await begin(writing, model, "one")
            await other.until("delta")
            await ann.delete(f"/conversations/{conversation_id}")
            for socket in (writing, other):
                ending = await socket.ending()
                assert (ending.code, ending.frames[-1]["code"]) == (4404, "conversation_not_found")
            await asyncio.wait_for(answer.left.wait(), 5)
