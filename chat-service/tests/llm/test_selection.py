"""The configuration decides which model answers."""

import sys
from subprocess import run

import pytest
from chat_server.llm.client import OfferedModel
from chat_server.llm.embedded import EmbeddedModel
from chat_server.llm.openai_service import OpenAIModel
from chat_server.llm.selection import build_model_client, choose_default


def offered(*ids: str) -> list[OfferedModel]:
    return [OfferedModel(model_id, model_id, "", is_demonstration=False) for model_id in ids]


class TestBuildModelClient:
    @pytest.mark.parametrize(
        ("api_key", "base_url", "kind", "provider"),
        [
            ("key", None, OpenAIModel, "openai"),
            ("key", "http://127.0.0.1:1/v1", OpenAIModel, "127.0.0.1"),
            (None, "http://127.0.0.1:1/v1", OpenAIModel, "127.0.0.1"),
            (None, None, EmbeddedModel, "embedded"),
            ("", "", EmbeddedModel, "embedded"),
        ],
    )
    def test_follows_key_and_base_url(
        self, api_key: str | None, base_url: str | None, kind: type, provider: str
    ) -> None:
        model = build_model_client(api_key=api_key, base_url=base_url)
        assert (type(model), model.provider_of("gpt-4")) == (kind, provider)

    def test_loads_no_sdk(self) -> None:
        code = (
            "import sys; from chat_server.llm.selection import build_model_client as build\n"
            "build(api_key='k', base_url=None); build(api_key=None, base_url=None)\n"
            "print([name for name in ('openai', 'aiohttp', 'xllamacpp') if name in sys.modules])"
        )
        assert run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


class TestChooseDefault:
    def test_is_the_configured_model_when_it_is_offered(self) -> None:
        assert choose_default(offered("a", "gpt-4"), "gpt-4") == "gpt-4"

    def test_is_the_first_listed_otherwise(self) -> None:
        assert choose_default(offered("a", "b"), "gpt-4") == "a"

    def test_is_the_configured_model_when_nothing_is_listed(self) -> None:
        assert choose_default([], "gpt-4") == "gpt-4"
