"""Which of our coded failures a provider's refusal is; providers differ, so several spellings are known."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from chat_server.llm.errors import (
    ContextExceeded,
    ModelNotOffered,
    ProviderBadResponse,
    ProviderCredentialsRefused,
    ProviderError,
    ProviderFailed,
    ProviderQuotaExhausted,
    ProviderRateLimited,
    ProviderRejected,
    ProviderTimeout,
    ProviderUnavailable,
)

NO_ENDPOINT = "The model's server has no chat endpoint at the configured address. Check OPENAI_BASE_URL."
MAX_RETRY_AFTER_SECONDS = 3600
DECIMAL = re.compile(r"\d{1,9}(\.\d+)?")
# OpenAI and LiteLLM; llama.cpp; vLLM. Other servers say it in a sentence that the pattern below finds.
CONTEXT_CODES = frozenset({"context_length_exceeded", "exceed_context_size_error"})
CONTEXT_SENTENCE = re.compile(r"context (length|size|window)|maximum context|too many tokens|prompt is too long", re.I)


def fault_from_status(status: int, error: object, *, retry_after: str | None = None) -> ProviderError:
    """Choose the failure for an HTTP status and the error object of its body (None when there is none)."""
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return ProviderCredentialsRefused()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _limited(error, retry_after)
    if status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT):
        return ProviderTimeout()
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return ProviderUnavailable(retry_after_seconds=parse_retry_after(retry_after, default=5))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ProviderFailed()
    if status >= HTTPStatus.BAD_REQUEST:
        return _refused(status, error)
    return ProviderBadResponse()


def fault_from_error_object(error: object) -> ProviderError:
    """Choose the failure for an error that came inside an answer whose HTTP status was 200."""
    code = _field(error, "code")
    if code.isdecimal() and HTTPStatus.BAD_REQUEST <= int(code) <= 599:
        return fault_from_status(int(code), error)
    if code == "rate_limit_exceeded" or code == "insufficient_quota":
        return _limited(error, None)
    return ContextExceeded() if is_context_exceeded(error) else ProviderFailed()


def is_context_exceeded(error: object) -> bool:
    """Say whether the provider means that the prompt is longer than the model can read."""
    codes = {_field(error, "code"), _field(error, "type")}
    return bool(codes & CONTEXT_CODES) or bool(CONTEXT_SENTENCE.search(error_message(error)))


def error_message(error: object) -> str:
    """Return the provider's own words, for recognising them; never to be shown."""
    return error if isinstance(error, str) else _field(error, "message")


def parse_retry_after(value: str | None, *, default: int) -> int:
    """Return whole seconds of a `Retry-After` header (a number or a date), rounded up and bounded, else `default`."""
    if not value:
        return default
    try:
        seconds = float(value) if DECIMAL.fullmatch(value) else _seconds_until(value)
    except ValueError:
        return default
    return min(max(math.ceil(seconds), 1), MAX_RETRY_AFTER_SECONDS)


def _seconds_until(date: str) -> float:
    moment = parsedate_to_datetime(date)
    return (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds()


def _limited(error: object, retry_after: str | None) -> ProviderError:
    if "insufficient_quota" in (_field(error, "code"), _field(error, "type")):
        return ProviderQuotaExhausted()
    return ProviderRateLimited(retry_after_seconds=parse_retry_after(retry_after, default=10))


def _refused(status: int, error: object) -> ProviderError:
    if is_context_exceeded(error):
        return ContextExceeded()
    if status == HTTPStatus.NOT_FOUND:
        # A server that knows the path but not the model says so in words; a wrong path is answered by a web server.
        is_about_model = "model" in f"{_field(error, 'code')} {error_message(error)}".lower()
        return ModelNotOffered() if is_about_model else ProviderBadResponse(NO_ENDPOINT, retryable=False)
    return ProviderRejected()


def _field(error: object, name: str) -> str:
    value = error.get(name) if isinstance(error, Mapping) else None
    return "" if value is None else str(value)
