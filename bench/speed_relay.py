"""The limit: what any server of this kind must do for a token, and nothing else.

One ASGI function under the same uvicorn with the same switches: it takes a message from a socket, asks the model with
aiohttp, reads its events and sends each read as one frame. No accounts, no storage, no resume, no second watcher.
"""

import os

import aiohttp
import msgspec
from starlette.types import Receive, Scope, Send


class _Text(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Text


class _Event(msgspec.Struct):
    choices: list[_Choice]


class _Question(msgspec.Struct):
    content: str


_event = msgspec.json.Decoder(_Event)
_question = msgspec.json.Decoder(_Question)
_encoder = msgspec.json.Encoder()
_session: aiohttp.ClientSession


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
    else:
        await _serve(receive, send)


async def _live(receive: Receive, send: Send) -> None:
    global _session  # the application is a function: it has nowhere else to keep its client
    await receive()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as _session:
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def _serve(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await _relay(_question.decode(message["text"]).content, send)


async def _relay(content: str, send: Send) -> None:
    body = {"model": "gpt-4", "stream": True, "messages": [{"role": "user", "content": content}]}
    pieces: list[str] = []
    waiting = b""
    async with _session.post(os.environ["OPENAI_BASE_URL"] + "/chat/completions", json=body) as response:
        async for data in response.content.iter_any():
            *events, waiting = (waiting + data).split(b"\n\n")
            if piece := "".join(map(_text_of, events)):
                pieces.append(piece)
                frame = {"type": "delta", "message_id": "0", "seq": len(pieces), "content": piece}
                await send({"type": "websocket.send", "text": _encoder.encode(frame).decode()})
    whole = {"type": "message", "role": "assistant", "message_id": "0", "content": "".join(pieces)}
    await send({"type": "websocket.send", "text": _encoder.encode(whole).decode()})


def _text_of(event: bytes) -> str:
    if event == b"data: [DONE]":
        return ""
    return _event.decode(event[6:]).choices[0].delta.content or ""
