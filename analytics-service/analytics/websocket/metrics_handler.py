"""The route of `/ws/metrics`: accept, check, then serve; a refusal is an error frame and a close code."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from service_kit.authentication import ANALYST_ROLES, Caller, require_role
from service_kit.errors import ServiceError
from service_kit.session_watch import OpenUse
from service_kit.sockets import accept, caller_of, end
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from analytics.dependencies import SocketParts, get_socket_parts
from analytics.live.frames import error_frame
from analytics.websocket.session import MetricsSession

PATH = "/ws/metrics"
LONGEST_TIMER_SECONDS = 86_400.0 * 365
log = structlog.get_logger(__name__)


class MetricsSocket:
    """An ASGI application, as the sockets of chat-service are."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await serve_socket(WebSocket(scope, receive, send), send)


route = WebSocketRoute(PATH, MetricsSocket(), name="metrics_socket")


async def serve_socket(websocket: WebSocket, send: Send) -> None:
    """One socket, from acceptance to close."""
    parts = await get_socket_parts(websocket)
    await accept(websocket)
    try:
        await _serve(websocket, send, parts)
    except ServiceError as error:
        await end(websocket, error, error_frame(error))
    except WebSocketDisconnect:
        return
    except Exception as error:
        log.error("socket_crashed", exc_info=error)
        await end(websocket, ServiceError(), error_frame(ServiceError()))


async def _serve(websocket: WebSocket, send: Send, parts: SocketParts) -> None:
    caller = await caller_of(websocket, parts.settings.cors_origins)
    require_role(websocket, caller.principal, ANALYST_ROLES, method="SOCKET", route=PATH)
    async with parts.connections.admit(caller.principal.user_id, "metrics"):
        with parts.session_watch.open(caller.credential, ANALYST_ROLES) as use, _ending_in_time(use, caller):
            async with use.limit():
                with parts.live.watch() as watcher:
                    await MetricsSession(websocket, send, watcher, use.end).run()


@contextmanager
def _ending_in_time(use: OpenUse, caller: Caller) -> Iterator[None]:
    """Ends the use with what it was opened with, not at the next question about that."""
    left_seconds = min(max(0.0, caller.principal.expires_at - time.time()), LONGEST_TIMER_SECONDS)
    timer = asyncio.get_running_loop().call_later(left_seconds, use.end, caller.credential.refusal())
    try:
        yield
    finally:
        timer.cancel()
