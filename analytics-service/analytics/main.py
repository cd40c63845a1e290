"""Puts analytics-service together: its application and what lives as long as it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from service_kit.application import Lifespan, create_service_app, join_routers
from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.database_metrics import DatabaseMetrics
from service_kit.introspection import IntrospectionClient
from service_kit.migrations import upgrade_to_head
from service_kit.rate_limits import Limit
from service_kit.refused_calls import reporter_to
from service_kit.service_client import ServiceClient
from service_kit.session_watch import SessionWatch
from service_kit.sessions import SessionCheck, SessionChecker
from service_kit.socket_counts import Connections

from analytics import __version__
from analytics.alerts.evaluation import LOOK, Evaluation
from analytics.alerts.mails import ANSWER_SECONDS, AlertMailer
from analytics.alerts.notices import NoticeDelivery
from analytics.alerts.routes import router as alerts_router
from analytics.alerts.watch import AlertWatch
from analytics.alerts.webhooks import WebhookCaller, WebhookChannel
from analytics.delivery.routes import REPORTS_PATH
from analytics.delivery.routes import router as delivery_router
from analytics.dependencies import SocketParts, settings_webhook_rules
from analytics.erasures.people import ErasedPeople
from analytics.erasures.routes import router as erasures_router
from analytics.ingestion.metrics import IngestionMetrics
from analytics.ingestion.routes import router as ingestion_router
from analytics.ingestion.service import IngestionService
from analytics.insights.routes import router as insights_router
from analytics.live.service import LiveSummary
from analytics.parking.routes import router as parking_router
from analytics.parking.service import ParkingService
from analytics.reports.routes import router as reports_router
from analytics.reports.service import ReportService
from analytics.retention.service import Retention
from analytics.rollups.replay import replay_events
from analytics.settings import AnalyticsSettings
from analytics.websocket.metrics_handler import route as socket_route

NOTICE_SECONDS = 3.0
ROUTES = join_routers(
    alerts_router,
    ingestion_router,
    delivery_router,
    insights_router,
    parking_router,
    reports_router,
    erasures_router,
)


def make_session_checker(app: FastAPI, settings: AnalyticsSettings) -> SessionCheck:
    """Asks auth-service; figures can wait until it is back, so nobody is let in meanwhile."""
    client = IntrospectionClient(settings.auth_service_url, settings.service_name, app.state.token_codec)
    return SessionChecker(client, "refuse", app.state.registry)


def make_socket_parts(
    app: FastAPI, settings: AnalyticsSettings, database: Database, checker: SessionCheck
) -> SocketParts:
    """What the sockets of this process share."""
    opened = Limit("metrics-sockets", settings.websockets_opened_per_minute)
    return SocketParts(
        settings=settings,
        connections=Connections(settings.websockets_per_user, opened, app.state.rate_limiter, app.state.registry),
        session_watch=SessionWatch(checker),
        live=LiveSummary(ReportService(database, now=utc_now).summary),
    )


def make_alert_mailer(app: FastAPI, settings: AnalyticsSettings) -> AlertMailer:
    """Has auth-service mail the administrators."""
    address, name, codec = settings.auth_service_url, settings.service_name, app.state.token_codec
    return AlertMailer(ServiceClient(address, name, codec, answer_seconds=ANSWER_SECONDS))


def make_alert_watches(settings: AnalyticsSettings, database: Database, mailer: AlertMailer) -> list[AlertWatch]:
    """What looks at the rules, and what tells people of alerts."""
    rules = settings_webhook_rules(settings)
    webhooks = WebhookChannel(WebhookCaller(rules.policy), rules.box, now=utc_now)
    delivery = NoticeDelivery(database, {"webhook": webhooks, "email": mailer}, now=utc_now)
    return [
        AlertWatch("alert-watch", Evaluation(database, now=utc_now).look, every_seconds=LOOK.total_seconds()),
        AlertWatch("alert-notices", delivery.deliver, every_seconds=NOTICE_SECONDS),
    ]


async def open_database(app: FastAPI, settings: AnalyticsSettings) -> Database:
    """The database with today's schema, in which everything is counted that this version can read."""
    url = settings.resolved_database_url
    await asyncio.to_thread(upgrade_to_head, settings.service_folder, url)
    database = Database(
        url,
        threads=settings.database_threads,
        sqlite_synchronous=settings.sqlite_synchronous,
        metrics=DatabaseMetrics(app.state.registry),
    )
    erased = ErasedPeople(settings.auth_secret_key.get_secret_value())
    await replay_events(database, erased.names_as_stored())
    await ParkingService(database, IngestionService(database, erased).store_events).retry()
    return database


def make_lifespan(settings: AnalyticsSettings, session_checker: SessionCheck | None) -> Lifespan:
    """What runs from the start of the application to its end."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.database = database = await open_database(app, settings)
        app.state.ingestion_metrics = IngestionMetrics(app.state.registry)
        app.state.session_checker = checker = session_checker or make_session_checker(app, settings)
        app.state.refused_calls = refused_calls = reporter_to(
            settings.auth_service_url, settings.service_name, app.state.token_codec, app.state.registry
        )
        refused_calls.start()
        app.state.socket_parts = sockets = make_socket_parts(app, settings, database, checker)
        sockets.session_watch.start()
        retention = Retention(database, settings.event_retention_days, now=utc_now)
        retention.start()
        app.state.alert_mailer = mailer = make_alert_mailer(app, settings)
        alerts = make_alert_watches(settings, database, mailer)
        for watch in alerts:
            watch.start()
        try:
            yield
        finally:
            for watch in alerts:
                await watch.stop()
            await mailer.close()
            await retention.stop()
            await sockets.session_watch.stop()
            await sockets.live.stop()
            await refused_calls.stop()
            await checker.close()
            await database.close()

    return lifespan


def create_app(settings: AnalyticsSettings, session_checker: SessionCheck | None = None) -> FastAPI:
    """The application. Its own requests are not reported as events: they would count themselves for ever.

    Tests pass a session checker of their own.
    """

    async def check_database() -> None:
        await app.state.database.ping()

    app = create_service_app(
        settings,
        title="ConvoAI analytics-service",
        version=__version__,
        lifespan=make_lifespan(settings, session_checker),
        checks={"database": check_database},
        quiet_routes=(REPORTS_PATH,),
        api_key_scope="analytics:read",
    )
    app.router.routes.extend(ROUTES)
    app.router.routes.append(socket_route)
    return app
