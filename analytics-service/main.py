"""`uvicorn main:app` in this folder starts the service."""

from analytics.main import create_app
from analytics.settings import AnalyticsSettings

app = create_app(AnalyticsSettings())
