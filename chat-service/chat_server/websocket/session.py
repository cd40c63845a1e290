"""One socket's loop: what it shares in both modes. Holds no database session while it waits."""

import asyncio
import time
from collections.abc import Callable
from typing import ClassVar

import structlog
from service_kit.authentication import Caller
from service_kit.errors import ServiceError
from service_kit.sockets import BAD_FRAMES_IN_A_ROW, TooManyBadFrames
from starlette.types import Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from chat_server.generation.events import AnyClientFrame, ErrorFrame
from chat_server.generation.service import GenerationService
from chat_server.websocket.closing import SocketIdle
from chat_server.websocket.frames_in import decode_frame

log = structlog.get_logger(__name__)


class SocketSession:
    """Reads frames one by one and hands each to `handle`; a mode says what that does."""

    kind: ClassVar[str]

    def __init__(
        self,
        websocket: WebSocket,
        send: Send,
        caller: Caller,
        conversation_id: str,
        generation: GenerationService,
        idle_seconds: float,
        end: Callable[[ServiceError], None],
    ) -> None:
        """`send` is the server's own; `end` breaks off `run`, which then raises that error."""
        self.websocket = websocket
        self._send = send
        self.user = caller.principal
        self.conversation_id = conversation_id
        self.generation = generation
        self._credential = caller.credential
        self._idle_seconds = idle_seconds
        self.end = end
        self._bad_frames = 0

    async def run(self) -> None:
        """Serves the socket until the client leaves. Raises ServiceError when the server ends it."""
        try:
            while True:
                await self._take_one()
        except WebSocketDisconnect:
            return

    async def _take_one(self) -> None:
        data = await self._receive()
        try:
            frame = decode_frame(data)
            self._bad_frames = 0
        except ServiceError as error:
            self._bad_frames += 1
            await self.refuse(error)
            if self._bad_frames >= BAD_FRAMES_IN_A_ROW:
                raise TooManyBadFrames() from error
            return
        try:
            await self.handle(frame)
        except ServiceError as error:
            await self.refuse(error, getattr(frame, "message_id", None), getattr(frame, "client_id", None))

    async def _receive(self) -> str | bytes:
        """The next frame. Raises SocketIdle when none comes, CredentialsRefused when the credential ends first."""
        left_seconds = self.user.expires_at - time.time()
        try:
            async with asyncio.timeout(max(0.0, min(self._idle_seconds, left_seconds))):
                message = await self.websocket.receive()
        except TimeoutError as error:
            raise (SocketIdle() if left_seconds > self._idle_seconds else self._credential.refusal()) from error
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005), message.get("reason"))
        text: str | None = message.get("text")
        return text if text is not None else message["bytes"]

    async def handle(self, frame: AnyClientFrame) -> None:
        """What a good frame does in this mode."""
        raise TypeError(f"{type(self).__name__} handles no frames")

    async def refuse(self, error: ServiceError, message_id: str | None = None, client_id: str | None = None) -> None:
        """Tells of an error that the socket outlives."""
        await self.send(error_text(error, message_id, client_id))

    async def send(self, text: str) -> None:
        """Sends one frame. Raises WebSocketDisconnect when the client has gone."""
        if self.websocket.application_state is not WebSocketState.CONNECTED:
            raise WebSocketDisconnect(1006)
        try:
            await self._send({"type": "websocket.send", "text": text})
        except (RuntimeError, OSError) as error:  # the transport closed under a frame
            raise WebSocketDisconnect(1006) from error


def error_text(error: ServiceError, message_id: str | None = None, client_id: str | None = None) -> str:
    """The error's frame."""
    return ErrorFrame(
        error.code,
        error.detail,
        error.retryable,
        message_id=message_id,
        client_id=client_id,
        retry_after_seconds=error.retry_after_seconds,
    ).encode()
