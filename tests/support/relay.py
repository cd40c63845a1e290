"""A TCP relay in front of a service: the network between page and service, which tests cut, silence and restore."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
CHUNK_BYTES = 64 * 1024


class Relay:
    """Passes every connection on to a port of this machine; entered and used on one event loop.

    `name` is what its address calls this machine.
    """

    def __init__(self, target_port: int, port: int, *, name: str = HOST) -> None:
        self.port = port
        self.address = f"http://{name}:{port}"
        self.accepted = 0
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._open.set()

    async def __aenter__(self) -> Self:
        await self.restore()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sever()

    def cut(self) -> None:
        """Break every open connection at once, as a lost network does; new ones are taken."""
        for writer in list(self._writers):
            writer.transport.abort()

    def sever(self) -> None:
        """Break every connection and refuse new ones until `restore`."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()

    def silence(self) -> None:
        """Pass nothing on any more and keep connections open: what a lost wireless network looks like."""
        self._open.clear()

    async def restore(self) -> None:
        self._open.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._relay, HOST, self.port)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self._writers.add(writer)
        try:
            with suppress(OSError):
                await self._join(reader, writer)
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Relay both ways until both ends have said all, or one of them breaks."""
        target_reader, target_writer = await asyncio.open_connection(HOST, self._target_port)
        self._writers.add(target_writer)
        directions = [
            asyncio.create_task(self._pass_on(reader, target_writer)),
            asyncio.create_task(self._pass_on(target_reader, writer)),
        ]
        try:
            await asyncio.gather(*directions)
        finally:
            for direction in directions:
                direction.cancel()
            await asyncio.gather(*directions, return_exceptions=True)
            self._writers.discard(target_writer)
            target_writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(CHUNK_BYTES):
            await self._open.wait()
            writer.write(chunk)
            await writer.drain()
        # One end is done; the other may still have an answer to give.
        writer.write_eof()
