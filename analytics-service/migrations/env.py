"""Alembic's way into this service's tables."""

from alembic import context
from analytics.db.tables import metadata
from analytics.settings import AnalyticsSettings
from service_kit.migrations import run_environment

run_environment(context, metadata, AnalyticsSettings().resolved_database_url)
