"""A model's server that costs little and is punctual: each token of an answer is the moment of its sending.

Speaks what a chat needs of the OpenAI API: the list of models, and streamed completions. The newest message that says
`tokens=500 rate=50` orders that many tokens at that many a second; with a rate of 0 all come in one piece, at once.
Raw asyncio on purpose: with hundreds of answers a web framework would be slower than what is measured.
"""

import asyncio
import json
import re
import sys
import time
from typing import cast

ORDER = re.compile(rb"tokens=(\d+) rate=(\d+)")
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
# Tokens are eight digits: hundredths of a millisecond, which begin again from 0 every thousand seconds.
UNITS_PER_SECOND = 100_000
LARGEST_STAMP = 100_000_000
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
LIST = json.dumps({"object": "list", "data": [{"id": "gpt-4", "object": "model"}]}).encode()
CHUNK = (
    b'data: {"id":"chatcmpl-0123456789","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4",'
    b'"system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":%b,"logprobs":null,"finish_reason":%b}],'
    b'"usage":%b}\n\n'
)


def stamp() -> int:
    """The moment, as tokens tell it."""
    return int(time.time() * UNITS_PER_SECOND) % LARGEST_STAMP


def seconds_since(sent: int) -> float:
    """How long ago the moment of a token is."""
    return ((stamp() - sent) % LARGEST_STAMP) / UNITS_PER_SECOND


class Connection(asyncio.Protocol):
    """One client's connection; it answers one request after the other."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own class is none of asyncio's
        self._loop = asyncio.get_running_loop()
        self._received = b""
        self._next: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._next is not None:
            self._next.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, rest = self._received.partition(b"\r\n\r\n")
        length = int(found[1]) if (found := LENGTH.search(head)) else 0
        if not separator or len(rest) < length:
            return
        self._received = rest[length:]
        if head.startswith(b"GET"):
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(LIST), LIST)
            )
        else:
            self._answer(rest[:length])

    def _answer(self, body: bytes) -> None:
        orders = ORDER.findall(body) or [(b"1", b"0")]  # what asks for a title orders nothing
        self._left, rate = map(int, orders[-1])
        self._tokens = self._left
        if rate:
            self._transport.write(HEAD + chunked(event(b'{"role":"assistant","content":""}')))
            self._pause = 1 / rate
            self._due = self._loop.time()
            self._send_next()
        else:
            tokens = b"".join(token() for _ in range(self._tokens))
            self._transport.write(HEAD + chunked(tokens) + end(self._tokens))

    def _send_next(self) -> None:
        """Sends one token and sets the clock for the next; a late one delays none of those behind it."""
        self._left -= 1
        self._transport.write(chunked(token()) + (b"" if self._left else end(self._tokens)))
        self._due += self._pause
        self._next = self._loop.call_at(self._due, self._send_next) if self._left else None


def event(delta: bytes, finish_reason: bytes = b"null", usage: bytes = b"null") -> bytes:
    return CHUNK % (delta, finish_reason, usage)


def token() -> bytes:
    return event(b'{"content":"%08d "}' % stamp())


def end(tokens: int) -> bytes:
    usage = json.dumps({"prompt_tokens": 20, "completion_tokens": tokens, "total_tokens": tokens + 20}).encode()
    last = event(b"{}", b'"stop"', usage)
    return chunked(last + b"data: [DONE]\n\n") + b"0\r\n\r\n"


def chunked(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(json.dumps({"base_url": f"http://127.0.0.1:{port}/v1"}) + "\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    from speed_loop import run

    run(serve())
