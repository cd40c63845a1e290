"""What dashboard and alerts ask for is what the running services tell, with that type and those labels."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.client import people_of
from support.monitoring import Query, queries
from support.processes import free_port
from support.promql import OF_THE_SCRAPE, grouped_by, parse, result_labels, selectors
from support.scripted_openai import ScriptedOpenAI
from support.stack import Stack
from support.waiting import eventually

BY_PROMETHEUS = {"up": frozenset[str]()}  # what it makes itself
PROVIDERS = """
[[providers]]
name = "away"
base_url = "http://127.0.0.1:{port}/v1"
offers = "named"
[[providers.models]]
id = "far-model"

[[providers]]
name = "near"
base_url = "{near}"
api_key = "{key}"
"""
SUFFIXES = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",), "gauge": ("",)}
every_query = pytest.mark.parametrize("query", queries(), ids=lambda query: f"{query.place}: {query.text[:40]}")


@pytest.fixture(scope="module")
def used_stack(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    """An installation with two providers, one of which is away."""
    folder = tmp_path_factory.mktemp("monitoring")
    file = folder / "models.toml"
    stack = Stack(folder, provider=provider, settings={"MODELS_FILE": str(file)})
    text = PROVIDERS.format(port=free_port(), near=provider.base_url, key=stack.model_key)
    file.write_text(text, encoding="utf-8")
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


class Told:
    """The type and labels of each series name that the services print."""

    def __init__(self) -> None:
        self.types: dict[str, str] = {}
        self.labels: dict[str, frozenset[str]] = {}

    def read(self, text: str) -> None:
        for family in text_string_to_metric_families(text):
            for suffix in SUFFIXES.get(family.type, ()):
                self.types[family.name + suffix] = family.type
            for sample in family.samples:
                self.labels[sample.name] = self.labels.get(sample.name, frozenset()) | frozenset(sample.labels)


async def use(stack: Stack) -> None:
    """Answers that end well and badly, sign-ins, events: so that what has labels shows them."""
    async with people_of(stack) as people:
        person = await people.register()
        conversation = await person.new_conversation(model="scripted-small")
        await person.ask(conversation, "[[say]]Yes")
        async with person.socket(conversation) as socket:
            await socket.send("ping")
            await socket.expect("pong")
        await person.send(await person.new_conversation(model="far-model"), "Nobody there?")
        await people.http.post(f"{stack.auth.address}/auth/token", data={"username": "nobody", "password": "wrong-1"})
        manager = await people.admin()
        assert (await manager.analytics("GET", "/analytics/summary")).status_code == 200

        async def events_arrived() -> bool:
            return "events_sent_total 0.0" not in (await people.http.get(f"{stack.chat.address}/metrics")).text

        await eventually(events_arrived)


_told: list[Told] = []


@pytest.fixture
async def told(used_stack: Stack) -> Told:
    """What the used services print, asked once."""
    if not _told:
        await use(used_stack)
        told = Told()
        async with people_of(used_stack) as people:
            for process in used_stack.processes:
                told.read((await people.http.get(f"{process.address}/metrics")).text)
        _told.append(told)
    return _told[0]


class TestQueries:
    @every_query
    async def test_ask_for_what_is_told(self, query: Query, told: Told) -> None:
        for selector in selectors(parse(query.text)):
            if selector.metric in BY_PROMETHEUS:
                continue
            assert selector.metric in told.types, f"{query.place}: nobody tells {selector.metric}"
            assert selector.metric in told.labels, f"{query.place}: {selector.metric} has had no value"
            kind = told.types[selector.metric]
            assert selector.is_rate == (kind != "gauge") or selector.functions[:1] == ("changes",), selector
            assert selector.labels <= told.labels[selector.metric] | OF_THE_SCRAPE, selector

    @every_query
    async def test_group_by_labels_that_there_are(self, query: Query, told: Told) -> None:
        for labels, metrics in grouped_by(parse(query.text)):
            for metric in metrics:
                assert labels <= told.labels.get(metric, frozenset()) | OF_THE_SCRAPE, (metric, labels)

    @every_query
    async def test_write_labels_that_their_result_has(self, query: Query, told: Told) -> None:
        written = set(re.findall(r"{{ *(?:\$labels\.)?(\w+)", query.shown)) - {"value"}
        assert written <= result_labels(parse(query.text), told.labels), query.place


class TestFigures:
    async def test_of_the_two_providers_are_told_apart(self, told: Told, used_stack: Stack) -> None:
        assert told.types["provider_circuit_open"] == "gauge"
        async with people_of(used_stack) as people:
            text = (await people.http.get(f"{used_stack.chat.address}/metrics")).text
        samples: list[Any] = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        pairs = {
            (sample.labels["provider"], sample.labels["model"], sample.labels["status"])
            for sample in samples
            if sample.name == "answers_total"
        }
        assert pairs >= {("near", "scripted-small", "complete"), ("away", "far-model", "failed")}
