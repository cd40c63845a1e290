"""The application: `create_app` puts the parts together; `app` is what uvicorn serves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from fastapi import FastAPI
from service_kit.application import create_service_app, join_routers
from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.database_metrics import DatabaseMetrics
from service_kit.event_dispatcher import EventDispatcher
from service_kit.event_metrics import EventMetrics
from service_kit.event_sender import EventSender
from service_kit.migrations import upgrade_to_head
from service_kit.outbox import OutboxStore
from service_kit.request_events import RequestEventBuffer

from auth_server import __version__
from auth_server.alerts.routes import router as alerts_router
from auth_server.api_keys.routes import admin_router as user_api_keys_router
from auth_server.api_keys.routes import router as api_keys_router
from auth_server.audit.chain import ChainSigner
from auth_server.audit.routes import internal_router as internal_audit_router
from auth_server.audit.routes import router as audit_router
from auth_server.capabilities.routes import router as capabilities_router
from auth_server.db.models import OutboxEvent
from auth_server.dependencies import Parts
from auth_server.erasures.deletion import ErasureWay
from auth_server.erasures.neighbours import Neighbour
from auth_server.erasures.relay import ErasureRelay
from auth_server.erasures.routes import router as erasures_router
from auth_server.erasures.schemas import ANALYTICS, CHAT
from auth_server.exports.routes import router as exports_router
from auth_server.factors.routes import router as factors_router
from auth_server.invitations.routes import router as invitations_router
from auth_server.mail.rendering import MailRenderer
from auth_server.mail.sender import MailFigures, MailSender
from auth_server.mail.service import MAIL_CLOCK
from auth_server.mail.smtp import SmtpServer
from auth_server.middleware.analytics_middleware import AnalyticsMiddleware
from auth_server.passwords.hashing import PasswordHasher
from auth_server.policies.routes import router as policies_router
from auth_server.recovery.requests import ResetRequests
from auth_server.recovery.routes import router as recovery_router
from auth_server.roles.routes import router as roles_router
from auth_server.rules import api_key_rules, factor_rules, invitation_rules, reset_rules, session_rules
from auth_server.sessions.routes import person_router
from auth_server.sessions.routes import router as sessions_router
from auth_server.settings import AuthSettings
from auth_server.throttling.device_cookie import DeviceCookieSigner
from auth_server.throttling.service import Throttle
from auth_server.tokens.metrics import SignInMetrics
from auth_server.tokens.routes import router as tokens_router
from auth_server.users.first_admin import create_first_admin
from auth_server.users.profile_routes import router as profile_router
from auth_server.users.routes import internal_router as internal_accounts_router
from auth_server.users.routes import router as users_router

# Machines talking, several times a second: they would drown people's requests in log and figures.
QUIET_ROUTES = ("/auth/introspect", "/auth/introspections")
ROUTES = join_routers(
    erasures_router,  # here and below /users/me before /users/{username}
    profile_router,
    factors_router,
    users_router,
    tokens_router,
    sessions_router,
    person_router,
    roles_router,
    audit_router,
    internal_audit_router,
    internal_accounts_router,
    alerts_router,
    api_keys_router,
    user_api_keys_router,
    policies_router,
    exports_router,
    invitations_router,
    recovery_router,
    capabilities_router,
)


def create_app(settings: AuthSettings, now: Callable[[], datetime] = utc_now) -> FastAPI:
    """The application; nothing is opened before its lifespan begins. `now` is the clock that sessions go by."""
    analytics = AnalyticsMiddleware()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(upgrade_to_head, settings.service_folder, settings.resolved_database_url)
        async with AsyncExitStack() as stack:
            app.state.parts = parts = await _open_parts(app, settings, requests, now, stack)
            await create_first_admin(parts.database, parts.hasher, settings, parts.audit_signer)
            parts.dispatcher.start()
            parts.mailer.start()
            parts.reset_requests.start()
            parts.erasure_way.start()
            yield

    async def ping_database() -> None:
        parts: Parts = app.state.parts
        await parts.database.ping()

    app = create_service_app(
        settings,
        title="ConvoAI auth-service",
        version=__version__,
        lifespan=lifespan,
        checks={"database": ping_database},
        on_answered=analytics,
        quiet_routes=QUIET_ROUTES,
    )
    requests = RequestEventBuffer(settings.service_name, app.state.registry)
    analytics.report_to(requests)
    app.router.routes.extend(ROUTES)
    return app


async def _open_parts(
    app: FastAPI,
    settings: AuthSettings,
    requests: RequestEventBuffer,
    now: Callable[[], datetime],
    stack: AsyncExitStack,
) -> Parts:
    """What the routes work with; the stack ends it, the last one first."""
    database = _database(app, settings, now)
    stack.push_async_callback(database.close)
    hasher = await _open_hasher(settings, stack)
    dispatcher = _dispatcher(app, settings, database, requests)
    stack.push_async_callback(dispatcher.stop)
    secret, sessions = settings.auth_secret_key.get_secret_value(), session_rules(settings, now)
    mailer = _mail_sender(app, settings, database, now)
    stack.push_async_callback(mailer.stop)
    resets = reset_rules(settings, now)
    reset_requests = ResetRequests(database, resets, mailer)
    stack.push_async_callback(reset_requests.stop)
    return Parts(
        settings=settings,
        database=database,
        hasher=hasher,
        dispatcher=dispatcher,
        session_rules=sessions,
        audit_signer=ChainSigner(secret),
        invitation_rules=invitation_rules(settings, now),
        throttle=Throttle(database, secret, now, is_on=settings.sign_in_back_off),
        devices=DeviceCookieSigner(secret),
        factor_rules=factor_rules(settings, sessions),
        mailer=mailer,
        reset_rules=resets,
        reset_requests=reset_requests,
        api_key_rules=api_key_rules(settings, now),
        sign_in_metrics=SignInMetrics(app.state.registry),
        erasure_way=_erasure_way(app, settings, database, stack),
    )


def _database(app: FastAPI, settings: AuthSettings, now: Callable[[], datetime]) -> Database:
    return Database(
        settings.resolved_database_url,
        threads=settings.database_threads,
        sqlite_synchronous=settings.sqlite_synchronous,
        session_info={MAIL_CLOCK: now} if settings.smtp_host else {},
        metrics=DatabaseMetrics(app.state.registry),
    )


async def _open_hasher(settings: AuthSettings, stack: AsyncExitStack) -> PasswordHasher:
    hasher = await asyncio.to_thread(
        PasswordHasher,
        rounds=settings.bcrypt_rounds,
        threads=settings.password_hash_threads,
        queue_length=settings.password_queue_length,
    )
    stack.push_async_callback(asyncio.to_thread, hasher.close)
    return hasher


def _dispatcher(
    app: FastAPI, settings: AuthSettings, database: Database, requests: RequestEventBuffer
) -> EventDispatcher:
    sender = EventSender(settings.analytics_service_url, settings.service_name, app.state.token_codec)
    metrics = EventMetrics(app.state.registry)
    return EventDispatcher(OutboxStore(database, OutboxEvent), requests, sender, metrics)


def _erasure_way(app: FastAPI, settings: AuthSettings, database: Database, stack: AsyncExitStack) -> ErasureWay:
    signer, codec = ChainSigner(settings.auth_secret_key.get_secret_value()), app.state.token_codec
    neighbours = [
        Neighbour(CHAT, settings.chat_service_url, codec),
        Neighbour(ANALYTICS, settings.analytics_service_url, codec),
    ]
    relays = [ErasureRelay(database, neighbour, signer) for neighbour in neighbours]
    for relay in relays:
        stack.push_async_callback(relay.stop)
    return ErasureWay(neighbours, relays)


def _mail_sender(app: FastAPI, settings: AuthSettings, database: Database, now: Callable[[], datetime]) -> MailSender:
    server = SmtpServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_username,
        settings.smtp_password.get_secret_value(),
    )
    return MailSender(
        database,
        server if settings.smtp_host else None,
        MailRenderer(sender=settings.smtp_from, page_address=settings.public_url),
        MailFigures(app.state.registry),
        now,
    )


def __getattr__(name: str) -> FastAPI:
    """Makes `app` when it is first asked for, so that tests can import this module without any settings."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["app"] = application = create_app(AuthSettings())
    return application
