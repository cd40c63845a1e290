"""How often one person may send and connect: over REST, event streams and sockets together."""

from typing import Any

import httpx
import pytest
from chat_testing.callers import ClientFor, Connect

EVENT_STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def setting_changes() -> dict[str, Any]:
    return {"messages_per_minute": 3, "websockets_opened_per_minute": 2}


async def send(client: httpx.AsyncClient, conversation: str, headers: dict[str, str] | None = None) -> httpx.Response:
    return await client.post(f"/conversations/{conversation}/messages", json={"content": "Hi"}, headers=headers)


class TestMessages:
    async def test_over_rest_are_refused_with_the_time_to_wait(
        self, ann: httpx.AsyncClient, conversation_id: str
    ) -> None:
        answers = [await send(ann, conversation_id) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        problem = answers[3].json()
        assert (problem["code"], answers[3].headers["RateLimit-Limit"]) == ("rate_limited", "3")
        assert answers[3].headers["Retry-After"] == answers[3].headers["RateLimit-Reset"]
        messages = (await ann.get(f"/conversations/{conversation_id}/messages")).json()
        assert len(messages) == 6, "nothing of the refused one is stored"

    async def test_count_together_whatever_way_they_come(
        self, ann: httpx.AsyncClient, conversation_id: str, connect: Connect
    ) -> None:
        await send(ann, conversation_id)
        await send(ann, conversation_id, EVENT_STREAM)
        async with connect(conversation_id, stream=False) as socket:
            await socket.say("Hi")
            assert (await socket.receive())["type"] == "message"
        assert (await send(ann, conversation_id, EVENT_STREAM)).status_code == 429

    @pytest.mark.parametrize("stream", [True, False])
    async def test_over_a_socket_are_refused_with_a_frame_and_the_socket_stays(
        self, ann: httpx.AsyncClient, conversation_id: str, connect: Connect, stream: bool
    ) -> None:
        for _ in range(3):
            await send(ann, conversation_id)
        async with connect(conversation_id, stream=stream) as socket:
            await socket.say("Hi", client_id="c-1")
            (refusal,) = [frame for frame in await socket.until("error") if frame["type"] == "error"]
            assert (refusal["code"], refusal["retryable"], refusal["client_id"]) == ("rate_limited", True, "c-1")
            assert 1 <= refusal["retry_after_seconds"] <= 60
            await socket.silence()

    async def test_of_one_person_leave_the_others_alone(
        self, ann: httpx.AsyncClient, conversation_id: str, client_for: ClientFor
    ) -> None:
        for _ in range(4):
            await send(ann, conversation_id)
        other = client_for("zoe")
        mine = (await other.post("/conversations/", json={})).json()["id"]
        assert (await send(other, mine)).status_code == 200


class TestSockets:
    async def test_that_are_opened_too_fast_are_closed(self, conversation_id: str, connect: Connect) -> None:
        for _ in range(2):
            async with connect(conversation_id) as socket:
                await socket.until("ready")
        async with connect(conversation_id) as socket:
            ending = await socket.ending()
        assert ending.code == 4429
        assert (ending.frames[-1]["code"], ending.frames[-1]["retryable"]) == ("rate_limited", True)
