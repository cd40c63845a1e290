"""Readers of answers whose connection is cut again and again: what each has received, piece by piece, must be whole."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from service_kit.clock import new_id
from support.client import Person
from support.sockets import Frame, Socket, open_socket
from websockets.exceptions import WebSocketException

GONE = (WebSocketException, OSError, TimeoutError)
MOST_TRIES = 1_000


@dataclass
class Received:
    """What one reader got of one answer."""

    message_id: str = ""
    pieces: list[tuple[int, str]] = field(default_factory=list)
    final: Frame | None = None
    breaks: int = 0

    @property
    def last_seq(self) -> int:
        return self.pieces[-1][0] if self.pieces else 0

    def faults(self, stored: Mapping[str, Any]) -> list[str]:
        """What differs from the stored answer, in sentences; nothing when every piece came once and in order."""
        numbers = [seq for seq, _ in self.pieces]
        faults = []
        if numbers != list(range(1, len(numbers) + 1)):
            faults.append(f"{self.message_id}: pieces came as {numbers}")
        if (text := "".join(content for _, content in self.pieces)) != stored["content"]:
            faults.append(f"{self.message_id}: {text!r} was received, {stored['content']!r} is stored")
        if self.final is None or self.final["content"] != stored["content"]:
            faults.append(f"{self.message_id}: its final frame is not what is stored")
        return faults


class CutReader:
    """Asks once, and reads the answer to its end over as many connections as it takes.

    `skipping` pieces are left out at each return: 0 for a page, more to prove that a loss is seen.
    """

    def __init__(self, person: Person, address: str, *, skipping: int = 0) -> None:
        self._person = person
        self._address = address
        self._skipping = skipping

    async def read(self, conversation_id: str, content: str) -> Received:
        """Raises AssertionError when the answer does not end."""
        received, client_id = Received(), new_id()
        for _ in range(MOST_TRIES):
            with suppress(*GONE):
                url = f"{self._address}/ws/{conversation_id}"
                async with open_socket(url, token=self._person.token, stream=True) as socket:
                    after = await self._ask_or_resume(socket, received, content, client_id)
                    await self._follow(socket, received, after)
                    return received
            received.breaks += 1
            await asyncio.sleep(0.01)
        raise AssertionError("the answer has not ended")

    async def _ask_or_resume(self, socket: Socket, received: Received, content: str, client_id: str) -> int | None:
        """The place that was resumed at; None when it asked."""
        await socket.expect("ready")
        if not received.message_id:
            await socket.send("message", content=content, client_id=client_id)
            return None
        after = received.last_seq + self._skipping
        await socket.send("resume", message_id=received.message_id, after=after)
        return after

    @staticmethod
    async def _follow(socket: Socket, received: Received, resumed_at: int | None) -> None:
        """Reads to the end. An answer that ends before the resume comes says so first; the rest follows."""
        while True:
            frame = await socket.receive()
            assert frame.type != "error", frame
            if frame.type == "start":
                received.message_id = str(frame["message_id"])
                received.pieces.clear()  # a message that is sent again is told from its beginning
            elif frame.type == "delta":
                received.pieces.append((int(frame["seq"]), str(frame["content"])))
                resumed_at = None
            elif frame.type == "message" and frame["role"] == "assistant":
                received.final = frame
                if resumed_at is None or resumed_at >= int(frame["seq"]):
                    return
                resumed_at = None
