"""Problem documents (RFC 9457): how REST tells of any error. Sockets tell of theirs themselves."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.errors import InvalidInput, ServiceError
from service_kit.request_context import request_id_var

log = structlog.get_logger(__name__)

_HTTP_DETAILS = {
    404: ("not_found", "There is nothing at this address. Check the path; /docs lists every one."),
    405: ("method_not_allowed", "This address does not take that method; /docs lists those that it takes."),
    413: ("body_too_large", "The request is too large. Send less at once."),
}


class FieldProblem(BaseModel):
    """What is wrong with one field; `field` is its path, such as `body.email`."""

    field: str
    message: str


class Problem(BaseModel):
    """The body of every error."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str


class ValidationProblem(Problem):
    """The body of a 422."""

    errors: list[FieldProblem]


class ProblemResponse(JSONResponse):
    """JSON under the media type of RFC 9457."""

    media_type = "application/problem+json"


def problem_response(
    status: int,
    code: str,
    detail: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> ProblemResponse:
    """A problem document as a response; `members` are those that this problem has beyond the fixed ones."""
    body: dict[str, Any] = {
        "type": f"urn:convoai:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id_var.get(),
        **(members or {}),
    }
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        body["errors"] = errors or []
    return ProblemResponse(body, status, headers=dict(headers or {}))


async def _service_error(_request: Request, error: Exception) -> ProblemResponse:
    if not isinstance(error, ServiceError):
        raise error
    return service_problem(error)


async def _invalid_request(_request: Request, error: Exception) -> ProblemResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    return invalid_request_problem(error)


def service_problem(
    error: ServiceError, *, members: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
) -> ProblemResponse:
    """The error as a response, logged if it is ours; `members` and `headers` are added to its own."""
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("request_failed", code=error.code, status=error.status, cause=type(error.__cause__).__name__)
    errors = error.errors if isinstance(error, InvalidInput) else None
    return problem_response(
        error.status,
        error.code,
        error.detail,
        errors=errors,
        headers={**error.headers, **(headers or {})},
        members={**error.members, **(members or {})},
    )


def invalid_request_problem(
    error: RequestValidationError,
    *,
    members: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> ProblemResponse:
    """What is wrong with a request as a response; `members` are added."""
    # The offending input is left out: it may be a password.
    errors = [
        {"field": ".".join(str(part) for part in item["loc"]), "message": str(item["msg"])} for item in error.errors()
    ]
    return problem_response(
        422, InvalidInput.code, InvalidInput.detail, errors=errors, members=members, headers=headers
    )


async def _http_error(_request: Request, error: Exception) -> ProblemResponse:
    if not isinstance(error, HTTPException):
        raise error
    phrase = HTTPStatus(error.status_code).phrase
    fallback = (phrase.lower().replace(" ", "_"), f"The request was refused: {phrase.lower()}.")
    code, detail = _HTTP_DETAILS.get(error.status_code, fallback)
    return problem_response(error.status_code, code, detail, headers=error.headers)


class UnexpectedErrorMiddleware:
    """Answers a crash with a problem document.

    Innermost, unlike Starlette's own handler, so that the answer still gets its CORS headers and request id.
    Sockets pass through: an HTTP answer on an accepted socket would break it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_started = False

        async def watch_start(message: Message) -> None:
            nonlocal is_started
            is_started = is_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch_start)
        except Exception as error:
            log.error("request_crashed", method=scope["method"], exc_info=error)
            if is_started:
                raise
            await problem_response(500, ServiceError.code, ServiceError.detail)(scope, receive, send)


def install_problem_handlers(app: FastAPI) -> None:
    """Makes the application answer every error as a problem document."""
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(UnexpectedErrorMiddleware)


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route, so that the OpenAPI document names its errors."""
    return {
        status: {
            "model": ValidationProblem if status == HTTPStatus.UNPROCESSABLE_ENTITY else Problem,
            "description": HTTPStatus(status).phrase,
        }
        for status in statuses
    }
