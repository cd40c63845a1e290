"""Parts of the service without its shell."""

from chat_server.answer_metrics import AnswerMetrics
from chat_server.catalog.service import ModelCatalog
from chat_server.catalog.windows import ModelWindows
from chat_server.generation.service import GenerationService
from chat_server.settings import ChatSettings
from prometheus_client import CollectorRegistry
from service_kit.database import Database
from service_kit.rate_limits import RateLimiter

from chat_testing.model import FakeModel


def start_generation(settings: ChatSettings, model: FakeModel) -> tuple[GenerationService, Database]:
    """The service's heart on the database of the settings, without its shell."""
    database = Database(settings.resolved_database_url, threads=2, sqlite_synchronous="NORMAL")
    catalog = ModelCatalog(model, "gpt-4")
    windows = ModelWindows(catalog, settings.openai_max_tokens)
    metrics = AnswerMetrics(CollectorRegistry(), catalog.provider_of, sole_provider="fake")
    return GenerationService(settings, database, model, catalog, windows, RateLimiter(), metrics), database
