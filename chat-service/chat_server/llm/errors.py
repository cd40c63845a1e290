"""The coded failures of a model provider. No key, address or provider text is ever part of a sentence here."""

from http import HTTPStatus

from service_kit.errors import ServiceError


class ProviderError(ServiceError):
    """The model could not answer; base of all failures of the model layer."""

    code = "provider_error"
    status = HTTPStatus.BAD_GATEWAY
    detail = "The model could not answer. Try again in a moment."


class ProviderPaused(ProviderError):
    """The provider has failed several times in a row and is left alone for a while (503 with Retry-After)."""

    code = "provider_paused"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    retryable = True

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(
            f"This provider has failed several times in a row and is left alone for {wait_seconds} s."
            " Your message is kept; choose another model, or try again then.",
            retry_after_seconds=wait_seconds,
        )


class ProviderBadResponse(ProviderError):
    """The provider answered something that is not a completion, or its answer was cut off (502)."""

    code = "provider_bad_response"
    detail = "The model's server sent an answer that could not be read to its end. Try again."
    retryable = True


class ProviderFailed(ProviderError):
    """The provider reported a failure of its own (502)."""

    code = "provider_failed"
    detail = "The model's server reported a failure of its own. Try again in a moment."
    retryable = True


class ProviderUnavailable(ProviderError):
    """The provider cannot be reached or cannot serve now (503 with Retry-After)."""

    code = "provider_unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = "The model cannot be reached right now. Your message is kept; try again in a moment."
    retryable = True

    def __init__(self, detail: str | None = None, *, retry_after_seconds: int = 5) -> None:
        super().__init__(detail, retry_after_seconds=retry_after_seconds)


class ProviderRateLimited(ProviderError):
    """The provider takes no more requests for now (503 with Retry-After)."""

    code = "provider_rate_limited"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = "The model's provider is receiving too many requests. Your message is kept; try again shortly."
    retryable = True

    def __init__(self, detail: str | None = None, *, retry_after_seconds: int = 10) -> None:
        super().__init__(detail, retry_after_seconds=retry_after_seconds)


class ProviderTimeout(ProviderError):
    """The provider accepted the request and then stayed silent for too long (504)."""

    code = "provider_timeout"
    status = HTTPStatus.GATEWAY_TIMEOUT
    detail = "The model took too long to answer. Your message is kept; try again."
    retryable = True


class ProviderCredentialsRefused(ProviderError):
    """The provider does not accept the configured key (502)."""

    code = "provider_credentials_refused"
    detail = "The model's provider refused the configured API key. An administrator has to check OPENAI_API_KEY."


class ProviderQuotaExhausted(ProviderError):
    """The provider's account has no credit left (502)."""

    code = "provider_quota_exhausted"
    detail = "The account at the model's provider has no credit left. An administrator has to renew it."


class ProviderRejected(ProviderError):
    """The provider understood the request and refuses it; the same request will be refused again (502)."""

    code = "provider_rejected"
    detail = "The model's server refused this request. Rephrase the message or choose another model."


class ModelNotOffered(ProviderRejected):
    """The provider does not know the requested model (502)."""

    code = "provider_model_unknown"
    detail = "The model's server does not offer the chosen model. Choose another model for this conversation."


class ContextExceeded(ProviderRejected):
    """System prompt, history and message together are more than the model can read (502)."""

    code = "provider_context_exceeded"
    detail = "The conversation is too long for this model. Send a shorter message or start a new conversation."


def named(error: ProviderError, provider: str) -> ProviderError:
    """The same failure, saying which of several providers it is, and where its settings are."""
    sentence = error.detail
    for variable, setting in (("OPENAI_API_KEY", "api_key"), ("OPENAI_BASE_URL", "base_url")):
        sentence = sentence.replace(variable, f"its {setting} in MODELS_FILE")
    return ProviderError(
        f"{provider}: {sentence}",
        code=error.code,
        status=error.status,
        retryable=error.retryable,
        retry_after_seconds=error.retry_after_seconds,
    )
