"""Reads a client's frames: size, JSON, type, and the limits of a message."""

import msgspec

from chat_server.generation.events import AnyClientFrame, SendFrame
from chat_server.messages.schemas import LONGEST_CONTENT
from chat_server.texts import NUL
from chat_server.websocket.closing import BadFrame, FrameTooLarge

LARGEST_FRAME_BYTES = 65_536
BAD_FRAMES_IN_A_ROW = 10
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
    if isinstance(frame, SendFrame):
        _check_message(frame)
    return frame


def _check_message(frame: SendFrame) -> None:
    if not frame.content.strip():
        raise BadFrame("The message is empty. Write something first.", code="invalid_input")
    if len(frame.content) > LONGEST_CONTENT:
        raise BadFrame(
            f"The message has {len(frame.content):,} characters; at most {LONGEST_CONTENT:,} are allowed.",
            code="invalid_input",
        )
    if NUL in frame.content or NUL in (frame.client_id or ""):
        raise BadFrame("The message contains a NUL character, which cannot be stored.", code="invalid_input")
    if frame.client_id is not None and not 0 < len(frame.client_id) <= LONGEST_CLIENT_ID:
        raise BadFrame("client_id must have 1 to 255 characters.", code="invalid_input")
