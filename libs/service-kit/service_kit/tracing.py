"""Traces over all services, to an OpenTelemetry collector where one is named; else nothing of it is even imported.

Spans never hold what people write, nor tokens, keys or addresses of e-mail: attributes are named one by one.
"""

import asyncio
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, SpanKind, Tracer
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Kind = Literal["internal", "server", "client"]
Attributes = Mapping[str, str | int | float | bool | Sequence[str]]

EXPORT_SECONDS = 3.0
STOP_SECONDS = 2.0
MOST_WAITING = 2_048  # spans, about 2 MB; what comes while a collector is away and these are full is dropped
MOST_LINKS = 16


class Tracing:
    """Owns what carries spans away, in a thread of its own: no request waits for a collector."""

    def __init__(self, *, endpoint: str, headers: SecretStr, ratio: float, service: str, version: str) -> None:
        import requests
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

        session = requests.Session()
        session.trust_env = False  # a proxy for the outside world is no way to a neighbour
        self._exporter = OTLPSpanExporter(
            endpoint=f"{endpoint.rstrip('/')}/v1/traces",
            headers=_pairs(headers),
            timeout=EXPORT_SECONDS,
            session=session,
        )
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(ratio)),
            resource=Resource.create({"service.name": service, "service.version": version}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter, max_queue_size=MOST_WAITING))

    def start(self) -> None:
        """Makes spans of this process from now on."""
        global _tracer  # noqa: PLW0603 - one process, one tracer: whoever makes a span has no part to be given it
        _tracer = self._provider.get_tracer("convoai")

    async def stop(self) -> None:
        """Sends what waits, for two seconds at most where the collector does not take it."""
        global _tracer  # noqa: PLW0603 - as above
        _tracer = None
        flushing = asyncio.create_task(asyncio.to_thread(self._provider.shutdown))
        await asyncio.wait([flushing], timeout=STOP_SECONDS)
        if not flushing.done():
            self._exporter.shutdown()  # type: ignore[no-untyped-call]  # breaks tries off
        await flushing


_tracer: "Tracer | None" = None


def is_on() -> bool:
    """Whether spans are made."""
    return _tracer is not None


class OpenSpan:
    """A span, or nothing where none is made."""

    def __init__(self, span: "Span | None") -> None:
        self._span = span

    def set(self, name: str, value: str | int | float | Sequence[str] | None) -> None:
        """Adds an attribute, if there is a value."""
        if self._span is not None and value is not None:
            self._span.set_attribute(name, value)

    def rename(self, name: str) -> None:
        """Gives it the name that is known by now."""
        if self._span is not None:
            self._span.update_name(name)

    def fail(self, error_type: str) -> None:
        """Says that it went wrong: a class of errors or a code, never a message."""
        if self._span is not None:
            from opentelemetry.trace import StatusCode

            self._span.set_attribute("error.type", error_type)
            self._span.set_status(StatusCode.ERROR)

    def end(self) -> None:
        """Ends a span that `begin` has given."""
        if self._span is not None:
            self._span.end()


NO_SPAN = OpenSpan(None)


@contextmanager
def span(
    name: str, kind: Kind = "internal", attributes: Attributes | None = None, carrier: Mapping[str, str] | None = None
) -> Iterator[OpenSpan]:
    """A span around the block, which becomes the parent of what is begun in it.

    `carrier`: headers that may name the parent. What the block raises is told by its class.
    """
    if _tracer is None:
        yield NO_SPAN
        return
    from opentelemetry import trace

    parent = _propagator().extract(carrier) if carrier is not None else None
    opened = _tracer.start_span(name, parent, _kind(kind), dict(attributes or {}))
    with trace.use_span(opened, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        open_span = OpenSpan(opened)
        try:
            yield open_span
        except Exception as error:
            open_span.fail(type(error).__name__)
            raise


def begin(name: str, kind: Kind, attributes: Attributes) -> OpenSpan:
    """A span below the present one that is nobody's parent; whoever gets it ends it, in whichever task."""
    return NO_SPAN if _tracer is None else OpenSpan(_tracer.start_span(name, None, _kind(kind), dict(attributes)))


def put_into(headers: MutableMapping[str, str]) -> None:
    """Adds `traceparent` to the headers of a call, so that its answerer goes on with this trace."""
    if _tracer is not None:
        _propagator().inject(headers)


class Origins:
    """For whom something is done later, all at once: the first is the parent, the next are linked."""

    def __init__(self) -> None:
        self._contexts: list[Context] = []

    def note(self) -> None:
        """Remembers the present span, where there is one and room for it."""
        if _tracer is None or len(self._contexts) >= MOST_LINKS:
            return
        from opentelemetry import context, trace

        if trace.get_current_span().get_span_context().is_valid:
            self._contexts.append(context.get_current())

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """A span for what is done now for all of them, who are forgotten; none where there is nobody."""
        contexts, self._contexts = self._contexts, []
        if _tracer is None or not contexts:
            yield
            return
        from opentelemetry import trace

        links = [trace.Link(trace.get_current_span(one).get_span_context()) for one in contexts[1:]]
        opened = _tracer.start_span(name, contexts[0], _kind("internal"), links=links)
        with trace.use_span(opened, end_on_exit=True, record_exception=False):
            yield


def _kind(kind: Kind) -> "SpanKind":
    from opentelemetry.trace import SpanKind

    return SpanKind[kind.upper()]


def _propagator() -> "TraceContextTextMapPropagator":
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator()


def _pairs(headers: SecretStr) -> dict[str, str]:
    """`name=value` pairs, separated by commas, as OpenTelemetry writes them."""
    pairs = (pair.partition("=") for pair in headers.get_secret_value().split(",") if "=" in pair)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
