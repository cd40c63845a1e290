"""The socket's part of the access matrix: what a row is, and how a cell of it is called."""

import json
import typing
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from chat_server.generation.events import AnyClientFrame, ClientFrame
from support.access_calls import CALLERS, Caller
from support.access_matrix import Cast, cut_off_exchange
from support.sockets import Socket, open_socket
from websockets.exceptions import ConnectionClosed

Mode = Literal["streaming", "plain"]
Place = Literal["the owner's", "one's own"]
MODES: tuple[Mode, ...] = ("streaming", "plain")
STRANGERS = ("anonymous", "bad token", "deactivated", "service")  # nobody of them has a conversation
ID_FIELDS = ("message_id",)
FREE_FIELDS = ("content", "client_id", "model", "after", "reasoning_after")
CONTENT = "[[say]]Hello"
FRAME_TYPES: dict[str, type[ClientFrame]] = {
    str(frame.__struct_config__.tag): frame for frame in typing.get_args(AnyClientFrame)
}


@dataclass(frozen=True)
class FrameRow:
    """A frame to the server in a conversation that is the owner's or one's own, and the answer to each of CALLERS.

    Ids in the frame are the owner's. uses_up: sent by the owner it needs a conversation of its own.
    """

    type: str
    mode: Mode
    place: Place
    answers: str
    uses_up: bool = False

    @property
    def key(self) -> tuple[str, Mode, Place]:
        return self.type, self.mode, self.place

    @property
    def expected(self) -> dict[str, str]:
        return dict(zip(CALLERS, self.answers.split(), strict=True))


def keys_to_list() -> set[tuple[str, Mode, Place]]:
    """What the table must have rows for."""
    keys: set[tuple[str, Mode, Place]] = set()
    for type_ in FRAME_TYPES:
        keys |= {(type_, mode, "the owner's") for mode in MODES}
        if any(name in ID_FIELDS for name in field_names(type_)):
            keys |= {(type_, mode, "one's own") for mode in MODES}
    return keys


def field_names(type_: str) -> list[str]:
    return [field.name for field in msgspec.structs.fields(FRAME_TYPES[type_])]


def fields_of(type_: str, message_id: str) -> dict[str, Any]:
    """What a valid frame of that type needs."""
    values = {"content": CONTENT, "message_id": message_id}
    return {field.name: values[field.name] for field in msgspec.structs.fields(FRAME_TYPES[type_]) if field.required}


def socket_of(
    cast: Cast, caller: Caller, conversation_id: str, mode: Mode = "streaming"
) -> AbstractAsyncContextManager[Socket]:
    address = f"{cast.people.stack.socket_address}/ws/{conversation_id}"
    return open_socket(address, token=caller.token, stream=mode == "streaming")


async def frame_answer(cast: Cast, row: FrameRow, kind: str) -> str:
    """The code that the socket closes with, or the type (of errors the code) of the first frame that comes back."""
    caller, owner = await cast.caller(kind), await cast.person("owner")
    is_own = row.place == "one's own" and kind not in STRANGERS
    conversation_id = await cast.belonging(kind if is_own else "owner", "conversation_id")
    message_id = await cast.belonging("owner", "message_id")
    if is_own and kind == "owner":
        conversation_id = await owner.new_conversation()  # another one than the message's
    if row.uses_up and kind == "owner":
        conversation_id = await owner.new_conversation()
        if set(field_names(row.type)) & set(ID_FIELDS):
            _question_id, message_id = await cut_off_exchange(owner, conversation_id)
    async with socket_of(cast, caller, conversation_id, row.mode) as socket:
        frames = [{"type": row.type} | fields_of(row.type, message_id), {"type": "ping"}]
        return await first_answer(socket, frames)


def metrics_socket_of(cast: Cast, caller: Caller) -> AbstractAsyncContextManager[Socket]:
    """The socket of the figures."""
    address = cast.people.stack.analytics.address.replace("http", "ws", 1)
    return open_socket(f"{address}/ws/metrics", token=caller.token)


async def first_answer(socket: Socket, frames: Sequence[Mapping[str, Any]]) -> str:
    """What comes back first; where that is an error, whether the socket outlives it."""
    with suppress(ConnectionClosed):  # it may be closing already; what came before that is still to be read
        for frame in frames:
            await socket.send_raw(json.dumps(frame))
    first = await socket.receive()
    if first.type == "ready":
        first = await socket.receive()
    if first.type != "error":
        return first.type
    try:
        await socket.receive()
    except ConnectionClosed:
        return str(await socket.close_code())
    return str(first["code"])
