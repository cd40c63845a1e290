"""One pass around each request: its id, its log line, its figures, and the hook that reports it to analytics."""

import re
import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit import tracing
from service_kit.clock import new_id
from service_kit.http_metrics import METHODS, HttpMetrics

REQUEST_ID_HEADER = "X-Request-ID"
_SANE_REQUEST_ID = re.compile(r"^[A-Za-z0-9._\-]{1,128}$")
UNMATCHED_ROUTE = "(unmatched)"
QUIET_ROUTES = frozenset({"/health", "/ready", "/metrics"})

request_id_var: ContextVar[str] = ContextVar("request_id", default="")
log = structlog.get_logger("request")


@dataclass(frozen=True, slots=True)
class AnsweredRequest:
    """One finished HTTP request. `route` is the template, never the raw path; `user_id` is empty when anonymous."""

    route: str
    method: str
    status_code: int
    duration_seconds: float
    user_id: str


class RequestContextMiddleware:
    """Takes or makes the request id, answers it, logs once at the edge, and reports to `on_answered`."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: HttpMetrics,
        on_answered: Callable[[AnsweredRequest], None] | None = None,
        quiet_routes: Collection[str] = QUIET_ROUTES,
    ) -> None:
        self._app = app
        self._quiet_routes = quiet_routes
        self._metrics = metrics
        self._on_answered = on_answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get(REQUEST_ID_HEADER))
        token = request_id_var.set(request_id)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            if scope["type"] == "http":
                with _span(scope) as span:
                    await self._answer(scope, receive, send, request_id, span)
            else:
                await self._app(scope, receive, send)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
            request_id_var.reset(token)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, request_id: str, span: tracing.OpenSpan
    ) -> None:
        started, status_code = time.perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status_code
            if message["type"] == "http.response.start":
                status_code = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID_HEADER] = request_id
            await send(message)

        self._metrics.in_progress.inc()
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._metrics.in_progress.dec()
            _describe(span, scope, status_code)
            self._report(scope, status_code, time.perf_counter() - started)

    def _report(self, scope: Scope, status_code: int, duration_seconds: float) -> None:
        user_id = str(scope.get("state", {}).get("user_id", ""))
        request = AnsweredRequest(_route_template(scope), scope["method"], status_code, duration_seconds, user_id)
        self._metrics.observe(
            method=request.method, route=request.route, status_code=status_code, duration_seconds=duration_seconds
        )
        if request.route in self._quiet_routes:
            return
        log.info(
            "request",
            method=request.method,
            route=request.route,
            status=status_code,
            duration_ms=round(duration_seconds * 1000, 1),
            user_id=user_id or None,
        )
        if self._on_answered is not None:
            self._on_answered(request)


def _request_id(offered: str | None) -> str:
    return offered if offered and _SANE_REQUEST_ID.match(offered) else new_id()


def _span(scope: Scope) -> AbstractContextManager[tracing.OpenSpan]:
    """The span of a request, below the caller's. Its path is not told: there are links in it that are secrets."""
    if not tracing.is_on() or scope["path"] in QUIET_ROUTES:
        return nullcontext(tracing.NO_SPAN)
    method = scope["method"] if scope["method"] in METHODS else "_OTHER"
    carrier = {"traceparent": Headers(scope=scope).get("traceparent", "")}
    return tracing.span(method, "server", {"http.request.method": method}, carrier)


def _describe(span: tracing.OpenSpan, scope: Scope, status_code: int) -> None:
    if span is not tracing.NO_SPAN:
        route = _route_template(scope)
        span.rename(f"{scope['method']} {route}" if scope["method"] in METHODS else f"HTTP {route}")
        span.set("http.route", route)
        span.set("http.response.status_code", status_code)
        if status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            span.fail(str(status_code))


def _route_template(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", UNMATCHED_ROUTE))
