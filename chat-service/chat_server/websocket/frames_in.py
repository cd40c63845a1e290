"""Reads a client's frames: size, JSON, type, and the limits of a message."""

import msgspec
from service_kit.sockets import BadFrame

from chat_server.generation.events import AnyClientFrame, EditFrame, ExchangeFrame, SendFrame
from chat_server.messages.schemas import LONGEST_CONTENT
from chat_server.texts import NUL
from chat_server.websocket.closing import FrameTooLarge

LARGEST_FRAME_BYTES = 65_536
LONGEST_CLIENT_ID = 255

_decoder: msgspec.json.Decoder[AnyClientFrame] = msgspec.json.Decoder(AnyClientFrame)


def decode_frame(data: str | bytes) -> AnyClientFrame:
    """The typed frame. Raises FrameTooLarge (413) or BadFrame (422), which the socket outlives."""
    if len(data) > LARGEST_FRAME_BYTES:
        raise FrameTooLarge()
    raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
    if len(raw) > LARGEST_FRAME_BYTES:
        raise FrameTooLarge()
    try:
        frame = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame() from error
    if isinstance(frame, SendFrame | EditFrame):
        _check_content(frame.content)
    if isinstance(frame, ExchangeFrame):
        _check_client_id(frame.client_id)
    return frame


def _check_content(content: str) -> None:
    if not content.strip():
        raise BadFrame("The message is empty. Write something first.", code="invalid_input")
    if len(content) > LONGEST_CONTENT:
        raise BadFrame(
            f"The message has {len(content):,} characters; at most {LONGEST_CONTENT:,} are allowed.",
            code="invalid_input",
        )
    if NUL in content:
        raise BadFrame("The message contains a NUL character, which cannot be stored.", code="invalid_input")


def _check_client_id(client_id: str | None) -> None:
    if client_id is None:
        return
    if not 0 < len(client_id) <= LONGEST_CLIENT_ID:
        raise BadFrame("client_id must have 1 to 255 characters.", code="invalid_input")
    if NUL in client_id:
        raise BadFrame("client_id contains a NUL character, which cannot be stored.", code="invalid_input")
