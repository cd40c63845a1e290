"""One message through the running services is one trace, and a collector that is away costs nobody anything."""

from collections.abc import Iterator

import pytest
from support.client import people_of
from support.otlp_receiver import OtlpReceiver, TakenSpan, running_receiver
from support.processes import free_port
from support.scripted_openai import ScriptedOpenAI
from support.stack import Stack, running_stack
from support.waiting import eventually

WORDS = "a-secret-that-only-the-model-may-read"
SEND = "POST /conversations/{conversation_id}/messages"


@pytest.fixture(scope="module")
def receiver() -> Iterator[OtlpReceiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def traced_stack(
    tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI, receiver: OtlpReceiver
) -> Iterator[Stack]:
    settings = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.address,
        "OTEL_EXPORTER_OTLP_HEADERS": "x-collector-key=collector-secret",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }
    with running_stack(tmp_path_factory.mktemp("traces"), provider=provider, settings=settings) as stack:
        yield stack


def of_trace(receiver: OtlpReceiver, name: str) -> list[TakenSpan]:
    """All spans of the newest trace that has a span of this name."""
    ids = [span.trace_id for span in receiver.spans if span.name == name]
    return [span for span in receiver.spans if ids and span.trace_id == ids[-1]]


def is_whole(spans: list[TakenSpan], name: str, *services: str) -> bool:
    """Whether all these services have sent theirs, and what is above each span but the first has come, too."""
    ids = {span.span_id for span in spans}
    is_linked = all(span.name == name or span.parent_id in ids for span in spans)
    return is_linked and {name} <= {span.name for span in spans} and {*services} <= {span.service for span in spans}


class TestMessage:
    async def test_is_one_trace_over_the_services(self, traced_stack: Stack, receiver: OtlpReceiver) -> None:
        async with people_of(traced_stack) as people:
            person = await people.register()
            conversation = await person.new_conversation()
            traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            answer = await person.chat(
                "POST",
                f"/conversations/{conversation}/messages",
                json={"content": f"[[say]]{WORDS}"},
                headers={"traceparent": traceparent},
            )
            assert answer.status_code == 200

            async def has_arrived() -> bool:
                return is_whole(of_trace(receiver, SEND), SEND, "chat-service", "analytics-service")

            await eventually(has_arrived)
            spans = of_trace(receiver, SEND)
            by_id = {span.span_id: span for span in spans}
            (root,) = [span for span in spans if span.name == SEND]
            assert (root.trace_id, root.parent_id) == ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")
            assert root.attributes["http.route"] == "/conversations/{conversation_id}/messages"
            assert root.attributes["http.response.status_code"] == 200
            (asked,) = [span for span in spans if span.name.startswith("chat ")]
            assert by_id[asked.parent_id] is root
            assert asked.attributes["gen_ai.operation.name"] == "chat"
            assert asked.attributes["gen_ai.usage.input_tokens"] > 0
            assert asked.attributes["gen_ai.usage.output_tokens"] > 0
            taken = next(span for span in spans if span.name == "POST /events")
            sent = by_id[taken.parent_id]
            assert (taken.service, sent.service, sent.name) == ("analytics-service", "chat-service", "POST")
            assert by_id[by_id[sent.parent_id].parent_id] is root

    async def test_of_somebody_new_asks_auth_in_the_same_trace(
        self, traced_stack: Stack, receiver: OtlpReceiver
    ) -> None:
        async with people_of(traced_stack) as people:
            person = await people.register()
            await person.chat("GET", "/models")

            async def has_arrived() -> bool:
                return is_whole(of_trace(receiver, "GET /models"), "GET /models", "auth-service", "chat-service")

            await eventually(has_arrived)
            spans = of_trace(receiver, "GET /models")
            by_id = {span.span_id: span for span in spans}
            asked = next(span for span in spans if span.name == "POST /auth/introspect")
            assert asked.service == "auth-service"
            assert by_id[by_id[asked.parent_id].parent_id].name == "GET /models"

    async def test_over_a_socket_is_a_trace_too(self, traced_stack: Stack, receiver: OtlpReceiver) -> None:
        async with people_of(traced_stack) as people:
            person = await people.register()
            async with person.socket(await person.new_conversation(), stream=True) as socket:
                await socket.send("message", content="[[say]]Yes")
                await socket.until("message", role="assistant")

            async def has_arrived() -> bool:
                return any(span.name.startswith("chat ") for span in of_trace(receiver, "websocket message"))

            await eventually(has_arrived)

    async def test_is_told_without_words_tokens_and_addresses(
        self, traced_stack: Stack, receiver: OtlpReceiver
    ) -> None:
        async with people_of(traced_stack) as people:
            person = await people.register()
            conversation, before = await person.new_conversation(), len(receiver.spans)
            await person.ask(conversation, f"[[say]]{WORDS}")

            async def has_arrived() -> bool:
                return SEND in {span.name for span in receiver.spans[before:]}

            await eventually(has_arrived)
            secrets = (WORDS, person.token, person.username, traced_stack.model_key, "collector-secret", "@example.com")
            for secret in secrets:
                assert secret.encode() not in receiver.bodies, secret
            assert receiver.headers["x-collector-key"] == "collector-secret"


class TestCollectorThatIsAway:
    async def test_is_noticed_by_nobody(
        self, tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI
    ) -> None:
        settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{free_port()}", "OTEL_BSP_SCHEDULE_DELAY": "100"}
        with running_stack(tmp_path_factory.mktemp("away"), provider=provider, settings=settings) as stack:
            async with people_of(stack) as people:
                person = await people.register()
                conversation = await person.new_conversation()
                for number in range(5):
                    assert (await person.ask(conversation, f"[[say]]{number}"))["content"] == str(number)
