"""A client of `/ws/{conversation_id}` that reads frames as objects."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

Frame = dict[str, Any]
WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class Ending:
    """What the server said last: the frames that came before the close, its code and its reason."""

    frames: list[Frame]
    code: int | None
    reason: str


class ChatSocket:
    """One open socket. Every wait has a limit."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **frame: Any) -> None:
        """Sends one object."""
        await self.connection.send(json.dumps(frame))

    async def say(self, content: str, **more: Any) -> None:
        """Sends a user's message."""
        await self.send(type="message", content=content, **more)

    async def receive(self) -> Frame:
        """The next frame."""
        async with asyncio.timeout(WAIT_SECONDS):
            frame: Frame = json.loads(await self.connection.recv())
        return frame

    async def until(self, kind: str, **values: Any) -> list[Frame]:
        """The frames up to and with the first of this type that has these values."""
        frames = [await self.receive()]
        while frames[-1]["type"] != kind or any(frames[-1].get(name) != value for name, value in values.items()):
            frames.append(await self.receive())
        return frames

    async def until_answered(self) -> list[Frame]:
        """The frames up to and with the final one of an answer."""
        return await self.until("message", role="assistant")

    async def silence(self) -> None:
        """Returns when everything that the server had to say so far is read; a pong is the proof.

        Raises: AssertionError when a frame came before the pong.
        """
        await self.send(type="ping")
        frame = await self.receive()
        if frame != {"type": "pong"}:
            raise AssertionError(f"expected silence, received {frame}")

    async def ending(self) -> Ending:
        """Reads until the server closes."""
        frames: list[Frame] = []
        try:
            while True:
                frames.append(await self.receive())
        except ConnectionClosed:
            return Ending(frames, self.connection.close_code, self.connection.close_reason or "")

    async def close(self) -> None:
        """Leaves."""
        await self.connection.close()


@asynccontextmanager
async def open_socket(
    url: str, *, subprotocols: Sequence[str] = (), origin: str | None = None
) -> AsyncIterator[ChatSocket]:
    """Connects, with no proxy and no compression."""
    async with connect(
        url,
        subprotocols=[Subprotocol(name) for name in subprotocols] or None,
        origin=Origin(origin) if origin is not None else None,
        compression=None,
        proxy=None,
        max_size=None,
        ping_interval=None,
    ) as connection:
        yield ChatSocket(connection)


def text_of(frames: Sequence[Frame]) -> str:
    """The deltas among the frames, joined."""
    return "".join(frame["content"] for frame in frames if frame["type"] == "delta")


def seqs_of(frames: Sequence[Frame]) -> list[int]:
    """The numbers of the deltas among the frames."""
    return [frame["seq"] for frame in frames if frame["type"] == "delta"]


def kinds_of(frames: Sequence[Frame]) -> list[str]:
    """The types of the frames."""
    return [frame["type"] for frame in frames]
