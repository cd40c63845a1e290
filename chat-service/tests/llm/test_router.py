"""Several providers behind one client: one list, fallbacks in order, and failures that name whose they are."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from chat_server.llm.circuit_breaker import CircuitBreaker
from chat_server.llm.client import CompletionRequest, ModelMessage, OfferedModel
from chat_server.llm.errors import (
    ContextExceeded,
    ModelNotOffered,
    ProviderCredentialsRefused,
    ProviderError,
    ProviderFailed,
    ProviderRejected,
    ProviderTimeout,
    ProviderUnavailable,
)
from chat_server.llm.provider_file import ModelEntry, ProviderEntry
from chat_server.llm.router import Provider, ProviderRouter
from chat_testing.model import FakeModel
from prometheus_client import CollectorRegistry


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Network:
    """Providers by name, each a model under the test's control."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.registry = CollectorRegistry()
        self.models: dict[str, FakeModel] = {}
        self._providers: list[Provider] = []

    def add(self, name: str, *listed: str, **entry: Any) -> FakeModel:
        model = FakeModel()
        model.offered = [OfferedModel(one, one, "", is_demonstration=False) for one in listed]
        facts = ProviderEntry(name=name, base_url=f"http://{name}/v1", **entry)
        self._providers.append(Provider(facts, model, CircuitBreaker(failures=2, clock=self.clock)))
        self.models[name] = model
        return model

    def router(self, *fallbacks: str) -> ProviderRouter:
        return ProviderRouter(self._providers, fallbacks, self.registry)


@pytest.fixture
def network() -> Network:
    return Network()


async def answer(router: ProviderRouter, model: str) -> tuple[str, str | None]:
    """The text, and the model that answered when it is another one."""
    await router.list_models()
    text, other = "", None
    request = CompletionRequest(model, [ModelMessage("user", "Hi")], temperature=0.5, max_tokens=10)
    async with router.stream(request) as chunks:
        async for chunk in chunks:
            text += chunk.content
            other = chunk.model or other
    return text, other


def asked(models: Sequence[FakeModel]) -> list[list[str]]:
    """The models that each provider was asked for."""
    return [[one.request.model for one in model.answers] for model in models]


class TestList:
    async def test_is_of_all_in_their_order_each_under_an_id_of_its_own(self, network: Network) -> None:
        network.add("one", "gpt-4", "small")
        network.add("two", "gpt-4", "large")
        models = await network.router().list_models()
        assert [(model.id, model.provider) for model in models] == [
            ("gpt-4", "one"),
            ("small", "one"),
            ("two/gpt-4", "two"),
            ("large", "two"),
        ]

    async def test_has_what_the_file_says_of_them(self, network: Network) -> None:
        entry = ModelEntry(id="gpt-4", name="GPT-4", context_tokens=8_192, input_usd_per_million=30)
        alone = ModelEntry(id="hidden", name="Hidden")
        network.add("one", "other", "gpt-4", models=[entry, alone])
        other, gpt, hidden = await network.router().list_models()
        assert (other.name, other.context_tokens, other.price) == ("other", None, None)
        assert (gpt.name, gpt.context_tokens) == ("GPT-4", 8_192)
        assert gpt.price is not None
        assert (gpt.price.input_usd_per_million, gpt.price.output_usd_per_million) == (30, 0)
        assert hidden.id == "hidden"

    async def test_is_of_the_named_alone_where_the_file_says_so(self, network: Network) -> None:
        network.add("one", "a", "b", offers="named", models=[ModelEntry(id="b")])
        assert [model.id for model in await network.router().list_models()] == ["b"]

    async def test_leaves_out_a_provider_that_is_away(self, network: Network) -> None:
        network.add("one", "a").list_error = ProviderUnavailable()
        network.add("two", "b")
        assert [model.id for model in await network.router().list_models()] == ["b"]

    async def test_of_providers_that_are_all_away_is_a_failure_that_names_one(self, network: Network) -> None:
        for name in ("one", "two"):
            network.add(name).list_error = ProviderUnavailable()
        with pytest.raises(ProviderError, match=r"^one: ") as failed:
            await network.router().list_models()
        assert (failed.value.code, failed.value.status) == ("provider_unavailable", 503)


class TestStream:
    async def test_asks_the_provider_of_the_model_by_its_own_name_for_it(self, network: Network) -> None:
        network.add("one", "gpt-4")
        network.add("two", "gpt-4")
        router = network.router()
        assert await answer(router, "gpt-4") == ("Hello there.", None)
        assert await answer(router, "two/gpt-4") == ("Hello there.", None)
        assert await answer(router, "one/gpt-4") == ("Hello there.", None)
        assert asked(list(network.models.values())) == [["gpt-4", "gpt-4"], ["gpt-4"]]

    async def test_of_what_the_file_names_waits_for_no_list(self, network: Network) -> None:
        """A provider that was slow to list its models at the start made them unknown, and free, for a while."""
        network.add("one", models=[ModelEntry(id="gpt-4")])
        router = network.router()
        request = CompletionRequest("gpt-4", [ModelMessage("user", "Hi")], temperature=0.5, max_tokens=10)
        async with router.stream(request) as chunks:
            assert "".join([chunk.content async for chunk in chunks]) == "Hello there."
        assert router.price_keys("gpt-4") == ["one/gpt-4"]
        assert (router.provider_of("gpt-4"), router.provider_of("gpt-5")) == ("one", None)

    async def test_of_a_model_that_nobody_offers_is_refused(self, network: Network) -> None:
        network.add("one", "gpt-4")
        with pytest.raises(ModelNotOffered):
            await answer(network.router(), "gpt-5")

    async def test_closes_the_way_to_the_provider_when_its_reader_leaves(self, network: Network) -> None:
        model = network.add("one", "gpt-4")
        model.hold()
        router = network.router()
        await router.list_models()
        request = CompletionRequest("gpt-4", [], temperature=0.5, max_tokens=10)

        async def read_one() -> None:
            async with router.stream(request) as chunks:
                await anext(chunks)
                raise LookupError

        reading = asyncio.create_task(read_one())
        scripted = await model.answer(1)
        scripted.say("One")
        with pytest.raises(LookupError):
            await reading
        assert scripted.left.is_set()


class TestFallback:
    @pytest.mark.parametrize(
        "error", [ProviderUnavailable(), ProviderTimeout(), ProviderFailed(), ProviderCredentialsRefused()]
    )
    async def test_answers_in_the_place_of_one_that_does_not_begin(
        self, network: Network, error: ProviderError
    ) -> None:
        network.add("one", "a").enter_error = error
        network.add("two", "b").enter_error = error
        network.add("three", "c")
        assert await answer(network.router("b", "c"), "a") == ("Hello there.", "c")

    async def test_is_tried_when_the_answer_breaks_off_before_its_first_word(self, network: Network) -> None:
        model = network.add("one", "a")
        network.add("two", "b")
        model.hold()
        router = network.router("b")

        reading = asyncio.create_task(answer(router, "a"))
        (await model.answer(1)).fail(ProviderFailed())
        assert await reading == ("Hello there.", "b")

    async def test_never_goes_on_with_what_another_has_begun(self, network: Network) -> None:
        model = network.add("one", "a")
        other = network.add("two", "b")
        model.hold()

        reading = asyncio.create_task(answer(network.router("b"), "a"))
        scripted = await model.answer(1)
        scripted.say("Half")
        scripted.fail(ProviderFailed())
        with pytest.raises(ProviderError, match=r"^one: "):
            await reading
        assert other.answers == []

    @pytest.mark.parametrize("error", [ProviderRejected(), ContextExceeded()])
    async def test_is_no_way_round_a_refusal_of_the_request(self, network: Network, error: ProviderError) -> None:
        network.add("one", "a").enter_error = error
        other = network.add("two", "b")
        with pytest.raises(ProviderError) as failed:
            await answer(network.router("b"), "a")
        assert failed.value.code == error.code
        assert other.answers == []

    async def test_gets_what_it_can_read_and_tells_what_that_was(self, network: Network) -> None:
        network.add("one", "a").enter_error = ProviderUnavailable()
        network.add("two", "b", models=[ModelEntry(id="b", context_tokens=300)])
        router = network.router("b")
        await router.list_models()
        said = [ModelMessage("user", "word " * 200), ModelMessage("assistant", "Yes."), ModelMessage("user", "Hi")]

        async with router.stream(CompletionRequest("a", said, temperature=0.5, max_tokens=10)) as chunks:
            told = [chunk.messages async for chunk in chunks]

        assert network.models["two"].answers[0].request.messages == said[-1:]
        assert told[0] == said[-1:]
        assert set(map(type, told[1:])) == {type(None)}

    async def test_that_fails_too_tells_the_first_failure(self, network: Network) -> None:
        network.add("one", "a").enter_error = ProviderUnavailable(retry_after_seconds=7)
        network.add("two", "b").enter_error = ProviderFailed()
        with pytest.raises(ProviderError, match=r"^one: ") as failed:
            await answer(network.router("b"), "a")
        assert (failed.value.code, failed.value.retry_after_seconds) == ("provider_unavailable", 7)

    async def test_is_not_asked_twice(self, network: Network) -> None:
        model = network.add("one", "a")
        model.enter_error = ProviderFailed()
        with pytest.raises(ProviderError):
            await answer(network.router("a", "one/a"), "a")
        assert len(model.answers) == 1


class TestCircuit:
    async def test_leaves_a_failing_provider_alone_and_says_for_how_long(self, network: Network) -> None:
        model = network.add("one", "a")
        model.enter_error = ProviderFailed()
        router = network.router()
        for _ in range(2):
            with pytest.raises(ProviderError):
                await answer(router, "a")
        with pytest.raises(ProviderError, match=r"^one: .*left alone for 30 s") as paused:
            await answer(router, "a")
        assert (paused.value.code, paused.value.status, paused.value.retry_after_seconds) == (
            "provider_paused",
            503,
            30,
        )
        assert len(model.answers) == 2
        assert network.registry.get_sample_value("provider_circuit_open", {"provider": "one"}) == 1.0
        network.clock.now += 30
        model.enter_error = None
        assert await answer(router, "a") == ("Hello there.", None)
        assert network.registry.get_sample_value("provider_circuit_open", {"provider": "one"}) == 0.0

    async def test_refusals_of_requests_do_not_open_it(self, network: Network) -> None:
        model = network.add("one", "a")
        model.enter_error = ProviderRejected()
        router = network.router()
        for _ in range(5):
            with pytest.raises(ProviderError):
                await answer(router, "a")
        assert len(model.answers) == 5

    async def test_counts_failures_by_provider_and_code(self, network: Network) -> None:
        network.add("one", "a").enter_error = ProviderTimeout()
        with pytest.raises(ProviderError):
            await answer(network.router(), "a")
        labels = {"provider": "one", "code": "provider_timeout"}
        assert network.registry.get_sample_value("provider_failures_total", labels) == 1.0


class TestSentence:
    async def test_names_the_provider_and_the_place_of_its_settings(self, network: Network) -> None:
        network.add("one", "a").enter_error = ProviderCredentialsRefused()
        with pytest.raises(ProviderError) as failed:
            await answer(network.router(), "a")
        assert failed.value.detail.startswith("one: ")
        assert "its api_key in MODELS_FILE" in failed.value.detail
        assert "OPENAI_API_KEY" not in failed.value.detail
