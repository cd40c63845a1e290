"""How a batch travels, and what each answer of analytics means for it."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import msgspec
import pytest
from service_kit import event_sender
from service_kit.event_sender import Delivery, EventSender
from service_kit.events import EventBatch, UserLogin, encode_event
from service_kit.request_context import request_id_var
from service_kit.tokens import TokenCodec

CODEC = TokenCodec("a-secret-of-the-tests-with-more-than-32-bytes")
EVENTS = [UserLogin(source="test", user_id=f"u{number}") for number in range(3)]
ENCODED = [encode_event(event) for event in EVENTS]

Answer = Callable[[httpx.Request], httpx.Response]


def sender_to(answer: Answer) -> EventSender:
    return EventSender("http://analytics:8002", "test-service", CODEC, httpx.MockTransport(answer))


def always(status: int, body: object = None) -> Answer:
    return lambda _request: httpx.Response(status, json=body)


async def reason_of(status: int, body: object) -> str:
    sender = sender_to(always(status, body))
    outcome = await sender.send(ENCODED)
    await sender.close()
    return outcome.reason


@pytest.fixture
async def silent_port() -> AsyncIterator[int]:
    """A server that accepts and never answers."""
    writers: list[asyncio.StreamWriter] = []

    async def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for writer in writers:
        writer.close()
        await writer.wait_closed()


class TestSend:
    async def test_it_sends_a_batch_that_analytics_reads_with_a_token_of_the_service(self) -> None:
        requests: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return httpx.Response(202)

        sender = sender_to(answer)
        assert (await sender.send(ENCODED)).delivery is Delivery.DELIVERED
        await sender.close()
        assert str(requests[0].url) == "http://analytics:8002/events"
        assert msgspec.json.decode(requests[0].content, type=EventBatch).events == EVENTS
        token = requests[0].headers["Authorization"].removeprefix("Bearer ")
        assert CODEC.verify(token, "service").username == "test-service"
        assert "X-Request-ID" not in requests[0].headers

    async def test_it_passes_the_request_id_on(self) -> None:
        ids: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            ids.append(request.headers["X-Request-ID"])
            return httpx.Response(202)

        sender = sender_to(answer)
        token = request_id_var.set("from-the-first-service")
        await sender.send(ENCODED)
        request_id_var.reset(token)
        await sender.close()
        assert ids == ["from-the-first-service"]

    @pytest.mark.parametrize(
        ("status", "delivery"),
        [
            (200, Delivery.DELIVERED),
            (202, Delivery.DELIVERED),
            (400, Delivery.REFUSED),
            (413, Delivery.REFUSED),
            (422, Delivery.REFUSED),
            (401, Delivery.UNAVAILABLE),
            (403, Delivery.UNAVAILABLE),
            (404, Delivery.UNAVAILABLE),
            (429, Delivery.UNAVAILABLE),
            (500, Delivery.UNAVAILABLE),
            (503, Delivery.UNAVAILABLE),
        ],
    )
    async def test_each_status_has_its_meaning(self, status: int, delivery: Delivery) -> None:
        sender = sender_to(always(status))
        assert (await sender.send(ENCODED)).delivery is delivery
        await sender.close()

    @pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
    async def test_a_broken_connection_is_no_error(self, error: type[httpx.TransportError]) -> None:
        def fail(_request: httpx.Request) -> httpx.Response:
            raise error("broken")

        sender = sender_to(fail)
        assert (await sender.send(ENCODED)).delivery is Delivery.UNAVAILABLE
        await sender.close()

    async def test_a_server_that_never_answers_is_given_up(
        self, silent_port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(event_sender, "SEND_TIMEOUT_SECONDS", 0.1)
        sender = EventSender(f"http://127.0.0.1:{silent_port}", "test-service", CODEC)
        assert (await sender.send(ENCODED)).delivery is Delivery.UNAVAILABLE
        await sender.close()

    async def test_a_transport_that_trickles_for_ever_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Trickle(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                await asyncio.Event().wait()
                raise AssertionError("unreachable")

        monkeypatch.setattr(event_sender, "SEND_TIMEOUT_SECONDS", 0.05)
        sender = EventSender("http://analytics:8002", "test-service", CODEC, Trickle())
        assert (await sender.send(ENCODED)).delivery is Delivery.UNAVAILABLE
        await sender.close()

    async def test_a_proxy_for_the_outside_world_is_not_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # With HTTP_PROXY set, as behind many firewalls, no event ever reached the service next door.
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
        sender = sender_to(always(202))
        assert (await sender.send(ENCODED)).delivery is Delivery.DELIVERED
        await sender.close()


class TestReason:
    async def test_it_is_what_analytics_says_of_the_event(self) -> None:
        problem = {"detail": "Nothing stored.", "errors": [{"field": "body.events.0.user_id", "message": "Too short."}]}
        assert await reason_of(422, problem) == "422 body.events.0.user_id Too short."

    async def test_without_a_named_event_it_is_the_detail(self) -> None:
        assert await reason_of(413, {"detail": "Too many bytes."}) == "413 Too many bytes."

    @pytest.mark.parametrize("body", [None, [], "no", {}, {"errors": [{}]}, {"errors": "none"}], ids=repr)
    async def test_a_foreign_answer_is_no_error(self, body: object) -> None:
        assert await reason_of(422, body) == "422 without a readable reason"

    async def test_it_fits_the_outbox(self) -> None:
        assert len(await reason_of(422, {"detail": "x" * 5_000})) == 200
