"""Reports each answered request to analytics; never waits and never raises into the request."""

from prometheus_client import CollectorRegistry
from service_kit.request_events import RequestEventBuffer

from chat_server.outbox.writer import SOURCE


def make_request_buffer(registry: CollectorRegistry) -> RequestEventBuffer:
    """The buffer whose `add` the request middleware calls after each answer."""
    return RequestEventBuffer(SOURCE, registry)
