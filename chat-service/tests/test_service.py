"""What every service answers, here with this service's parts; and what does not reach it."""

from typing import Any

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.settings import ChatSettings
from chat_testing.problems import code_of
from pydantic import ValidationError
from service_kit.errors import DatabaseUnavailable

PAGE = "http://localhost:3000"


class TestServiceRoutes:
    async def test_it_says_that_it_is_healthy(self, anonymous: httpx.AsyncClient) -> None:
        found = (await anonymous.get("/health")).json()

        assert (found["status"], found["service"]) == ("healthy", "chat-service")

    async def test_it_says_what_it_is(self, anonymous: httpx.AsyncClient) -> None:
        assert (await anonymous.get("/")).json()["name"] == "chat-service"

    async def test_it_is_ready_while_its_database_answers(
        self, anonymous: httpx.AsyncClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert (await anonymous.get("/ready")).status_code == 200

        async def unreachable(_work: Any) -> None:
            raise DatabaseUnavailable()

        monkeypatch.setattr(parts.database, "read", unreachable)
        assert code_of(await anonymous.get("/ready")) == (503, "database_unavailable")
        assert (await anonymous.get("/health")).status_code == 200

    async def test_its_figures_name_routes_and_not_paths(self, ann: httpx.AsyncClient, conversation_id: str) -> None:
        await ann.get(f"/conversations/{conversation_id}")
        figures = (await ann.get("/metrics")).text

        assert 'route="/conversations/{conversation_id}"' in figures
        assert conversation_id not in figures

    async def test_its_document_names_every_call_of_the_contract(self, anonymous: httpx.AsyncClient) -> None:
        paths = (await anonymous.get("/openapi.json")).json()["paths"]
        calls = {(method, path) for path, methods in paths.items() for method in methods}

        assert calls >= {
            ("post", "/conversations/"),
            ("get", "/conversations/"),
            ("get", "/conversations/{conversation_id}"),
            ("patch", "/conversations/{conversation_id}"),
            ("put", "/conversations/{conversation_id}"),
            ("delete", "/conversations/{conversation_id}"),
            ("post", "/conversations/{conversation_id}/messages"),
            ("get", "/conversations/{conversation_id}/messages"),
            ("get", "/models"),
            ("get", "/export"),
        }

    async def test_what_it_answers_is_always_there(self, anonymous: httpx.AsyncClient) -> None:
        """A field that drops out of `required` becomes optional for the page."""
        schemas = (await anonymous.get("/openapi.json")).json()["components"]["schemas"]

        for name in ("ConversationOut", "MessageOut", "MessageWithReply", "ModelOut", "UsageOut"):
            assert set(schemas[name]["required"]) == set(schemas[name]["properties"]), name


class TestFailingDatabase:
    @pytest.mark.parametrize("path", ["/conversations/", "/conversations/any", "/conversations/any/messages"])
    async def test_reading_tells_when_to_come_back(
        self, ann: httpx.AsyncClient, parts: Parts, monkeypatch: pytest.MonkeyPatch, path: str
    ) -> None:
        async def unreachable(_work: Any) -> None:
            raise DatabaseUnavailable()

        monkeypatch.setattr(parts.database, "read", unreachable)
        response = await ann.get(path)

        assert code_of(response) == (503, "database_unavailable")
        assert response.headers["Retry-After"] == "5"

    async def test_a_crash_tells_nothing_of_itself(
        self, ann: httpx.AsyncClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def broken(_work: Any) -> None:
            raise ZeroDivisionError("secret of the inside")

        monkeypatch.setattr(parts.database, "read", broken)
        response = await ann.get("/conversations/")

        assert code_of(response) == (500, "internal_error")
        assert "secret" not in response.text


class TestOtherPages:
    async def test_a_page_of_ours_may_read_the_next_link(self, ann: httpx.AsyncClient) -> None:
        response = await ann.get("/conversations/", headers={"Origin": PAGE})

        assert response.headers["Access-Control-Allow-Origin"] == PAGE
        assert "Link" in response.headers["Access-Control-Expose-Headers"]

    async def test_another_may_not(self, ann: httpx.AsyncClient) -> None:
        response = await ann.get("/conversations/", headers={"Origin": "https://evil.example"})

        assert "Access-Control-Allow-Origin" not in response.headers

    @pytest.mark.parametrize("token", ["", "rubbish", "Bearer", "Basic YW5uOmFubg=="])
    async def test_a_header_that_is_no_token_is_refused(self, anonymous: httpx.AsyncClient, token: str) -> None:
        response = await anonymous.get("/conversations/", headers={"Authorization": token})

        assert code_of(response) == (401, "invalid_credentials")


class TestSettings:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"openai_base_url": "https://user:key@models.example/v1"},
            {"openai_temperature": 2.1},
            {"context_messages": 0},
            {"openai_max_tokens": 0},
            {"websocket_idle_seconds": 0},
            {"model_connect_seconds": -1},
            {"port": 70_000},
        ],
        ids=str,
    )
    def test_a_wrong_value_stops_the_start(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            ChatSettings(_env_file=None, **wrong)  # type: ignore[call-arg]

    def test_the_defaults_are_the_contracts(self) -> None:
        settings = ChatSettings(_env_file=None)  # type: ignore[call-arg]

        assert (settings.openai_model, settings.openai_temperature, settings.openai_max_tokens) == ("gpt-4", 0.7, 500)
        assert settings.system_prompt == "You are a helpful AI assistant."
        assert (settings.context_messages, settings.port) == (10, 8000)
        assert settings.resolved_database_url.endswith("/chat-service/data/chat-service.db")
