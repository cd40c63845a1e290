"""Server-sent events from bytes: knows the framing, nothing of what the events mean."""

import msgspec

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class EventTooLarge(ValueError):
    """An event grew beyond the limit without ending."""


class ServerSentEvent(msgspec.Struct, frozen=True):
    """One event: its data lines joined by a line feed, and its name (`message` when it has none)."""

    data: bytes
    name: bytes = b"message"


class EventParser:
    """Cuts a byte stream into events, wherever the network cut it.

    Works on bytes throughout: a character that two reads share is whole again before anything decodes it.
    """

    def __init__(self, *, max_event_bytes: int = 1024 * 1024) -> None:
        self._max_event_bytes = max_event_bytes
        self._buffer = bytearray()
        self._ended_with_return = False
        self._is_at_start = True

    def feed(self, data: bytes) -> list[ServerSentEvent]:
        """Take what arrived and return the events that it completed, in order.

        Raises: EventTooLarge when more than `max_event_bytes` are waiting for the end of their event.
        """
        if not self._buffer and not self._ended_with_return and data.endswith(b"\n\n") and b"\r" not in data:
            if data.startswith(b"data: ") and data.find(b"\n") == len(data) - 2:
                self._is_at_start = False
                return [ServerSentEvent(data[6:-2])]  # one whole event of one line, as nearly every read brings it
            return self._parse_blocks(data.split(b"\n\n"))
        searched = max(0, len(self._buffer) - 1)
        self._buffer += self._unify_line_ends(data)
        if self._buffer.find(b"\n\n", searched) < 0:
            self._check_size()
            return []
        *blocks, rest = bytes(self._buffer).split(b"\n\n")
        self._buffer = bytearray(rest)
        self._check_size()
        return self._parse_blocks(blocks)

    def finish(self) -> list[ServerSentEvent]:
        """Return the event that was waiting for its blank line when the stream ended, if there is one."""
        rest, self._buffer = bytes(self._buffer), bytearray()
        return self._parse_blocks([rest])

    def _parse_blocks(self, blocks: list[bytes]) -> list[ServerSentEvent]:
        if self._is_at_start and blocks:
            blocks[0] = blocks[0].removeprefix(BYTE_ORDER_MARK)
            self._is_at_start = False
        return [event for block in blocks if (event := parse_event(block)) is not None]

    def _unify_line_ends(self, data: bytes) -> bytes:
        if self._ended_with_return and data.startswith(b"\n"):
            data = data[1:]  # the second half of a CRLF whose first half already counted
            self._ended_with_return = False
        if data:
            self._ended_with_return = data.endswith(b"\r")
        if b"\r" not in data:
            return data
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _check_size(self) -> None:
        if len(self._buffer) > self._max_event_bytes:
            raise EventTooLarge


def parse_event(block: bytes) -> ServerSentEvent | None:
    """Read the lines of one event; None when it has no data (a comment, a keep-alive)."""
    if block.startswith(b"data: ") and b"\n" not in block:
        return ServerSentEvent(block[6:])
    name = b"message"
    data: list[bytes] = []
    for line in block.split(b"\n"):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value
        elif field == b"error":  # older llama.cpp servers report failures in a field of their own
            return ServerSentEvent(value, b"error")
    return ServerSentEvent(b"\n".join(data), name) if data else None
