"""What routes ask for: the only reader of `app.state`."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request
from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.idempotency import Idempotency
from service_kit.secrets_at_rest import SecretBox
from service_kit.session_watch import SessionWatch
from service_kit.socket_counts import Connections
from starlette.requests import HTTPConnection

from analytics.alerts.addresses import WebhookPolicy
from analytics.alerts.mails import AlertMailer
from analytics.alerts.service import WebhookRules
from analytics.alerts.webhooks import SECRET_PURPOSE
from analytics.db.idempotency import IdempotencyKey
from analytics.delivery.service import DeliveryService
from analytics.erasures.people import ErasedPeople
from analytics.erasures.service import PersonErasure
from analytics.ingestion.metrics import IngestionMetrics
from analytics.ingestion.service import IngestionService
from analytics.insights.ranges import DayRange, read_range
from analytics.insights.service import InsightService
from analytics.live.service import LiveSummary
from analytics.parking.service import ParkingService
from analytics.reports.service import ReportService
from analytics.settings import AnalyticsSettings


@dataclass(frozen=True, slots=True)
class SocketParts:
    """What sockets need."""

    settings: AnalyticsSettings
    connections: Connections
    session_watch: SessionWatch
    live: LiveSummary


async def get_socket_parts(connection: HTTPConnection) -> SocketParts:
    """The parts that the lifespan made."""
    parts = connection.app.state.socket_parts
    if not isinstance(parts, SocketParts):
        raise TypeError("app.state.socket_parts is not set")
    return parts


async def get_settings(request: Request) -> AnalyticsSettings:
    """The settings that the application was made with."""
    settings = request.app.state.settings
    if not isinstance(settings, AnalyticsSettings):
        raise TypeError("app.state.settings is not set")
    return settings


async def get_database(request: Request) -> Database:
    """The database that the lifespan opened."""
    database = request.app.state.database
    if not isinstance(database, Database):
        raise TypeError("app.state.database is not set")
    return database


SettingsDep = Annotated[AnalyticsSettings, Depends(get_settings)]
DatabaseDep = Annotated[Database, Depends(get_database)]


def settings_webhook_rules(settings: AnalyticsSettings) -> WebhookRules:
    """The same for who has the settings and no request."""
    policy = WebhookPolicy(
        hosts=frozenset(settings.alert_webhook_hosts),
        is_http_allowed=settings.alert_webhook_http,
        are_private_allowed=settings.alert_webhook_private,
    )
    return WebhookRules(policy, SecretBox(settings.auth_secret_key.get_secret_value(), SECRET_PURPOSE))


async def get_idempotency(settings: SettingsDep) -> Idempotency:
    """The answers that are kept for `Idempotency-Key`."""
    return Idempotency(IdempotencyKey, settings.auth_secret_key)


async def get_webhook_rules(settings: SettingsDep) -> WebhookRules:
    """Where webhooks may go, and what seals their secrets."""
    return settings_webhook_rules(settings)


WebhookRulesDep = Annotated[WebhookRules, Depends(get_webhook_rules)]
IdempotencyDep = Annotated[Idempotency, Depends(get_idempotency)]


async def get_alert_mailer(request: Request) -> AlertMailer:
    """The way to mails that the lifespan made."""
    mailer = request.app.state.alert_mailer
    if not isinstance(mailer, AlertMailer):
        raise TypeError("app.state.alert_mailer is not set")
    return mailer


AlertMailerDep = Annotated[AlertMailer, Depends(get_alert_mailer)]


async def get_erased_people(settings: SettingsDep) -> ErasedPeople:
    """Who knows the people who were erased."""
    return ErasedPeople(settings.auth_secret_key.get_secret_value())


ErasedPeopleDep = Annotated[ErasedPeople, Depends(get_erased_people)]


async def get_range(
    from_: Annotated[date | None, Query(alias="from", description="The first day; without it 30 days.")] = None,
    to: Annotated[date | None, Query(description="The last day, which is included; without it today.")] = None,
    timezone: Annotated[str, Query(max_length=64, description="The viewer's, by its IANA name.")] = "UTC",
) -> DayRange:
    """The days that were asked for, in the viewer's time zone."""
    return read_range(from_, to, timezone, utc_now())


RangeDep = Annotated[DayRange, Depends(get_range)]


async def get_ingestion_service(database: DatabaseDep, erased: ErasedPeopleDep) -> IngestionService:
    """The service behind `POST /events`."""
    return IngestionService(database, erased)


IngestionServiceDep = Annotated[IngestionService, Depends(get_ingestion_service)]


async def get_ingestion_metrics(request: Request) -> IngestionMetrics:
    """The figures that the lifespan made."""
    metrics = request.app.state.ingestion_metrics
    if not isinstance(metrics, IngestionMetrics):
        raise TypeError("app.state.ingestion_metrics is not set")
    return metrics


IngestionMetricsDep = Annotated[IngestionMetrics, Depends(get_ingestion_metrics)]


async def get_parking_service(database: DatabaseDep, ingestion: IngestionServiceDep) -> ParkingService:
    """The service behind `/analytics/parked`."""
    return ParkingService(database, ingestion.store_events)


async def get_person_erasure(database: DatabaseDep, erased: ErasedPeopleDep) -> PersonErasure:
    """The service behind `/internal`."""
    return PersonErasure(database, erased)


async def get_report_service(database: DatabaseDep) -> ReportService:
    """The service behind `/analytics`."""
    return ReportService(database, now=utc_now)


async def get_insight_service(database: DatabaseDep) -> InsightService:
    """The service behind `/analytics` for ranges of days."""
    return InsightService(database, now=utc_now)


async def get_delivery_service(database: DatabaseDep) -> DeliveryService:
    """The service behind `/analytics/delivery`."""
    return DeliveryService(database, now=utc_now)


DeliveryServiceDep = Annotated[DeliveryService, Depends(get_delivery_service)]
PersonErasureDep = Annotated[PersonErasure, Depends(get_person_erasure)]
InsightServiceDep = Annotated[InsightService, Depends(get_insight_service)]
ParkingServiceDep = Annotated[ParkingService, Depends(get_parking_service)]
ReportServiceDep = Annotated[ReportService, Depends(get_report_service)]
