"""Branches over the socket: every tab sees the same, and a lost one takes up the answer exactly."""

from typing import Any

import httpx
import pytest
from chat_server.db.models import Message
from chat_testing.callers import Connect
from chat_testing.model import FakeModel
from chat_testing.sockets import kinds_of, seqs_of, text_of
from chat_testing.stored import Stored
from sqlalchemy import update

Json = dict[str, Any]


@pytest.fixture
def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}/messages"


@pytest.fixture
async def exchange(ann: httpx.AsyncClient, url: str) -> tuple[Json, Json]:
    """A stored message and its answer."""
    question = (await ann.post(url, json={"content": "Why?"})).json()
    return question, question.pop("reply")


async def cut_off(stored: Stored, message_id: str) -> None:
    """Makes the answer one whose service has died."""
    statement = update(Message).where(Message.id == message_id).values(status="interrupted", finish_reason=None)
    await stored.database.write(lambda session: session.execute(statement))


class TestRegenerate:
    async def test_tells_every_tab_the_same(
        self, connect: Connect, conversation_id: str, exchange: tuple[Json, Json]
    ) -> None:
        question, first = exchange
        async with connect(conversation_id) as one, connect(conversation_id) as other:
            await one.receive()
            await other.receive()
            await one.send(type="regenerate", message_id=first["id"], client_id="again")
            frames, seen = await one.until_answered(), await other.until_answered()
        assert frames == seen
        assert kinds_of(frames) == ["start", "delta", "delta", "delta", "message"]
        start, final = frames[0], frames[-1]
        assert (start["in_reply_to"], start["client_id"]) == (question["id"], "again")
        assert start["sibling_ids"] == final["sibling_ids"] == [first["id"], final["message_id"]]
        assert (start["seq"], start["content"]) == (0, "")

    async def test_sent_again_is_told_again(
        self, connect: Connect, conversation_id: str, exchange: tuple[Json, Json], stored: Stored
    ) -> None:
        _, first = exchange
        finals = []
        for _ in range(2):
            async with connect(conversation_id) as socket:
                await socket.receive()
                await socket.send(type="regenerate", message_id=first["id"], client_id="again")
                frames = await socket.until_answered()
                assert kinds_of(frames) == ["start", "delta", "delta", "delta", "message"]
                finals.append(frames[-1])
        assert finals[0] == finals[1]
        assert len(await stored.messages(conversation_id)) == 3

    async def test_while_an_answer_is_written_is_refused(
        self, connect: Connect, conversation_id: str, exchange: tuple[Json, Json], model: FakeModel
    ) -> None:
        _, first = exchange
        model.hold()
        async with connect(conversation_id) as socket:
            await socket.receive()
            await socket.say("Another?")
            await socket.until("start")
            await socket.send(type="regenerate", message_id=first["id"], client_id="r")
            error = await socket.receive()
            assert (error["code"], error["message_id"], error["client_id"]) == ("busy", first["id"], "r")

    async def test_can_be_stopped(
        self, connect: Connect, conversation_id: str, exchange: tuple[Json, Json], model: FakeModel
    ) -> None:
        _, first = exchange
        model.hold()
        async with connect(conversation_id) as socket:
            await socket.receive()
            await socket.send(type="regenerate", message_id=first["id"])
            start = await socket.receive()
            (await model.answer(2)).say("Half")
            await socket.receive()
            await socket.send(type="stop", message_id=start["message_id"])
            final = (await socket.until_answered())[-1]
        assert (final["status"], final["content"], final["sibling_ids"]) == (
            "stopped",
            "Half",
            [first["id"], start["message_id"]],
        )


class TestEdit:
    async def test_tells_the_other_tab_the_message_and_where_it_belongs(
        self, connect: Connect, conversation_id: str, exchange: tuple[Json, Json]
    ) -> None:
        question, _ = exchange
        async with connect(conversation_id) as one, connect(conversation_id) as other:
            await one.receive()
            await other.receive()
            await one.send(type="edit", message_id=question["id"], content="How?", client_id="e")
            frames, seen = await one.until_answered(), await other.until_answered()
        assert kinds_of(frames) == ["ack", "start", "delta", "delta", "delta", "message"]
        assert kinds_of(seen) == ["message", "start", "delta", "delta", "delta", "message"]
        assert frames[0]["message_id"] == seen[0]["message_id"]
        assert (seen[0]["content"], seen[0]["parent_id"]) == ("How?", None)
        assert seen[0]["sibling_ids"] == [question["id"], seen[0]["message_id"]]

    @pytest.mark.parametrize("content", ["", " ", "a\u0000b", "x" * 32_001])
    async def test_needs_a_text_that_can_be_stored(
        self, connect: Connect, conversation_id: str, exchange: tuple[Json, Json], stored: Stored, content: str
    ) -> None:
        question, _ = exchange
        async with connect(conversation_id) as socket:
            await socket.receive()
            await socket.send(type="edit", message_id=question["id"], content=content)
            assert (await socket.receive())["code"] == "invalid_input"
        assert len(await stored.messages(conversation_id)) == 2


class TestContinue:
    async def test_says_what_is_there_and_numbers_what_follows(
        self, connect: Connect, conversation_id: str, exchange: tuple[Json, Json], stored: Stored
    ) -> None:
        _, first = exchange
        await cut_off(stored, first["id"])
        async with connect(conversation_id) as socket:
            await socket.receive()
            await socket.send(type="continue", message_id=first["id"])
            start, *deltas, final = await socket.until_answered()
        assert (start["content"], start["seq"]) == ("Hello there.", 3)
        assert seqs_of(deltas) == [4, 5, 6]
        assert start["content"] + text_of(deltas) == final["content"]
        assert final["seq"] == 6

    @pytest.mark.parametrize("after", range(7))
    async def test_can_be_taken_up_after_any_piece(
        self, connect: Connect, conversation_id: str, exchange: tuple[Json, Json], stored: Stored, after: int
    ) -> None:
        _, first = exchange
        await cut_off(stored, first["id"])
        async with connect(conversation_id) as socket:
            await socket.receive()
            await socket.send(type="continue", message_id=first["id"])
            final = (await socket.until_answered())[-1]
        async with connect(conversation_id) as socket:
            await socket.receive()
            await socket.send(type="resume", message_id=final["message_id"], after=after)
            frames = await socket.until_answered()
        assert seqs_of(frames) == list(range(after + 1, 7))
        assert frames[-1] == final

    async def test_while_it_is_written_a_tab_that_comes_late_sees_all_of_it(
        self, connect: Connect, conversation_id: str, exchange: tuple[Json, Json], stored: Stored, model: FakeModel
    ) -> None:
        _, first = exchange
        await cut_off(stored, first["id"])
        model.hold()
        async with connect(conversation_id) as socket:
            await socket.receive()
            await socket.send(type="continue", message_id=first["id"])
            message_id = (await socket.receive())["message_id"]
            answer = await model.answer(2)
            answer.say(" More")
            await socket.until("delta")
            async with connect(conversation_id) as late:
                assert (await late.receive())["active"] == [{"message_id": message_id, "seq": 4}]
                await late.send(type="resume", message_id=message_id, after=0)
                answer.end()
                frames = await late.until_answered()
        assert text_of(frames) == frames[-1]["content"] == "Hello there. More"

    async def test_of_a_complete_answer_is_refused(
        self, connect: Connect, conversation_id: str, exchange: tuple[Json, Json]
    ) -> None:
        _, first = exchange
        async with connect(conversation_id) as socket:
            await socket.receive()
            await socket.send(type="continue", message_id=first["id"])
            error = await socket.receive()
            assert (error["code"], error["message_id"]) == ("nothing_to_continue", first["id"])


class TestShow:
    async def test_is_told_to_every_tab(
        self, ann: httpx.AsyncClient, connect: Connect, conversation_id: str, exchange: tuple[Json, Json]
    ) -> None:
        _, first = exchange
        async with connect(conversation_id) as socket:
            await socket.receive()
            await socket.send(type="regenerate", message_id=first["id"])
            await socket.until_answered()
            await ann.put(f"/conversations/{conversation_id}/branch", json={"message_id": first["id"]})
            assert await socket.receive() == {"type": "branch", "leaf_id": first["id"]}


class TestPlainMode:
    @pytest.mark.parametrize("kind", ["edit", "regenerate", "continue"])
    async def test_has_no_branches(
        self, connect: Connect, conversation_id: str, exchange: tuple[Json, Json], kind: str
    ) -> None:
        question, _ = exchange
        async with connect(conversation_id, stream=False) as socket:
            await socket.send(type=kind, message_id=question["id"], content="Hi")
            assert (await socket.receive())["code"] == "streaming_mode_required"
