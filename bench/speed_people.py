"""People at streaming sockets: they ask, read every frame, and note how late each token of the model came."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import msgspec
from harness import People
from measured import Server
from speed_model import seconds_since
from speed_servers import Servers

SILENCE_SECONDS = 60.0
GOLDEN_RATIO = 0.618034  # its multiples lie spread between two whole numbers, however many there are


class _Frame(msgspec.Struct):
    type: str
    role: str = ""
    content: str = ""
    status: str = "complete"


_decoder = msgspec.json.Decoder(_Frame)


class AnswerBroken(RuntimeError):
    """What came is not an answer."""


@dataclass(slots=True)
class Received:
    """What one answer brought; times in seconds. `lost` counts tokens that were ordered and did not come."""

    first_after: float = 0.0
    delays: list[float] = field(default_factory=list)
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Seat:
    """One open socket of somebody."""

    socket: aiohttp.ClientWebSocketResponse

    async def ask(self, tokens: int, rate: int) -> Received:
        """Orders an answer and reads it to its end. Raises AnswerBroken when it is refused, fails or differs."""
        received, pieces = Received(), list[str]()
        began = time.perf_counter()
        await self.socket.send_json({"type": "message", "content": f"tokens={tokens} rate={rate}"})
        while (frame := await self._frame()).role != "assistant":
            if frame.type == "delta":
                pieces.append(frame.content)
                received.first_after = received.first_after or time.perf_counter() - began
                received.delays += [seconds_since(int(token)) for token in frame.content.split()]
        received.first_after = received.first_after or time.perf_counter() - began
        received.lost = tokens - len(frame.content.split())
        if frame.status != "complete" or (pieces and "".join(pieces) != frame.content):
            raise AnswerBroken(f"{frame.status}: {len(pieces)} pieces do not make the answer")
        return received

    async def exchange(self) -> None:
        """A message and an answer that comes at once."""
        await self.ask(tokens=1, rate=0)

    async def _frame(self) -> _Frame:
        message = await self.socket.receive(SILENCE_SECONDS)
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise AnswerBroken(f"the socket closed: {message.data} {message.extra}")
        frame = _decoder.decode(message.data)
        if frame.type == "error":
            raise AnswerBroken(message.data)
        return frame


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose the socket is and what it is about."""

    token: str
    conversation_id: str


class Hall:
    """Opens sockets to either of the two servers."""

    def __init__(self, servers: Servers, people: People, http: aiohttp.ClientSession) -> None:
        self.servers = servers
        self.people = people
        self.http = http

    async def tickets(self, count: int) -> list[Ticket]:
        """So many new people with a new conversation each."""
        found = []
        for _ in range(count):
            person = await self.people.register()
            found.append(Ticket(person.token, await person.new_conversation()))
        return found

    @asynccontextmanager
    async def seats(
        self, server: Server, tickets: Sequence[Ticket], *, is_streaming: bool = True
    ) -> AsyncIterator[list[Seat]]:
        """A socket for each ticket, for as long as the block lasts."""
        async with AsyncExitStack() as opened:
            yield [await self._open(server, ticket, opened, is_streaming) for ticket in tickets]

    async def _open(self, server: Server, ticket: Ticket, opened: AsyncExitStack, is_streaming: bool) -> Seat:
        address = f"{server.address}/ws/{ticket.conversation_id}"
        query = {"token": ticket.token} | ({"stream": "true"} if is_streaming else {})
        socket = await opened.enter_async_context(self.http.ws_connect(address, params=query, max_msg_size=0))
        if is_streaming and server is self.servers.chat:
            await socket.receive(SILENCE_SECONDS)  # `ready`
        return Seat(socket)


@asynccontextmanager
async def hall_of(servers: Servers, people: People) -> AsyncIterator[Hall]:
    """A hall for as long as the block lasts."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        yield Hall(servers, people, http)


async def ask_all(seats: Sequence[Seat], *, tokens: int, rate: int) -> list[Received]:
    """All ask within a second, at moments that fall anywhere between two tokens of the others, and read to the end.

    At even distances, which are multiples of the time between two tokens, the tokens of all would come in the same
    moments from whoever adds least, and be counted as cheap for it.
    """

    async def ask_later(seat: Seat, pause_seconds: float) -> Received:
        await asyncio.sleep(pause_seconds)
        return await seat.ask(tokens, rate)

    return await asyncio.gather(*(ask_later(seat, number * GOLDEN_RATIO % 1) for number, seat in enumerate(seats)))
