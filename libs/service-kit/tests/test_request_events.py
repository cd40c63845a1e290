"""The buffer of api_request events: bounded, in order, and honest about what it lost."""

import msgspec
import pytest
from prometheus_client import CollectorRegistry
from service_kit.events import AnyEvent, ApiRequest
from service_kit.request_context import AnsweredRequest
from service_kit.request_events import RequestEventBuffer


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def buffer(registry: CollectorRegistry) -> RequestEventBuffer:
    return RequestEventBuffer("chat-service", registry, capacity=5)


def add(buffer: RequestEventBuffer, *routes: str) -> None:
    for route in routes:
        buffer.add(AnsweredRequest(route, "GET", 200, 0.25, "u1"))


def routes_of(events: list[str]) -> list[str]:
    decoded = [msgspec.json.decode(event, type=AnyEvent) for event in events]
    return [event.endpoint for event in decoded if isinstance(event, ApiRequest)]


def dropped(registry: CollectorRegistry) -> float | None:
    return registry.get_sample_value("events_dropped_total")


class TestAdd:
    def test_a_request_becomes_an_event(self, buffer: RequestEventBuffer) -> None:
        buffer.add(AnsweredRequest("/conversations/{id}", "DELETE", 404, 0.125, "u1"))
        event = msgspec.json.decode(buffer.take(1)[0], type=ApiRequest)
        assert (event.source, event.user_id) == ("chat-service", "u1")
        assert (event.endpoint, event.method) == ("/conversations/{id}", "DELETE")
        assert (event.status_code, event.response_time) == (404, 0.125)

    def test_a_full_buffer_drops_the_new_and_counts_it(
        self, buffer: RequestEventBuffer, registry: CollectorRegistry
    ) -> None:
        add(buffer, *"abcdefgh")
        assert len(buffer) == 5
        assert dropped(registry) == 3
        assert routes_of(buffer.take(10)) == list("abcde")


class TestTake:
    def test_it_gives_the_oldest_once(self, buffer: RequestEventBuffer) -> None:
        add(buffer, *"abc")
        assert routes_of(buffer.take(2)) == ["a", "b"]
        assert routes_of(buffer.take(2)) == ["c"]
        assert buffer.take(2) == []


class TestPutBack:
    def test_they_come_first_again_in_their_order(self, buffer: RequestEventBuffer) -> None:
        add(buffer, *"abc")
        taken = buffer.take(2)
        add(buffer, "d")
        buffer.put_back(taken)
        assert routes_of(buffer.take(10)) == list("abcd")

    def test_what_no_longer_fits_is_dropped_and_counted(
        self, buffer: RequestEventBuffer, registry: CollectorRegistry
    ) -> None:
        add(buffer, *"abcd")
        taken = buffer.take(4)
        add(buffer, *"efg")
        buffer.put_back(taken)
        assert routes_of(buffer.take(10)) == ["c", "d", "e", "f", "g"]
        assert dropped(registry) == 2

    def test_nothing_fits_into_a_full_buffer(self, buffer: RequestEventBuffer, registry: CollectorRegistry) -> None:
        add(buffer, *"ab")
        taken = buffer.take(2)
        add(buffer, *"cdefg")
        buffer.put_back(taken)
        assert routes_of(buffer.take(10)) == list("cdefg")
        assert dropped(registry) == 2


class TestDiscard:
    def test_refused_events_are_counted(self, buffer: RequestEventBuffer, registry: CollectorRegistry) -> None:
        add(buffer, *"ab")
        buffer.discard(buffer.take(2))
        assert dropped(registry) == 2
        assert len(buffer) == 0
