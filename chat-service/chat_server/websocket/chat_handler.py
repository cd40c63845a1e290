"""The route of `/ws/{conversation_id}`: accept, check, then serve; a refusal is an error frame and a close code."""

from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from service_kit.authentication import Caller, authenticate
from service_kit.errors import CredentialsRefused, ServiceError
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from chat_server.conversations.service import ConversationService
from chat_server.dependencies import Parts, get_parts
from chat_server.websocket.closing import OriginRefused, close_code
from chat_server.websocket.plain import PlainSession
from chat_server.websocket.session import SocketSession, error_text
from chat_server.websocket.streaming import StreamingSession

SUBPROTOCOL = "convoai"
BEARER_PREFIX = "bearer."
LONGEST_CLOSE_REASON = 120  # RFC 6455 allows 123 bytes
log = structlog.get_logger(__name__)


class ChatSocket:
    """An ASGI application: FastAPI's layers around a route cost each idle socket memory and each token time."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await serve_socket(WebSocket(scope, receive, send), send, scope["path_params"]["conversation_id"])


route = WebSocketRoute("/ws/{conversation_id}", ChatSocket(), name="chat_socket")


async def serve_socket(websocket: WebSocket, send: Send, conversation_id: str) -> None:
    """One socket, from acceptance to close."""
    parts = await get_parts(websocket)
    offered = websocket.scope.get("subprotocols", [])
    await websocket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)
    try:
        caller = await _authorize(websocket, parts, conversation_id, offered)
        async with parts.connections.admit(caller.principal.user_id):
            with parts.session_watch.open(caller.credential) as use:
                async with use.limit():
                    await _session(websocket, send, parts, caller, conversation_id, use.end).run()
    except ServiceError as error:
        await _end(websocket, error)
    except WebSocketDisconnect:
        return
    except Exception as error:
        log.error("socket_crashed", exc_info=error)
        await _end(websocket, ServiceError())


async def _authorize(websocket: WebSocket, parts: Parts, conversation_id: str, offered: list[str]) -> Caller:
    """The owner of the conversation, signed in or with an API key.

    Raises: OriginRefused, CredentialsRefused, ScopeRequired, IdentityUnavailable, ConversationNotFound.
    """
    _check_origin(websocket, parts.settings.cors_origins)
    token = websocket.query_params.get("token") or next(
        (name.removeprefix(BEARER_PREFIX) for name in offered if name.startswith(BEARER_PREFIX)), None
    )
    if not token:
        raise CredentialsRefused()
    caller = await authenticate(websocket, token)
    user_id = caller.principal.user_id
    await parts.database.read(lambda session: ConversationService(session).get(user_id, conversation_id))
    return caller


def _check_origin(websocket: WebSocket, allowed: list[str]) -> None:
    """Starlette's CORS middleware does not look at sockets, and a browser sends them from any page."""
    origin = websocket.headers.get("origin")
    if origin is None or "*" in allowed or origin.rstrip("/") in allowed:
        return
    if urlsplit(origin).netloc != websocket.headers.get("host"):
        raise OriginRefused()


def _session(
    websocket: WebSocket,
    send: Send,
    parts: Parts,
    caller: Caller,
    conversation_id: str,
    end: Callable[[ServiceError], None],
) -> SocketSession:
    mode = StreamingSession if websocket.query_params.get("stream", "").lower() in ("true", "1") else PlainSession
    return mode(websocket, send, caller, conversation_id, parts.generation, parts.settings.websocket_idle_seconds, end)


async def _end(websocket: WebSocket, error: ServiceError) -> None:
    if websocket.application_state is not WebSocketState.CONNECTED:
        return
    try:
        await websocket.send_text(error_text(error))
        await websocket.close(close_code(error), error.detail[:LONGEST_CLOSE_REASON])
    except (RuntimeError, OSError, WebSocketDisconnect):  # the client went first: there is nobody left to tell
        log.debug("socket_gone", code=error.code)
