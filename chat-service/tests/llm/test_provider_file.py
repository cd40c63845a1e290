"""The file of several providers: what it says, and what it is refused for."""

from pathlib import Path

import pytest
from chat_server.llm.embedded import EMBEDDED_MODEL
from chat_server.llm.provider_file import ProvidersFile, ProvidersRefused, read_providers_file
from chat_server.settings import SERVICE_FOLDER

WHOLE = """
default_model = "gpt-4o"
fallbacks = ["llama3"]

[[providers]]
name = "openai"
base_url = "https://api.openai.com/v1"
api_key = "${KEY}"
offers = "named"

[[providers.models]]
id = "gpt-4o"
name = "GPT-4o"
context_tokens = 128_000
input_usd_per_million = 2.5
output_usd_per_million = 10

[[providers]]
name = "ollama"
base_url = "http://${HOST:-localhost}:11434/v1"
first_byte_seconds = 120
"""
ONE = '[[providers]]\nname = "a"\nbase_url = "http://localhost/v1"\n'


def read(tmp_path: Path, text: str, **environment: str) -> ProvidersFile:
    path = tmp_path / "models.toml"
    path.write_text(text, encoding="utf-8")
    return read_providers_file(path, environment)


class TestRead:
    def test_gives_the_providers_in_their_order(self, tmp_path: Path) -> None:
        file = read(tmp_path, WHOLE, KEY="sk-secret")
        openai, ollama = file.providers
        assert (file.default_model, file.fallbacks) == ("gpt-4o", ["llama3"])
        assert openai.api_key.get_secret_value() == "sk-secret"
        assert (openai.models[0].context_tokens, openai.models[0].output_usd_per_million) == (128_000, 10)
        assert (ollama.base_url, ollama.offers) == ("http://localhost:11434/v1", "listed")
        assert ollama.first_byte_seconds == 120
        assert "sk-secret" not in repr(file)

    def test_takes_addresses_from_the_environment(self, tmp_path: Path) -> None:
        file = read(tmp_path, WHOLE, KEY="k", HOST="gpu.internal")
        assert file.providers[1].base_url == "http://gpu.internal:11434/v1"

    def test_a_variable_that_may_be_empty_is_empty(self, tmp_path: Path) -> None:
        assert read(tmp_path, ONE + 'api_key = "${NO_KEY:-}"').providers[0].api_key.get_secret_value() == ""


class TestExample:
    def test_of_the_repository_is_understood(self) -> None:
        keys = {f"{name}_API_KEY": "k" for name in ("OPENAI", "ANTHROPIC", "GEMINI")}
        file = read_providers_file(SERVICE_FOLDER / "models.example.toml", keys)
        assert [provider.name for provider in file.providers] == ["openai", "anthropic", "gemini", "ollama", "embedded"]
        assert file.fallbacks[-1] == EMBEDDED_MODEL.id


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (ONE + 'api_key = "${KEY}"', "names the variable KEY, which is not set"),
            ("providers = [", "is no TOML"),
            ("", "providers: Field required"),
            ("providers = []", "providers"),
            (ONE + ONE, "two providers have the same name"),
            (ONE.replace("http://localhost/v1", "localhost:1"), "base_url must be an http or https address"),
            (ONE.replace("http://", "http://user:secret@"), "must not carry credentials"),
            (ONE.replace('"a"', '"A b"'), "providers.0.name"),
            (ONE + 'offers = "named"', "needs models"),
            (ONE + "colour = 1", "providers.0.colour"),
            (ONE + '[[providers.models]]\nid = "m"\ncontext_tokens = 1', "context_tokens"),
            (ONE + '[[providers.models]]\nid = "m"\ninput_usd_per_million = -1', "input_usd_per_million"),
            ('[[providers]]\nname = "e"\nkind = "embedded"\nbase_url = "http://x/v1"', "neither base_url nor api_key"),
        ],
    )
    def test_says_where_and_what_to_do_and_no_secret(self, tmp_path: Path, text: str, words: str) -> None:
        with pytest.raises(ProvidersRefused) as refused:
            read(tmp_path, text)
        assert words in str(refused.value)
        assert str(refused.value).startswith("MODELS_FILE")
        assert "secret" not in str(refused.value)

    def test_an_absent_file(self, tmp_path: Path) -> None:
        with pytest.raises(ProvidersRefused, match="cannot be read"):
            read_providers_file(tmp_path / "none.toml", {})
