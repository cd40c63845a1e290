"""Refuses request bodies that are larger than any honest one, before they fill the memory."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.errors import ServiceError
from service_kit.problems import problem_response

LARGEST_BODY_BYTES = 4_194_304  # twice the largest batch of events; a message of 32,000 characters has 128 KB at most


class BodyTooLarge(ServiceError):
    """The body is over 4 MiB (413)."""

    code = "body_too_large"
    status = 413
    detail = "The request's body is over 4 MiB. Send less at once."


class BodyLimitMiddleware:
    """Answers 413 by the announced length at once, and by the real one as soon as it passes the limit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > LARGEST_BODY_BYTES:
            await _refuse(scope, receive, send)
            return
        received_bytes, is_started = 0, False

        async def receive_counted() -> Message:
            nonlocal received_bytes
            message = await receive()
            received_bytes += len(message.get("body", b""))
            if received_bytes > LARGEST_BODY_BYTES:
                raise BodyTooLarge()
            return message

        async def send_unless_too_large(message: Message) -> None:
            # FastAPI turns what a body's reading raises into a vague 400; ours takes its place.
            nonlocal is_started
            if is_started or received_bytes <= LARGEST_BODY_BYTES:
                is_started = True
                await send(message)

        try:
            await self._app(scope, receive_counted, send_unless_too_large)
        except BodyTooLarge:
            if is_started:
                raise
        if not is_started and received_bytes > LARGEST_BODY_BYTES:
            await _refuse(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    await problem_response(BodyTooLarge.status, BodyTooLarge.code, BodyTooLarge.detail)(scope, receive, send)
