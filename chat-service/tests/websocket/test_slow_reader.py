"""A client that does not read holds up nobody but itself."""

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.generation import feed
from chat_testing.callers import Connect, TokenFor
from chat_testing.model import FakeModel
from chat_testing.server import RunningServer
from chat_testing.sockets import ChatSocket, Frame, seqs_of, text_of
from chat_testing.stored import Stored
from chat_testing.waiting import eventually
from websockets.asyncio.client import connect as connect_websocket

PIECE = "x" * 50_000
PIECES = 200  # ten megabytes: more than the buffers of both ends hold


@pytest.fixture
async def slow(server: RunningServer, token_for: TokenFor, conversation_id: str) -> AsyncIterator[ChatSocket]:
    """A streaming socket that takes next to nothing in advance of being read."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    narrow.setblocking(False)
    host, port = server.address.split(":")
    await asyncio.get_running_loop().sock_connect(narrow, (host, int(port)))
    url = f"ws://{server.address}/ws/{conversation_id}?stream=true&token={token_for('ann')}"
    async with connect_websocket(
        url, sock=narrow, max_queue=1, max_size=None, compression=None, proxy=None, ping_interval=None
    ) as connection:
        yield ChatSocket(connection)


async def speak_at_length(quick: ChatSocket, model: FakeModel) -> list[Frame]:
    """Everything that a reader at full speed receives of a very long answer."""
    model.hold()
    await quick.until("ready")
    await quick.say("Hi")
    answer = await model.answer()
    for number in range(PIECES):
        answer.say(PIECE)
        if number % 20 == 0:
            await quick.until("delta", seq=number + 1)
    answer.end()
    return await quick.until_answered()


class TestSlowReader:
    async def test_the_others_get_everything_at_once_and_it_gets_the_same_later(
        self,
        connect: Connect,
        slow: ChatSocket,
        conversation_id: str,
        model: FakeModel,
        stored: Stored,
        parts: Parts,
        ann: httpx.AsyncClient,
    ) -> None:
        async with connect(conversation_id) as quick:
            final = (await speak_at_length(quick, model))[-1]
            assert len(final["content"]) == PIECES * len(PIECE)
            assert await stored.status(conversation_id) == "complete"
            await eventually(lambda: parts.database.connections_in_use == 0)
            assert (await ann.get("/conversations/")).status_code == 200

            late = await slow.until_answered()
            assert seqs_of(late) == list(range(1, PIECES + 1))
            assert text_of(late) == final["content"]
            assert late[-1] == final

    async def test_one_too_far_behind_is_closed_with_4408_and_may_come_back(
        self,
        connect: Connect,
        slow: ChatSocket,
        conversation_id: str,
        model: FakeModel,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(feed, "LONGEST_LAG", 50)
        async with connect(conversation_id) as quick:
            final = (await speak_at_length(quick, model))[-1]
            ending = await slow.ending()
        assert (ending.code, ending.frames[-1]["code"]) == (4408, "too_slow")
        known = len(seqs_of(ending.frames))
        assert seqs_of(ending.frames) == list(range(1, known + 1))

        async with connect(conversation_id) as again:
            await again.until("ready")
            await again.send(type="resume", message_id=final["message_id"], after=known)
            rest = await again.until_answered()
        assert text_of(ending.frames) + text_of(rest) == final["content"]
