"""A real server on a free port, in the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import uvicorn

from chat_testing.waiting import eventually

FRAME_LIMIT_BYTES = 1_048_576  # as the launcher starts it; the service's own limit is lower


class RunningServer:
    """A server and its address (`127.0.0.1:port`)."""

    def __init__(self, server: uvicorn.Server, task: "asyncio.Task[None]", port: int) -> None:
        self.address = f"127.0.0.1:{port}"
        self._server = server
        self._task = task

    async def stop(self) -> None:
        """Ends as on SIGTERM; returns when it has."""
        self._server.should_exit = True
        await self._task


@asynccontextmanager
async def serving(app: Any, lifespan: Literal["on", "off"] = "off") -> AsyncIterator[RunningServer]:
    """Serves the application; `off` when the test has started its parts itself."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        lifespan=lifespan,
        log_config=None,
        access_log=False,
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=FRAME_LIMIT_BYTES,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    running = RunningServer(server, task, listener.getsockname()[1])
    try:
        await eventually(lambda: server.started or task.done())
        yield running
    finally:
        await running.stop()
        listener.close()
