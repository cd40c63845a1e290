"""One pass around each request: its id, its log line, its figures, and the hook that reports it to analytics."""

import re
import time
from collections.abc import Callable, Collection
from contextvars import ContextVar
from dataclasses import dataclass

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.clock import new_id
from service_kit.http_metrics import HttpMetrics

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
                await self._answer(scope, receive, send, request_id)
            else:
                await self._app(scope, receive, send)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
            request_id_var.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
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


def _route_template(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", UNMATCHED_ROUTE))
