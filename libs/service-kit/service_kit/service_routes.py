"""The routes that every service has: `/`, `/health`, `/ready`, `/metrics`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CollectorRegistry, disable_created_metrics
from prometheus_client.exposition import choose_encoder
from pydantic import BaseModel

from service_kit.clock import utc_now
from service_kit.problems import problem_response

ReadinessCheck = Callable[[], Awaitable[None]]
log = structlog.get_logger(__name__)
router = APIRouter(tags=["service"])
# When each series began: half as many series again, which nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]


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


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What the routes tell of the service.

    It hangs on the application: FastAPI remembers every route's function for ever, and what that refers to with it.
    """

    name: str
    version: str
    registry: CollectorRegistry
    checks: Mapping[str, ReadinessCheck]


def add_service_routes(
    app: FastAPI, *, service_name: str, version: str, registry: CollectorRegistry, checks: Mapping[str, ReadinessCheck]
) -> None:
    """Adds the four routes. `checks` are asked by `/ready`; one that raises makes it 503 under its name."""
    app.state.service_facts = ServiceFacts(service_name, version, registry, checks)
    app.include_router(router)


async def get_service_facts(request: Request) -> ServiceFacts:
    """What the application was made with."""
    facts = request.app.state.service_facts
    if not isinstance(facts, ServiceFacts):
        raise TypeError("app.state.service_facts is not set")
    return facts


FactsDep = Annotated[ServiceFacts, Depends(get_service_facts)]


@router.get("/")
async def describe(facts: FactsDep) -> ServiceCard:
    return ServiceCard(name=facts.name, version=facts.version, docs="/docs")


@router.get("/health")
async def health(facts: FactsDep) -> Health:
    return Health(status="healthy", service=facts.name, version=facts.version, timestamp=utc_now())


@router.get("/ready")
async def ready(facts: FactsDep) -> Response:
    for name, check in facts.checks.items():
        try:
            await check()
        except Exception as error:
            log.warning("not_ready", dependency=name, error_type=type(error).__name__)
            detail = f"Waiting for {name}. Try again in a few seconds."
            return problem_response(503, f"{name}_unavailable", detail, headers={"Retry-After": "2"})
    return JSONResponse({"status": "ready", "service": facts.name})


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(facts: FactsDep, request: Request) -> Response:
    # Writing takes tens of milliseconds, which are nobody's on the event loop.
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(await asyncio.to_thread(encode, facts.registry), media_type=content_type)
