"""A socket of a test: frames as dictionaries, each wait with a time limit."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

FRAME_SECONDS = 45.0


class Frame(dict[str, Any]):
    """One frame from the server."""

    @classmethod
    def read(cls, text: str | bytes) -> "Frame":
        return cls(json.loads(text))

    @property
    def type(self) -> str:
        return str(self["type"])


class Socket:
    """One client's connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, type_: str, **fields: Any) -> None:
        await self._connection.send(json.dumps({"type": type_} | fields))

    async def send_raw(self, data: str | bytes) -> None:
        await self._connection.send(data)

    async def receive(self, *, seconds: float = FRAME_SECONDS) -> Frame:
        """The next frame. Raises: TimeoutError, ConnectionClosed."""
        async with asyncio.timeout(seconds):
            return Frame.read(await self._connection.recv())

    async def receive_raw(self) -> str | bytes:
        """The next frame as it came. Raises: TimeoutError, ConnectionClosed."""
        async with asyncio.timeout(FRAME_SECONDS):
            return await self._connection.recv()

    async def refusal(self) -> tuple[list[str | bytes], int | None, str | None]:
        """All that the server says until it closes, as it came: frames, code and reason."""
        said: list[str | bytes] = []
        with suppress(ConnectionClosed):
            while True:
                said.append(await self.receive_raw())
        return said, self._connection.close_code, self._connection.close_reason

    async def expect(self, type_: str, **fields: Any) -> Frame:
        """The next frame, which must be this."""
        frame = await self.receive()
        assert frame.type == type_, frame
        assert {name: frame[name] for name in fields} == fields
        return frame

    async def until(self, type_: str, **fields: Any) -> list[Frame]:
        """The frames up to and with the first of this type that has these fields."""
        frames: list[Frame] = []
        while not (frames and frames[-1].type == type_ and fields.items() <= frames[-1].items()):
            try:
                frames.append(await self.receive())
            except TimeoutError:
                raise AssertionError(f"no {type_} {fields} came after {frames[-5:]}") from None
        return frames

    async def answer(self) -> list[Frame]:
        """The frames up to the assistant's final message."""
        return await self.until("message", role="assistant")

    async def close_code(self, *, seconds: float = FRAME_SECONDS) -> int:
        """The code with which the server closes; frames before it are passed over."""
        async with asyncio.timeout(seconds):
            try:
                while True:
                    await self._connection.recv()
            except ConnectionClosed:
                return self._connection.close_code or 0

    async def close(self) -> None:
        await self._connection.close()

    def cut(self) -> None:
        """Break the connection without a word, as a lost network does."""
        self._connection.transport.abort()

    @property
    def subprotocol(self) -> str | None:
        return self._connection.subprotocol


@asynccontextmanager
async def open_socket(
    address: str,
    *,
    token: str | None,
    stream: bool = False,
    origin: str | None = None,
    subprotocols: list[str] | None = None,
    headers: dict[str, str] | None = None,
) -> AsyncIterator[Socket]:
    """A socket whose token is in the query, unless `token` is None."""
    query = ({"token": token} if token is not None else {}) | ({"stream": "true"} if stream else {})
    connection = await connect(
        f"{address}?{urlencode(query, errors='surrogatepass')}",
        origin=Origin(origin) if origin is not None else None,
        subprotocols=[Subprotocol(name) for name in subprotocols] if subprotocols is not None else None,
        additional_headers=headers,
        compression=None,
        ping_interval=None,
        open_timeout=FRAME_SECONDS,
        close_timeout=5,
        max_size=None,
        proxy=None,
    )
    try:
        yield Socket(connection)
    finally:
        await connection.close()


def text_of(frames: list[Frame]) -> str:
    """What the deltas say together."""
    return "".join(frame["content"] for frame in frames if frame.type == "delta")


def seqs_of(frames: list[Frame]) -> list[int]:
    return [frame["seq"] for frame in frames if frame.type == "delta"]
