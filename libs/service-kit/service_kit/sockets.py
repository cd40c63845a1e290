"""What the sockets of all services have in common: who opens one, and with which frame and close code one ends."""

from urllib.parse import urlsplit

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from service_kit.authentication import Caller, authenticate
from service_kit.errors import CredentialsRefused, ServiceError

CREDENTIALS = 4401
NOT_FOUND = 4404
IDLE = 4408
TOO_LARGE = 4413
TOO_MANY = 4429
INTERNAL = 1011
SUBPROTOCOL = "convoai"
BEARER_PREFIX = "bearer."
LONGEST_CLOSE_REASON = 120  # RFC 6455 allows 123 bytes
BAD_FRAMES_IN_A_ROW = 10

_BY_STATUS = {401: CREDENTIALS, 403: CREDENTIALS, 404: NOT_FOUND, 408: IDLE, 413: TOO_LARGE, 429: TOO_MANY}
log = structlog.get_logger(__name__)


class OriginRefused(ServiceError):
    """The page that opened the socket is not one of ours (403; close code 4401)."""

    code = "origin_not_allowed"
    status = 403
    detail = "This page's address may not connect. An administrator can add it to CORS_ORIGINS."


class TooManyBadFrames(ServiceError):
    """Ten bad frames in a row (429; close code 4429)."""

    code = "too_many_bad_frames"
    status = 429
    detail = "Too many frames in a row could not be understood; the connection was closed."


class BadFrame(ServiceError):
    """Not JSON, not an object, or of unknown type or shape (422)."""

    code = "bad_frame"
    status = 422
    detail = (
        "The frame was not understood. Send a JSON object with a known type; docs/websocket-protocol.md lists them."
    )


def close_code(error: ServiceError) -> int:
    """The close code for an error that ends a socket."""
    return _BY_STATUS.get(error.status, INTERNAL)


async def accept(websocket: WebSocket) -> None:
    """Accepts first, so that a refusal can be read."""
    await websocket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in _offered(websocket) else None)


async def caller_of(websocket: WebSocket, allowed_origins: list[str]) -> Caller:
    """Who opens the socket, by the token in the query or in the pair of subprotocols.

    Raises: OriginRefused, CredentialsRefused, ScopeRequired, IdentityUnavailable.
    """
    _check_origin(websocket, allowed_origins)
    token = websocket.query_params.get("token") or next(
        (name.removeprefix(BEARER_PREFIX) for name in _offered(websocket) if name.startswith(BEARER_PREFIX)), None
    )
    if not token:
        raise CredentialsRefused()
    return await authenticate(websocket, token)


async def end(websocket: WebSocket, error: ServiceError, frame: str) -> None:
    """Sends the error's frame and closes, if there is still somebody to tell."""
    if websocket.application_state is not WebSocketState.CONNECTED:
        return
    try:
        await websocket.send_text(frame)
        await websocket.close(close_code(error), error.detail[:LONGEST_CLOSE_REASON])
    except (RuntimeError, OSError, WebSocketDisconnect):  # the client went first: there is nobody left to tell
        log.debug("socket_gone", code=error.code)


def _offered(websocket: WebSocket) -> list[str]:
    offered: list[str] = websocket.scope.get("subprotocols", [])
    return offered


def _check_origin(websocket: WebSocket, allowed: list[str]) -> None:
    """Starlette's CORS middleware does not look at sockets, and a browser sends them from any page."""
    origin = websocket.headers.get("origin")
    if origin is None or "*" in allowed or origin.rstrip("/") in allowed:
        return
    if urlsplit(origin).netloc != websocket.headers.get("host"):
        raise OriginRefused()
