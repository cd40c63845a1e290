"""An answer of another model than the one that was asked for says so, live and on disk."""

from collections.abc import AsyncIterator

import httpx
import pytest
from chat_server.llm.client import CompletionChunk
from chat_testing.callers import Connect
from chat_testing.model import USAGE, FakeModel, ScriptedAnswer


@pytest.fixture
def falling_back(model: FakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer is one of another model."""

    async def chunks(_answer: ScriptedAnswer) -> AsyncIterator[CompletionChunk]:
        yield CompletionChunk("Hello", None, None, model="two/llama3")
        yield CompletionChunk("", "stop", USAGE)

    monkeypatch.setattr(ScriptedAnswer, "chunks", chunks)


@pytest.mark.usefixtures("falling_back")
class TestFallback:
    async def test_is_named_by_the_stored_answer(self, ann: httpx.AsyncClient, conversation_id: str) -> None:
        url = f"/conversations/{conversation_id}/messages"
        reply = (await ann.post(url, json={"content": "Hi", "model": "gpt-4"})).json()["reply"]
        assert reply["model"] == "two/llama3"
        assert (await ann.get(url)).json()[1]["model"] == "two/llama3"

    async def test_is_named_by_the_final_frame(self, connect: Connect, conversation_id: str) -> None:
        async with connect(conversation_id) as socket:
            await socket.receive()
            await socket.say("Hi")
            frames = await socket.until_answered()
        start = next(frame for frame in frames if frame["type"] == "start")
        assert (start["model"], frames[-1]["model"]) == ("gpt-4", "two/llama3")
