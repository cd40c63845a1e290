"""GET /models, and which model answers when none is named."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_server.catalog import service as catalog_service
from chat_server.catalog.service import ModelCatalog
from chat_server.errors import ModelNotListed
from chat_server.llm.client import OfferedModel
from chat_server.llm.errors import ProviderBadResponse, ProviderError, ProviderTimeout, ProviderUnavailable
from chat_testing.model import FakeModel
from chat_testing.problems import code_of

UNTOLD = {"provider": "", "context_tokens": None}


class TestList:
    async def test_it_names_each_and_marks_the_default(self, ann: httpx.AsyncClient) -> None:
        response = await ann.get("/models")

        assert response.status_code == 200
        assert response.json() == [
            {"id": "gpt-4", "name": "GPT-4", "description": "", "is_default": True, "is_demonstration": False} | UNTOLD,
            {
                "id": "gpt-4-mini",
                "name": "GPT-4-MINI",
                "description": "",
                "is_default": False,
                "is_demonstration": False,
            }
            | UNTOLD,
        ]

    async def test_the_first_is_the_default_where_the_configured_one_is_not_on_offer(
        self, ann: httpx.AsyncClient, model: FakeModel
    ) -> None:
        model.offered = [
            OfferedModel("small", "Small", "A demonstration.", True),
            OfferedModel("big", "Big", "", False),
        ]
        found = (await ann.get("/models")).json()

        assert [(offered["id"], offered["is_default"], offered["is_demonstration"]) for offered in found] == [
            ("small", True, True),
            ("big", False, False),
        ]

    async def test_an_anonymous_caller_is_refused(self, anonymous: httpx.AsyncClient) -> None:
        assert code_of(await anonymous.get("/models")) == (401, "invalid_credentials")

    @pytest.mark.parametrize(
        ("error", "status"), [(ProviderBadResponse(), 502), (ProviderUnavailable(), 503), (ProviderTimeout(), 504)]
    )
    async def test_a_server_that_cannot_be_asked_is_told(
        self, ann: httpx.AsyncClient, model: FakeModel, error: ProviderError, status: int
    ) -> None:
        model.list_error = error

        assert code_of(await ann.get("/models")) == (status, error.code)


class TestChoice:
    async def test_an_answer_uses_what_is_on_offer(
        self, ann: httpx.AsyncClient, model: FakeModel, conversation_id: str
    ) -> None:
        model.offered = [OfferedModel("small", "Small", "", True)]
        reply = (await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})).json()["reply"]

        assert reply["model"] == model.answers[0].request.model == "small"

    async def test_a_server_that_cannot_be_asked_gets_the_configured_model(
        self, ann: httpx.AsyncClient, model: FakeModel, conversation_id: str
    ) -> None:
        model.list_error = ProviderUnavailable()
        response = await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi", "model": "any"})
        default = await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})

        assert response.json()["reply"]["model"] == "any"
        assert default.json()["reply"]["model"] == "gpt-4"


class SilentModel(FakeModel):
    """Its server takes the question and never answers it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def list_models(self) -> list[OfferedModel]:
        self.asked += 1
        await asyncio.Event().wait()
        return []


class TestSilentServer:
    @pytest.fixture(autouse=True)
    def _short_patience(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(catalog_service, "ASK_SECONDS", 0.05)

    async def test_it_holds_nobody_up_twice(self) -> None:
        model = SilentModel()
        catalog = ModelCatalog(model, "gpt-4")

        async with asyncio.timeout(4):
            for _ in range(50):
                await catalog.require_listed("anything")
                assert await catalog.default_model() == "gpt-4"
        assert model.asked == 1

    async def test_it_is_asked_again_after_a_while(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(catalog_service, "RETRY_SECONDS", 0.0)
        model = SilentModel()
        catalog = ModelCatalog(model, "gpt-4")
        await catalog.default_model()
        await catalog.default_model()

        assert model.asked == 2


class TestServerThatIsBack:
    async def test_is_believed_as_soon_as_it_has_told_somebody(self) -> None:
        # What nobody offers was taken for ten seconds more, though the list on the page was there.
        model = FakeModel()
        model.list_error = ProviderUnavailable()
        catalog = ModelCatalog(model, "gpt-4")
        await catalog.require_listed("gpt-99")
        model.list_error = None
        await catalog.list_models()
        with pytest.raises(ModelNotListed):
            await catalog.require_listed("gpt-99")


class TestListedOrNot:
    @pytest.mark.parametrize("name", [None, "gpt-4", "gpt-4-mini"])
    async def test_none_and_what_is_listed_are_fine(self, name: str | None) -> None:
        await ModelCatalog(FakeModel(), "gpt-4").require_listed(name)

    @pytest.mark.parametrize("name", ["gpt-99", "GPT-4", "", "gpt-4 "])
    async def test_anything_else_is_refused(self, name: Any) -> None:
        with pytest.raises(ModelNotListed):
            await ModelCatalog(FakeModel(), "gpt-4").require_listed(name)

    async def test_an_empty_list_refuses_nothing(self) -> None:
        model = FakeModel()
        model.offered = []

        await ModelCatalog(model, "gpt-4").require_listed("anything")
