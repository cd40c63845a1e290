"""A socket when the service stops, and what of a socket reaches a log."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from chat_server.main import create_app
from chat_server.settings import ChatSettings
from chat_testing.callers import Connect, TokenFor
from chat_testing.model import FakeModel
from chat_testing.server import serving
from chat_testing.sessions import FakeSessions
from chat_testing.sockets import open_socket
from chat_testing.stored import Stored


class TestShutdown:
    async def test_sockets_are_closed_with_1012_and_the_answer_is_interrupted(
        self, settings: ChatSettings, model: FakeModel, token_for: TokenFor
    ) -> None:
        model.hold()
        token = token_for("ann")
        app = create_app(settings, model, FakeSessions())
        async with serving(app, lifespan="on") as server:
            headers = {"Authorization": f"Bearer {token}"}
            base_url = f"http://{server.address}"
            async with httpx.AsyncClient(base_url=base_url, headers=headers, trust_env=False) as client:
                conversation_id = (await client.post("/conversations/", json={})).json()["id"]
            url = f"ws://{server.address}/ws/{conversation_id}?token={token}"
            async with open_socket(url + "&stream=true") as writing, open_socket(url) as idle:
                await idle.send(type="ping")
                await idle.receive()
                await writing.say("Hi")
                (await model.answer()).say("Half")
                await writing.until("delta")
                await server.stop()

                assert (await writing.ending()).code == 1012
                assert (await idle.ending()).code == 1012
        again = create_app(settings, FakeModel(), FakeSessions())
        async with again.router.lifespan_context(again):
            answer = await Stored(again.state.parts.database).answer(conversation_id)
            assert (answer.content, answer.status) == ("Half", "interrupted")


class TestLogs:
    """uvicorn logs the whole address of a socket, and at DEBUG its frames and headers too."""

    @pytest.fixture
    def setting_changes(self, tmp_path: Path) -> dict[str, Any]:
        return {"log_level": "DEBUG", "log_directory": tmp_path / "logs", "log_format": "json"}

    async def test_no_token_reaches_one(
        self,
        connect: Connect,
        conversation_id: str,
        token_for: TokenFor,
        settings: ChatSettings,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        token = token_for("ann")
        pair = ("convoai", f"bearer.{token}")
        async with connect(conversation_id, token=token) as socket:
            await socket.say("Hi")
            await socket.until_answered()
        async with connect(conversation_id, user=None, subprotocols=pair, stream=False) as socket:
            await socket.say("Hi again")
            await socket.until_answered()
        async with connect(conversation_id, token=token + "x") as socket:
            await socket.ending()

        assert settings.log_directory is not None
        file = (settings.log_directory / "chat-service.log").read_text(encoding="utf-8")
        assert conversation_id in file
        for written in (file, capfd.readouterr().err):
            for part in token.split(".")[1:]:
                assert part not in written
