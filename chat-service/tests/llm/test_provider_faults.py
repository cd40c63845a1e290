"""Refusals of different servers become the right coded failure."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from chat_server.llm import errors
from chat_server.llm.provider_faults import fault_from_error_object, fault_from_status, parse_retry_after

OPENAI_CONTEXT = {"code": "context_length_exceeded", "message": "…", "type": "invalid_request_error"}
LLAMA_CONTEXT = {"code": 400, "type": "exceed_context_size_error", "message": "request (4022 tokens) exceeds …"}
VLLM_CONTEXT = {"object": "error", "message": "This model's maximum context length is 4096 tokens.", "code": 400}


class TestStatus:
    @pytest.mark.parametrize(
        ("status", "error", "kind", "rest_status"),
        [
            (401, None, errors.ProviderCredentialsRefused, 502),
            (403, None, errors.ProviderCredentialsRefused, 502),
            (429, {"code": "rate_limit_exceeded"}, errors.ProviderRateLimited, 503),
            (429, {"code": "insufficient_quota"}, errors.ProviderQuotaExhausted, 502),
            (408, None, errors.ProviderTimeout, 504),
            (504, "<html>", errors.ProviderTimeout, 504),
            (503, None, errors.ProviderUnavailable, 503),
            (500, {"message": "boom"}, errors.ProviderFailed, 502),
            (502, "Bad gateway", errors.ProviderFailed, 502),
            (400, OPENAI_CONTEXT, errors.ContextExceeded, 502),
            (400, LLAMA_CONTEXT, errors.ContextExceeded, 502),
            (400, VLLM_CONTEXT, errors.ContextExceeded, 502),
            (413, None, errors.ProviderRejected, 502),
            (422, {"message": "no"}, errors.ProviderRejected, 502),
            (404, {"message": "The model `x` does not exist"}, errors.ModelNotOffered, 502),
            (404, "404 page not found", errors.ProviderBadResponse, 502),
            (302, None, errors.ProviderBadResponse, 502),
        ],
    )
    def test_has_its_failure(self, status: int, error: object, kind: type[Exception], rest_status: int) -> None:
        fault = fault_from_status(status, error)
        assert type(fault) is kind
        assert fault.status == rest_status

    def test_passes_the_wait_on(self) -> None:
        assert fault_from_status(429, None, retry_after="17").headers == {"Retry-After": "17"}
        assert fault_from_status(503, None).headers == {"Retry-After": "5"}

    def test_says_nothing_of_what_the_provider_wrote(self) -> None:
        fault = fault_from_status(401, {"message": "Incorrect API key provided: sk-abc at https://host/v1/chat"})
        assert "sk-abc" not in f"{fault} {fault.detail}"
        assert "host" not in f"{fault} {fault.detail}"


class TestErrorObject:
    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            ({"code": 429, "message": "slow down"}, errors.ProviderRateLimited),
            ({"code": "rate_limit_exceeded"}, errors.ProviderRateLimited),
            ({"code": "insufficient_quota"}, errors.ProviderQuotaExhausted),
            (LLAMA_CONTEXT, errors.ContextExceeded),
            ({"message": "boom"}, errors.ProviderFailed),
            ("boom", errors.ProviderFailed),
            (None, errors.ProviderFailed),
        ],
    )
    def test_has_its_failure(self, error: object, kind: type[errors.ProviderError]) -> None:
        assert type(fault_from_error_object(error)) is kind


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("value", "seconds"),
        [("3", 3), ("0", 1), ("1.2", 2), ("99999", 3600), ("", 8), (None, 8), ("soon", 8), ("-1", 8), ("nan", 8)],
    )
    def test_is_whole_bounded_seconds(self, value: str | None, seconds: int) -> None:
        assert parse_retry_after(value, default=8) == seconds

    def test_takes_a_date(self) -> None:
        moment = datetime.now(UTC) + timedelta(seconds=30)
        assert 25 <= parse_retry_after(format_datetime(moment, usegmt=True), default=8) <= 31
