"""The list of models is asked for rarely, and an old list is better than none."""

import asyncio

import pytest
from chat_server.llm.catalogue import ModelCatalogue, read_model_list
from chat_server.llm.client import OfferedModel
from chat_server.llm.errors import ProviderBadResponse, ProviderUnavailable


class Provider:
    """A provider whose answer and clock the test sets."""

    def __init__(self) -> None:
        self.ids = ["a", "b"]
        self.is_down = False
        self.asked = 0
        self.now = 1000.0

    async def fetch(self) -> list[OfferedModel]:
        self.asked += 1
        await asyncio.sleep(0)
        if self.is_down:
            raise ProviderUnavailable
        return [OfferedModel(model_id, model_id, "", is_demonstration=False) for model_id in self.ids]

    def catalogue(self) -> ModelCatalogue:
        return ModelCatalogue(self.fetch, fresh_seconds=60, retry_seconds=5, clock=lambda: self.now)


class TestModels:
    async def test_asks_once_for_many_callers(self) -> None:
        provider = Provider()
        catalogue = provider.catalogue()
        lists = await asyncio.gather(*(catalogue.models() for _ in range(10)))
        assert [[model.id for model in models] for models in lists] == [["a", "b"]] * 10
        assert provider.asked == 1

    async def test_asks_again_after_a_minute(self) -> None:
        provider = Provider()
        catalogue = provider.catalogue()
        await catalogue.models()
        provider.ids, provider.now = ["c"], provider.now + 61
        assert [model.id for model in await catalogue.models()] == ["c"]

    async def test_serves_the_old_list_while_the_provider_is_down(self) -> None:
        provider = Provider()
        catalogue = provider.catalogue()
        await catalogue.models()
        provider.is_down, provider.now = True, provider.now + 61
        assert [model.id for model in await catalogue.models()] == ["a", "b"]
        assert not await catalogue.is_answering()
        assert provider.asked == 2

    async def test_fails_when_the_provider_never_answered_and_recovers(self) -> None:
        provider = Provider()
        provider.is_down = True
        catalogue = provider.catalogue()
        with pytest.raises(ProviderUnavailable):
            await catalogue.models()
        provider.is_down, provider.now = False, provider.now + 6
        assert await catalogue.is_answering()
        assert len(await catalogue.models()) == 2


class TestReadModelList:
    def test_takes_names_and_descriptions_where_servers_give_them(self) -> None:
        body = b'{"data": [{"id": "a", "name": "Model A", "description": "Fast"}, {"id": "b", "owned_by": "x"}]}'
        assert read_model_list(body, only_chat=False) == [
            OfferedModel("a", "Model A", "Fast", is_demonstration=False),
            OfferedModel("b", "b", "", is_demonstration=False),
        ]

    @pytest.mark.parametrize(
        ("told", "tokens"),
        [
            ('"max_model_len": 32768', 32_768),  # vLLM
            ('"context_length": 200000', 200_000),  # OpenRouter
            ('"context_window": 131072', 131_072),  # Groq
            ('"max_context_length": 8192', 8_192),  # LM Studio
            ('"context_length": null, "max_model_len": 4096', 4_096),
            ('"context_length": "many"', None),
            ('"context_length": 0', None),
        ],
    )
    def test_takes_how_much_a_model_reads_where_servers_tell_it(self, told: str, tokens: int | None) -> None:
        [model] = read_model_list(f'{{"data": [{{"id": "a", {told}}}]}}'.encode(), only_chat=False)
        assert model.context_tokens == tokens

    @pytest.mark.parametrize(
        ("model_id", "tokens"),
        [
            ("gpt-4", 8_192),
            ("gpt-4-0613", 8_192),
            ("gpt-4-turbo-2024-04-09", 128_000),
            ("gpt-4o-mini", 128_000),
            ("gpt-4.1-nano", 1_047_576),
            ("gpt-45", None),
        ],
    )
    def test_knows_how_much_openais_own_models_read(self, model_id: str, tokens: int | None) -> None:
        body = f'{{"data": [{{"id": "{model_id}"}}]}}'.encode()
        assert read_model_list(body, only_chat=True)[0].context_tokens == tokens
        assert read_model_list(body, only_chat=False)[0].context_tokens is None

    def test_leaves_out_what_cannot_hold_a_conversation(self) -> None:
        body = b'{"data": [{"id": "gpt-4"}, {"id": "text-embedding-3-small"}, {"id": "whisper-1"}]}'
        assert [model.id for model in read_model_list(body, only_chat=True)] == ["gpt-4"]
        assert len(read_model_list(body, only_chat=False)) == 3

    @pytest.mark.parametrize("body", [b"", b"<html>", b'{"data": [{"name": "no id"}]}'])
    def test_anything_else_is_a_bad_response(self, body: bytes) -> None:
        with pytest.raises(ProviderBadResponse):
            read_model_list(body, only_chat=False)
