"""The frames of `/ws/metrics`, both ways."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from service_kit.errors import ServiceError
from service_kit.sockets import BadFrame

from analytics.reports.schemas import Summary


class Ping(msgspec.Struct, tag="ping", tag_field="type"):
    """The only thing that a client says."""


class Pong(msgspec.Struct, tag="pong", tag_field="type"):
    """The answer to it."""


class ErrorFrame(msgspec.Struct, tag="error", tag_field="type", omit_defaults=True):
    """A refusal."""

    code: str
    message: str
    retryable: bool
    retry_after_seconds: int | None = None


_decoder = msgspec.json.Decoder(Ping)
PONG = msgspec.json.encode(Pong()).decode()


def check_frame(data: str | bytes) -> None:
    """Raises BadFrame (422) for anything but a ping."""
    try:
        _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadFrame() from error


def error_frame(error: ServiceError) -> str:
    """The error's frame."""
    frame = ErrorFrame(error.code, error.detail, error.retryable, error.retry_after_seconds)
    return msgspec.json.encode(frame).decode()


def summary_frame(summary: Summary, as_of: datetime) -> str:
    """The seven figures, beside the type and when they were read."""
    return _encode("summary", as_of, **summary.model_dump())


def heartbeat_frame(as_of: datetime) -> str:
    """That the figures have not changed up to then."""
    return _encode("heartbeat", as_of)


def _encode(kind: Literal["summary", "heartbeat"], as_of: datetime, **more: Any) -> str:
    return msgspec.json.encode({"type": kind, "as_of": as_of, **more}).decode()
