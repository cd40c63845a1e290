"""Refuses request bodies that are larger than any honest one, before they fill the memory."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.errors import ServiceError
from service_kit.problems import problem_response

LARGEST_BODY_BYTES = 4_194_304  # twice the largest batch of events; a message of 32,000 characters has 128 KB at most


class BodyTooLarge(ServiceError):
    """The body is over the limit of its path (413)."""

    code = "body_too_large"
    status = 413

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"The request's body is over {limit_bytes / 2**20:.3g} MiB. Send less at once.")


class BodyLimitMiddleware:
    """Answers 413 by the announced length at once, and by the real one as soon as it passes the limit.

    `larger` names the paths that take more, and how many bytes: those that do not read the body into memory.
    """

    def __init__(self, app: ASGIApp, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._larger.get(scope["path"], LARGEST_BODY_BYTES)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            await _refuse(limit, scope, receive, send)
            return
        received_bytes, is_started = 0, False

        async def receive_counted() -> Message:
            nonlocal received_bytes
            message = await receive()
            received_bytes += len(message.get("body", b""))
            if received_bytes > limit:
                raise BodyTooLarge(limit)
            return message

        async def send_unless_too_large(message: Message) -> None:
            # FastAPI turns what a body's reading raises into a vague 400; ours takes its place.
            nonlocal is_started
            if is_started or received_bytes <= limit:
                is_started = True
                await send(message)

        try:
            await self._app(scope, receive_counted, send_unless_too_large)
        except BodyTooLarge:
            if is_started:
                raise
        if not is_started and received_bytes > limit:
            await _refuse(limit, scope, receive, send)


async def _refuse(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    error = BodyTooLarge(limit)
    await problem_response(error.status, error.code, error.detail)(scope, receive, send)
