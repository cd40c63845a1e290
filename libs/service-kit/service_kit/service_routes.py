"""The routes that every service has: `/`, `/health`, `/ready`, `/metrics`."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel

from service_kit.clock import utc_now
from service_kit.problems import problem_response

ReadinessCheck = Callable[[], Awaitable[None]]
log = structlog.get_logger(__name__)


class ServiceCard(BaseModel):
    """What a service says of itself."""

    name: str
    version: str
    docs: str


class Health(BaseModel):
    """Liveness: the process answers. No dependency is asked."""

    status: str
    service: str
    version: str
    timestamp: datetime


def add_service_routes(
    app: FastAPI, *, service_name: str, version: str, registry: CollectorRegistry, checks: Mapping[str, ReadinessCheck]
) -> None:
    """Adds the four routes. `checks` are asked by `/ready`; one that raises makes it 503 under its name."""
    router = APIRouter(tags=["service"])

    @router.get("/")
    async def describe() -> ServiceCard:
        return ServiceCard(name=service_name, version=version, docs="/docs")

    @router.get("/health")
    async def health() -> Health:
        return Health(status="healthy", service=service_name, version=version, timestamp=utc_now())

    @router.get("/ready")
    async def ready() -> Response:
        for name, check in checks.items():
            try:
                await check()
            except Exception as error:
                log.warning("not_ready", dependency=name, error_type=type(error).__name__)
                detail = f"Waiting for {name}. Try again in a few seconds."
                return problem_response(503, f"{name}_unavailable", detail, headers={"Retry-After": "2"})
        return JSONResponse({"status": "ready", "service": service_name})

    @router.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    app.include_router(router)
