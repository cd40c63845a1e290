"""Close codes of `/ws`, and which error ends a socket with which code."""

from service_kit.errors import ServiceError

CREDENTIALS = 4401
NOT_FOUND = 4404
IDLE = 4408
TOO_LARGE = 4413
TOO_MANY = 4429
INTERNAL = 1011

_BY_STATUS = {401: CREDENTIALS, 403: CREDENTIALS, 404: NOT_FOUND, 408: IDLE, 413: TOO_LARGE, 429: TOO_MANY}


def close_code(error: ServiceError) -> int:
    """The close code for an error that ends a socket."""
    return _BY_STATUS.get(error.status, INTERNAL)


class OriginRefused(ServiceError):
    """The page that opened the socket is not one of ours (403; close code 4401)."""

    code = "origin_not_allowed"
    status = 403
    detail = "This page's address may not connect. An administrator can add it to CORS_ORIGINS."


class SocketIdle(ServiceError):
    """Nothing came for too long (408; close code 4408)."""

    code = "idle"
    status = 408
    detail = "The connection was idle for too long and was closed. Reconnect to go on."


class TooManyBadFrames(ServiceError):
    """Ten bad frames in a row (429; close code 4429)."""

    code = "too_many_bad_frames"
    status = 429
    detail = "Too many frames in a row could not be understood; the connection was closed."


class FrameTooLarge(ServiceError):
    """A frame over 64 KiB (413)."""

    code = "frame_too_large"
    status = 413
    detail = "The frame is over 64 KiB. Send less at once."


class BadFrame(ServiceError):
    """Not JSON, not an object, or of unknown type or shape (422)."""

    code = "bad_frame"
    status = 422
    detail = (
        "The frame was not understood. Send a JSON object with a known type; docs/websocket-protocol.md lists them."
    )
