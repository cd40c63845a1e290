"""Several providers from one file, in the running installation: who answers, who steps in, and what is said of it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support.client import People, assert_problem, ok, people_of
from support.processes import free_port
from support.scripted_openai import ScriptedOpenAI
from support.stack import Stack, metric, running_stack
from support.waiting import eventually

KEY = "sk-of-a-provider-that-nobody-may-read"
FILE = """
default_model = "scripted-small"
fallbacks = ["gpt-4"]

[[providers]]
name = "away"
base_url = "http://127.0.0.1:{port}/v1"
api_key = "${{AWAY_API_KEY}}"
offers = "named"
[[providers.models]]
id = "far-model"
name = "Far"
context_tokens = 4096

[[providers]]
name = "near"
base_url = "{near}"
api_key = "{key}"
"""


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("providers")
    file = folder / "models.toml"
    settings = {"MODELS_FILE": str(file), "AWAY_API_KEY": KEY, "LOG_LEVEL": "DEBUG"}
    stack = Stack(folder, provider=provider, settings=settings)
    write(file, provider, stack)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def write(file: Path, provider: ScriptedOpenAI, stack: Stack) -> None:
    text = FILE.format(port=free_port(), near=provider.base_url, key=stack.model_key)
    file.write_text(text, encoding="utf-8")


@pytest.fixture
async def people(own_stack: Stack) -> AsyncIterator[People]:
    async with people_of(own_stack) as people:
        yield people


class TestProviders:
    async def test_are_one_list_with_the_default_of_the_file(self, people: People) -> None:
        person = await people.register()
        models = ok(await person.chat("GET", "/models"))
        assert [(model["id"], model["provider"], model["is_default"]) for model in models] == [
            ("far-model", "away", False),
            ("gpt-4", "near", False),
            ("scripted-small", "near", True),
        ]
        assert (models[0]["name"], models[0]["context_tokens"]) == ("Far", 4096)

    async def test_the_fallback_answers_for_one_that_is_away_and_is_named(
        self, people: People, own_stack: Stack
    ) -> None:
        person = await people.register()
        conversation = await person.new_conversation(model="far-model")
        answer = await person.ask(conversation, "[[say]]Here I am")
        assert (answer["content"], answer["model"]) == ("Here I am", "gpt-4")
        text = (await people.http.get(f"{own_stack.chat.address}/metrics")).text
        assert metric(text, "provider_failures_total", provider="away", code="provider_unavailable") >= 1

    async def test_a_failure_names_the_provider_and_keeps_the_message(self, people: People) -> None:
        person = await people.register()
        conversation = await person.new_conversation(model="scripted-small")
        problem = assert_problem(await person.send(conversation, "[[status=500]]"), 502, "provider_failed")
        assert problem["detail"].startswith("near: ")
        question, answer = await person.messages(conversation)
        assert (question["content"], answer["status"]) == ("[[status=500]]", "failed")
        assert answer["error"]["message"].startswith("near: ")

    async def test_the_default_answers_where_none_is_named(self, people: People) -> None:
        person = await people.register()
        assert (await person.ask(await person.new_conversation(), "[[say]]Yes"))["model"] == "scripted-small"

    async def test_one_that_is_left_alone_raises_an_alert_that_names_no_key(
        self, people: People, own_stack: Stack
    ) -> None:
        person, admin = await people.register(), await people.admin()
        conversation = await person.new_conversation(model="far-model")

        async def fires() -> str | None:
            figures = (await people.http.get(f"{own_stack.chat.address}/metrics")).text
            if not metric(figures, "provider_circuit_open", provider="away"):
                await person.ask(conversation, "[[say]]Here I am")
            alerts = await admin.analytics("GET", "/analytics/alerts")
            fired = [alert["rule"]["figure"] for alert in ok(alerts) if alert["state"] == "firing"]
            return alerts.text if "open_circuits" in fired else None

        text = await eventually(fires, seconds=120)
        assert KEY not in text
        assert "127.0.0.1" not in text

    async def test_no_key_is_in_answers_or_logs(self, people: People, own_stack: Stack) -> None:
        person = await people.register()
        said = (await person.chat("GET", "/models")).text
        for text in (said, *(path.read_text(errors="replace") for path in own_stack.log_files())):
            assert KEY not in text
            assert own_stack.model_key not in text


class TestStart:
    def test_is_refused_with_a_sentence_when_the_file_has_a_mistake(
        self, tmp_path: Path, provider: ScriptedOpenAI
    ) -> None:
        file = tmp_path / "models.toml"
        file.write_text('[[providers]]\nname = "a"\nbase_url = "nowhere"\n', encoding="utf-8")
        with (
            pytest.raises(AssertionError, match=r"providers.0: Value error, base_url must be an http or https address"),
            running_stack(tmp_path / "stack", provider=provider, settings={"MODELS_FILE": str(file)}),
        ):
            pass
