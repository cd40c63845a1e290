"""An error that nobody foresaw, in the midst of a socket."""

from typing import Any

import pytest
from chat_server.dependencies import Parts
from chat_testing.callers import Connect
from service_kit.errors import DatabaseUnavailable


@pytest.mark.parametrize("stream", [True, False], ids=["streaming", "plain"])
class TestCrash:
    async def test_it_closes_with_1011_and_tells_nothing_of_itself(
        self,
        connect: Connect,
        conversation_id: str,
        parts: Parts,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        stream: bool,
    ) -> None:
        async def broken(*_arguments: Any, **_options: Any) -> None:
            raise ZeroDivisionError("secret of the inside")

        monkeypatch.setattr(parts.generation, "send", broken)
        async with connect(conversation_id, stream=stream) as socket:
            await socket.say("Hi")
            ending = await socket.ending()

        assert (ending.code, ending.frames[-1]["code"]) == (1011, "internal_error")
        assert "secret" not in str(ending)
        assert "socket_crashed" in caplog.text

    async def test_a_database_that_does_not_answer_is_an_error_the_socket_outlives(
        self,
        connect: Connect,
        conversation_id: str,
        parts: Parts,
        monkeypatch: pytest.MonkeyPatch,
        stream: bool,
    ) -> None:
        async def unreachable(_work: Any) -> None:
            raise DatabaseUnavailable()

        async with connect(conversation_id, stream=stream) as socket:
            await socket.send(type="ping")
            await socket.until("pong")
            with monkeypatch.context() as patch:
                patch.setattr(parts.database, "write", unreachable)
                await socket.say("Hi", client_id="c1")
                error = await socket.receive()
            assert (error["code"], error["client_id"], error["retryable"]) == ("database_unavailable", "c1", True)
            assert error["retry_after_seconds"] == 5
            await socket.say("Hi", client_id="c1")
            assert (await socket.until_answered())[-1]["content"] == "Hello there."

    async def test_one_that_cannot_be_checked_is_refused(
        self,
        connect: Connect,
        conversation_id: str,
        parts: Parts,
        monkeypatch: pytest.MonkeyPatch,
        stream: bool,
    ) -> None:
        async def unreachable(_work: Any) -> None:
            raise DatabaseUnavailable()

        monkeypatch.setattr(parts.database, "read", unreachable)
        async with connect(conversation_id, stream=stream) as socket:
            ending = await socket.ending()

        assert (ending.code, ending.frames[-1]["code"]) == (1011, "database_unavailable")
