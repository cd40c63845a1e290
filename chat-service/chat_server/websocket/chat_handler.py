"""The route of `/ws/{conversation_id}`: accept, check, then serve; a refusal is an error frame and a close code."""

from collections.abc import Callable

import structlog
from service_kit.authentication import Caller
from service_kit.errors import ServiceError
from service_kit.sockets import accept, caller_of, end
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from chat_server.conversations.service import ConversationService
from chat_server.dependencies import Parts, get_parts
from chat_server.websocket.plain import PlainSession
from chat_server.websocket.session import SocketSession, error_text
from chat_server.websocket.streaming import StreamingSession

log = structlog.get_logger(__name__)


class ChatSocket:
    """An ASGI application: FastAPI's layers around a route cost each idle socket memory and each token time."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await serve_socket(WebSocket(scope, receive, send), send, scope["path_params"]["conversation_id"])


route = WebSocketRoute("/ws/{conversation_id}", ChatSocket(), name="chat_socket")


async def serve_socket(websocket: WebSocket, send: Send, conversation_id: str) -> None:
    """One socket, from acceptance to close."""
    parts = await get_parts(websocket)
    await accept(websocket)
    try:
        caller = await _authorize(websocket, parts, conversation_id)
        mode = _mode(websocket)
        async with parts.connections.admit(caller.principal.user_id, mode.kind):
            with parts.session_watch.open(caller.credential) as use:
                async with use.limit():
                    await _session(mode, websocket, send, parts, caller, conversation_id, use.end).run()
    except ServiceError as error:
        await end(websocket, error, error_text(error))
    except WebSocketDisconnect:
        return
    except Exception as error:
        log.error("socket_crashed", exc_info=error)
        await end(websocket, ServiceError(), error_text(ServiceError()))


async def _authorize(websocket: WebSocket, parts: Parts, conversation_id: str) -> Caller:
    """The owner of the conversation, signed in or with an API key.

    Raises: what `caller_of` does; ConversationNotFound.
    """
    caller = await caller_of(websocket, parts.settings.cors_origins)
    user_id = caller.principal.user_id
    await parts.database.read(lambda session: ConversationService(session).get(user_id, conversation_id))
    return caller


def _mode(websocket: WebSocket) -> type[SocketSession]:
    return StreamingSession if websocket.query_params.get("stream", "").lower() in ("true", "1") else PlainSession


def _session(
    mode: type[SocketSession],
    websocket: WebSocket,
    send: Send,
    parts: Parts,
    caller: Caller,
    conversation_id: str,
    end: Callable[[ServiceError], None],
) -> SocketSession:
    return mode(websocket, send, caller, conversation_id, parts.generation, parts.settings.websocket_idle_seconds, end)
