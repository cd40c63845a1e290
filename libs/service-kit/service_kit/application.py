"""Makes the FastAPI application that all services have in common; a service adds its routes and its lifespan."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute

from service_kit.api_keys import ApiKeyCodec, Scope
from service_kit.body_limit import BodyLimitMiddleware
from service_kit.client_address import ClientAddressMiddleware
from service_kit.credentials import CredentialReader
from service_kit.http_metrics import HttpMetrics
from service_kit.logging import configure_logging
from service_kit.problems import ValidationProblem, install_problem_handlers
from service_kit.process_metrics import LoopLag, describe_process
from service_kit.rate_limits import RateLimiter
from service_kit.request_context import (
    QUIET_ROUTES,
    REQUEST_ID_HEADER,
    AnsweredRequest,
    RequestContextMiddleware,
)
from service_kit.request_limit import RequestLimitMiddleware
from service_kit.security_headers import SecurityHeadersMiddleware
from service_kit.service_routes import ReadinessCheck, add_service_routes
from service_kit.settings import ServiceSettings
from service_kit.tokens import TokenCodec
from service_kit.tracing import Tracing

ALLOWED_HEADERS = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "Last-Event-ID",
    REQUEST_ID_HEADER,
    "X-Requested-With",  # the page's mark on requests that set or use its cookie
]
EXPOSED_HEADERS = [
    "Link",
    "Retry-After",
    REQUEST_ID_HEADER,
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
]

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
# What every route may answer.
_COMMON_RESPONSES: dict[int | str, dict[str, Any]] = {
    422: {"model": ValidationProblem, "description": "Unprocessable Content"}
}


def create_service_app(
    settings: ServiceSettings,
    *,
    title: str,
    version: str,
    lifespan: Lifespan,
    checks: Mapping[str, ReadinessCheck],
    on_answered: Callable[[AnsweredRequest], None] | None = None,
    registry: CollectorRegistry | None = None,
    quiet_routes: Collection[str] = (),
    api_key_scope: Scope | None = None,
    larger_bodies: Mapping[str, int] | None = None,
) -> FastAPI:
    """An application with logging, errors, ids, figures, CORS, security headers and the common routes.

    `on_answered` is called once per answered request, after the answer; it must not raise or block. Requests to
    `quiet_routes` (templates) are counted for Prometheus, but neither logged nor told to it.
    `api_key_scope` is what an API key must be good for here, on every route and socket; without it none is taken.
    `larger_bodies` are the paths whose bodies may be larger than elsewhere, and how many bytes they may have.
    `app.state` holds `settings`, `token_codec`, `credential_reader`, `api_key_scope`, `rate_limiter` and `registry`
    (Prometheus) from the start.
    """
    configure_logging(settings)
    limiter = RateLimiter(settings.redis_url)
    registry = registry or CollectorRegistry()
    describe_process(registry, service=settings.service_name, version=version)
    app = FastAPI(
        title=title,
        version=version,
        lifespan=_closing(_traced(lifespan, settings, version), limiter, LoopLag(registry)),
        responses=_COMMON_RESPONSES,
    )
    app.state.settings = settings
    app.state.registry = registry
    _set_up_authentication(app, settings.auth_secret_key.get_secret_value(), api_key_scope)
    app.state.rate_limiter = limiter
    quiet = QUIET_ROUTES.union(quiet_routes)
    context = Middleware(
        RequestContextMiddleware, metrics=HttpMetrics(registry), on_answered=on_answered, quiet_routes=quiet
    )
    _add_middleware(app, settings, limiter, context, larger_bodies or {})
    add_service_routes(app, service_name=settings.service_name, version=version, registry=registry, checks=checks)
    return app


def join_routers(*routers: APIRouter) -> list[BaseRoute]:
    """The routes of a service, made once per process and extended by `app.router.routes.extend` in each application.

    FastAPI works out each route again for whoever includes its router, at the first request, which takes longer than
    all else that makes an application; so it does it once. `app.dependency_overrides` do not reach these routes.
    """
    together = APIRouter(responses=_COMMON_RESPONSES)
    for router in routers:
        together.include_router(router)
    return together.routes


def _add_middleware(
    app: FastAPI,
    settings: ServiceSettings,
    limiter: RateLimiter,
    context: Middleware,
    larger_bodies: Mapping[str, int],
) -> None:
    """Each around the ones before it: what is refused further out still gets its headers from further out."""
    install_problem_handlers(app)
    app.add_middleware(BodyLimitMiddleware, larger=larger_bodies)
    app.add_middleware(
        RequestLimitMiddleware,
        limiter=limiter,
        codec=app.state.token_codec,
        reader=app.state.credential_reader,
        per_minute=settings.requests_per_minute,
    )
    app.add_middleware(SecurityHeadersMiddleware)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_credentials="*" not in settings.cors_origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=ALLOWED_HEADERS,
        expose_headers=EXPOSED_HEADERS,
        max_age=600,
    )
    app.add_middleware(ClientAddressMiddleware, trusted=settings.trusted_proxies)
    app.add_middleware(context.cls, *context.args, **context.kwargs)


def _closing(lifespan: Lifespan, limiter: RateLimiter, lag: LoopLag) -> Lifespan:
    @asynccontextmanager
    async def wrapped(app: FastAPI) -> AsyncIterator[None]:
        lag.start()
        try:
            async with lifespan(app):
                yield
        finally:
            await lag.stop()
            await limiter.close()

    return wrapped


def _traced(lifespan: Lifespan, settings: ServiceSettings, version: str) -> Lifespan:
    """The same, with spans made while it lasts; it is the same thing where no collector is named."""
    if not settings.otel_exporter_otlp_endpoint:
        return lifespan
    tracing = Tracing(
        endpoint=settings.otel_exporter_otlp_endpoint,
        headers=settings.otel_exporter_otlp_headers,
        ratio=settings.otel_traces_sampler_arg,
        service=settings.service_name,
        version=version,
    )

    @asynccontextmanager
    async def wrapped(app: FastAPI) -> AsyncIterator[None]:
        tracing.start()
        try:
            async with lifespan(app):
                yield
        finally:
            await tracing.stop()

    return wrapped


def _set_up_authentication(app: FastAPI, secret: str, api_key_scope: Scope | None) -> None:
    app.state.token_codec = token_codec = TokenCodec(secret)
    app.state.credential_reader = CredentialReader(token_codec, ApiKeyCodec(secret))
    app.state.api_key_scope = api_key_scope
