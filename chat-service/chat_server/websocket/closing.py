"""The errors of `/ws/{conversation_id}` that other sockets do not have."""

from service_kit.errors import ServiceError


class SocketIdle(ServiceError):
    """Nothing came for too long (408; close code 4408)."""

    code = "idle"
    status = 408
    detail = "The connection was idle for too long and was closed. Reconnect to go on."


class FrameTooLarge(ServiceError):
    """A frame over 64 KiB (413)."""

    code = "frame_too_large"
    status = 413
    detail = "The frame is over 64 KiB. Send less at once."
