"""Puts chat-service together; the only place that knows all its parts."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Protocol

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from service_kit.application import Lifespan, create_service_app, join_routers
from service_kit.database import Database
from service_kit.database_metrics import DatabaseMetrics
from service_kit.event_dispatcher import EventDispatcher
from service_kit.event_metrics import EventMetrics
from service_kit.event_sender import EventSender
from service_kit.idempotency import Idempotency
from service_kit.introspection import IntrospectionClient
from service_kit.migrations import upgrade_to_head
from service_kit.outbox import OutboxStore
from service_kit.rate_limits import Limit, RateLimiter
from service_kit.refused_calls import RefusedCallReporter, reporter_to
from service_kit.request_events import RequestEventBuffer
from service_kit.service_client import ServiceClient
from service_kit.session_watch import SessionWatch
from service_kit.sessions import SessionCheck, SessionChecker
from service_kit.socket_counts import Connections
from service_kit.tokens import TokenCodec

from chat_server import __version__
from chat_server.answer_metrics import AnswerMetrics
from chat_server.budgets.keeper import ReservationKeeper
from chat_server.budgets.routes import router as budgets_router
from chat_server.catalog.routes import router as catalog_router
from chat_server.catalog.service import ModelCatalog
from chat_server.catalog.windows import ModelWindows
from chat_server.completions.routes import router as completions_router
from chat_server.completions.service import CompletionService
from chat_server.conversations.routes import router as conversations_router
from chat_server.db.models import IdempotencyKey, OutboxEvent
from chat_server.dependencies import Parts
from chat_server.erasures.routes import router as erasures_router
from chat_server.exports.routes import router as exports_router
from chat_server.feedback.routes import router as feedback_router
from chat_server.generation.service import GenerationService
from chat_server.imports.routes import router as imports_router
from chat_server.imports.service import PersonImport
from chat_server.llm.circuit_breaker import CircuitBreaker
from chat_server.llm.client import ModelClient
from chat_server.llm.provider_file import ProvidersFile, read_providers_file
from chat_server.llm.selection import (
    build_model_client,
    build_router,
    circuits_of,
    known_prices,
    name_of_sole_provider,
)
from chat_server.llm.time_limits import TimeLimits
from chat_server.llm.traced import TracedModel
from chat_server.messages.routes import branch_router
from chat_server.messages.routes import router as messages_router
from chat_server.middleware.analytics_middleware import make_request_buffer
from chat_server.outbox.writer import SOURCE
from chat_server.personas.routes import router as personas_router
from chat_server.prices.routes import router as prices_router
from chat_server.prices.service import PriceService
from chat_server.reported_figures import ReportedFigures
from chat_server.search.routes import router as search_router
from chat_server.search.tidying import SearchTidier
from chat_server.settings import ChatSettings
from chat_server.sharing.owners import ANSWER_SECONDS, OwnerCheck, Owners
from chat_server.sharing.routes import router as sharing_router
from chat_server.websocket.chat_handler import route as socket_route

FORM_BYTES = 4_096  # what a form needs around the file in it
ROUTES = join_routers(
    conversations_router,
    messages_router,
    branch_router,
    feedback_router,
    catalog_router,
    personas_router,
    search_router,
    completions_router,
    prices_router,
    budgets_router,
    exports_router,
    imports_router,
    sharing_router,
    erasures_router,
)


class Background(Protocol):
    """A task that runs beside the requests."""

    def start(self) -> None:
        """Begins."""

    async def stop(self) -> None:
        """Ends."""


def make_model_client(
    settings: ChatSettings,
    file: ProvidersFile | None,
    circuits: Mapping[str, CircuitBreaker],
    registry: CollectorRegistry,
) -> ModelClient:
    """The model client that the settings ask for (contract, section 9); with a file of providers that alone counts."""
    limits = TimeLimits(
        connect_seconds=settings.model_connect_seconds,
        first_byte_seconds=settings.model_first_byte_seconds,
        between_tokens_seconds=settings.model_between_tokens_seconds,
        answer_seconds=settings.model_answer_seconds,
    )
    if file is not None:
        ready_seconds = settings.embedded_ready_seconds
        return build_router(file, circuits, limits=limits, ready_seconds=ready_seconds, registry=registry)
    return build_model_client(
        api_key=settings.openai_api_key.get_secret_value() or None,
        base_url=settings.openai_base_url or None,
        limits=limits,
        embedded_ready_timeout_seconds=settings.embedded_ready_seconds,
    )


def make_session_checker(settings: ChatSettings, codec: TokenCodec, registry: CollectorRegistry) -> SessionCheck:
    """Asks auth-service; people who are talking go on talking while it is away."""
    client = IntrospectionClient(settings.auth_service_url, settings.service_name, codec)
    return SessionChecker(client, "accept_recent", registry)


def make_refused_calls(settings: ChatSettings, codec: TokenCodec, registry: CollectorRegistry) -> RefusedCallReporter:
    """Tells the audit trail of auth-service whom this service has refused."""
    return reporter_to(settings.auth_service_url, settings.service_name, codec, registry)


def make_dispatcher(
    settings: ChatSettings,
    database: Database,
    requests: RequestEventBuffer,
    circuits: Mapping[str, CircuitBreaker],
    codec: TokenCodec,
    registry: CollectorRegistry,
) -> EventDispatcher:
    """Sends what waits in the outbox, what is told of requests, and figures for alerts to analytics-service."""
    sender = EventSender(settings.analytics_service_url, SOURCE, codec)
    store, figures = OutboxStore(database, OutboxEvent), ReportedFigures(database, circuits)
    return EventDispatcher(store, requests, sender, EventMetrics(registry), figures.read)


def make_owner_check(settings: ChatSettings) -> OwnerCheck:
    """Asks auth-service whether those who share still have an open account."""
    address, codec = settings.auth_service_url, TokenCodec(settings.auth_secret_key.get_secret_value())
    return Owners(ServiceClient(address, settings.service_name, codec, answer_seconds=ANSWER_SECONDS))


def make_answer_metrics(
    settings: ChatSettings, file: ProvidersFile | None, catalog: ModelCatalog, registry: CollectorRegistry
) -> AnswerMetrics:
    """Without a file there is one provider, and nobody but these figures counts what it fails at."""
    return AnswerMetrics(registry, catalog.provider_of, sole_provider=sole_provider_of(settings, file))


def sole_provider_of(settings: ChatSettings, file: ProvidersFile | None) -> str | None:
    """What the one provider is called; None with a file, which names as many as there are."""
    if file is not None:
        return None
    return name_of_sole_provider(api_key=settings.openai_api_key.get_secret_value(), base_url=settings.openai_base_url)


def assemble(
    settings: ChatSettings,
    model_client: ModelClient,
    file: ProvidersFile | None,
    database: Database,
    checker: SessionCheck,
    owners: OwnerCheck,
    registry: CollectorRegistry,
    limiter: RateLimiter,
) -> Parts:
    """The parts that routes and sockets use, each given what it needs."""
    catalog = ModelCatalog(model_client, settings.openai_model, settings.context_tokens or None)
    windows = ModelWindows(catalog, settings.openai_max_tokens)
    metrics = make_answer_metrics(settings, file, catalog, registry)
    generation = GenerationService(settings, database, model_client, catalog, windows, limiter, metrics)
    idempotency = Idempotency(IdempotencyKey, settings.auth_secret_key)
    completions = CompletionService(settings, database, model_client, catalog, windows, limiter, metrics)
    return Parts(
        settings=settings,
        database=database,
        generation=generation,
        completions=completions,
        reservations=ReservationKeeper(database, lambda: [*generation.being_written(), *completions.being_written()]),
        catalog=catalog,
        idempotency=idempotency,
        connections=Connections(
            settings.websockets_per_user,
            Limit("websockets", settings.websockets_opened_per_minute),
            limiter,
            registry,
        ),
        session_watch=SessionWatch(checker),
        owners=owners,
        imports=PersonImport(database, idempotency, unpacked_bytes=settings.import_unpacked_bytes),
        search_tidier=SearchTidier(database),
    )


async def open_database(settings: ChatSettings, file: ProvidersFile | None, registry: CollectorRegistry) -> Database:
    """The database with today's schema and the prices that hold from this start on."""
    url = settings.resolved_database_url
    await asyncio.to_thread(upgrade_to_head, settings.service_folder, url)
    database = Database(
        url,
        threads=settings.database_threads,
        sqlite_synchronous=settings.sqlite_synchronous,
        metrics=DatabaseMetrics(registry),
    )
    is_embedded = not settings.openai_api_key.get_secret_value() and not settings.openai_base_url
    prices = known_prices(file, is_embedded=is_embedded)
    await database.write(lambda session: PriceService(session).record(prices))
    return database


def make_lifespan(
    settings: ChatSettings,
    model_client: ModelClient,
    file: ProvidersFile | None,
    circuits: Mapping[str, CircuitBreaker],
    session_checker: SessionCheck | None,
    owners: OwnerCheck,
    requests: RequestEventBuffer,
    registry: CollectorRegistry,
) -> Lifespan:
    """What runs from the start of the application to its end."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        token_codec = app.state.token_codec
        database = await open_database(settings, file, registry)
        checker = app.state.session_checker = session_checker or make_session_checker(settings, token_codec, registry)
        app.state.refused_calls = refused_calls = make_refused_calls(settings, token_codec, registry)
        parts = assemble(settings, model_client, file, database, checker, owners, registry, app.state.rate_limiter)
        app.state.parts = parts
        dispatcher = make_dispatcher(settings, database, requests, circuits, token_codec, registry)
        background: list[Background] = [parts.reservations, dispatcher, parts.search_tidier, refused_calls]
        await model_client.start()
        parts.generation.start()
        parts.session_watch.start()
        for part in background:
            part.start()
        try:
            yield
        finally:
            await parts.session_watch.stop()
            await parts.generation.stop()
            await parts.completions.stop()
            await model_client.close()
            for part in background:
                await part.stop()
            await checker.close()
            await parts.owners.close()
            await database.close()

    return lifespan


def create_app(
    settings: ChatSettings | None = None,
    model: ModelClient | None = None,
    session_checker: SessionCheck | None = None,
    owners: OwnerCheck | None = None,
) -> FastAPI:
    """The application. Tests pass their own settings, model, session checker and check of accounts."""
    settings = settings or ChatSettings()
    path = settings.resolved_models_file
    file = read_providers_file(path) if path is not None else None
    if file is not None and file.default_model is not None:
        settings = settings.model_copy(update={"openai_model": file.default_model})
    registry, circuits = CollectorRegistry(), circuits_of(file)
    model = model or make_model_client(settings, file, circuits, registry)
    if settings.otel_exporter_otlp_endpoint:
        model = TracedModel(model, sole_provider_of(settings, file) or "router")
    owners = owners or make_owner_check(settings)
    requests = make_request_buffer(registry)

    async def database_answers() -> None:
        await app.state.parts.database.ping()

    app = create_service_app(
        settings,
        title="ConvoAI chat-service",
        version=__version__,
        lifespan=make_lifespan(settings, model, file, circuits, session_checker, owners, requests, registry),
        checks={"database": database_answers},
        on_answered=requests.add,
        registry=registry,
        api_key_scope="chat",
        larger_bodies={"/imports": settings.import_upload_bytes + FORM_BYTES},
    )
    app.router.routes.extend(ROUTES)
    app.router.routes.append(socket_route)
    return app


app = create_app()
