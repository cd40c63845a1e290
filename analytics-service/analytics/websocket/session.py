"""One socket of `/ws/metrics`: reads pings in one task, writes in another, and keeps nothing for a slow reader."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog
from service_kit.errors import ServiceError
from service_kit.sockets import BAD_FRAMES_IN_A_ROW, TooManyBadFrames
from starlette.types import Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from analytics.live.frames import PONG, check_frame, error_frame
from analytics.live.service import Watcher

log = structlog.get_logger(__name__)


class MetricsSession:
    """Serves one watcher; `end` breaks off `run`, which then raises that error."""

    def __init__(self, websocket: WebSocket, send: Send, watcher: Watcher, end: Callable[[ServiceError], None]) -> None:
        self._websocket = websocket
        self._send = send
        self._watcher = watcher
        self._end = end
        self._replies: deque[str] = deque(maxlen=BAD_FRAMES_IN_A_ROW)  # who asks without reading misses answers
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Serves the socket until the client leaves. Raises ServiceError when the server ends it."""
        writers = [asyncio.create_task(self._guarded(write)) for write in (self._write_news, self._write_replies)]
        try:
            await self._read()
        except WebSocketDisconnect:
            return
        finally:
            for writer in writers:
                writer.cancel()
            await asyncio.wait(writers)

    async def _read(self) -> None:
        bad_frames = 0
        while True:
            try:
                check_frame(await self._receive())
                bad_frames = 0
                self._reply(PONG)
            except ServiceError as error:
                bad_frames += 1
                self._reply(error_frame(error))
                if bad_frames >= BAD_FRAMES_IN_A_ROW:
                    raise TooManyBadFrames() from error

    async def _receive(self) -> str | bytes:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005), message.get("reason"))
        text: str | None = message.get("text")
        return text if text is not None else message["bytes"]

    def _reply(self, text: str) -> None:
        self._replies.append(text)
        self._wake.set()

    async def _write_news(self) -> None:
        while True:
            await self._say(await self._watcher.next())

    async def _write_replies(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._replies:
                await self._say(self._replies.popleft())

    async def _say(self, text: str) -> None:
        await self._send({"type": "websocket.send", "text": text})

    async def _guarded(self, write: Callable[[], Awaitable[None]]) -> None:
        """A client that has gone is the reader's to notice; anything else ends the session."""
        try:
            await write()
        except (WebSocketDisconnect, RuntimeError, OSError) as error:  # the transport closed under a frame
            log.debug("socket_gone", error_type=type(error).__name__)
        except Exception as error:
            log.error("socket_crashed", exc_info=error)
            self._end(ServiceError())
