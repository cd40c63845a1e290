"""What analytics-service reads from its environment; every variable is in `.env.example`."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict
from service_kit.settings import ServiceSettings, env_files

SERVICE_FOLDER = Path(__file__).resolve().parent.parent


class AnalyticsSettings(ServiceSettings):
    """The common settings with this service's defaults, and its own limits."""

    service_folder: ClassVar[Path] = SERVICE_FOLDER
    service_name: ClassVar[str] = "analytics-service"

    model_config = SettingsConfigDict(env_file=env_files(SERVICE_FOLDER))

    port: int = Field(default=8002, ge=0, le=65535)
    auth_service_url: str = "http://localhost:8001"
    # After a power cut the last commits may be gone, never part of one: figures a moment old, and faster ingestion.
    sqlite_synchronous: Literal["NORMAL", "FULL"] = "NORMAL"
    event_retention_days: int = Field(default=90, ge=0, le=36_500)
    largest_batch_bytes: int = Field(default=2_097_152, ge=1_024, le=67_108_864)
    websockets_opened_per_minute: int = Field(default=300, ge=0)
    alert_webhook_hosts: Annotated[list[str], NoDecode] = Field(default_factory=list)
    alert_webhook_http: bool = False
    alert_webhook_private: bool = False
    websockets_per_user: int = Field(default=20, ge=1)

    @field_validator("alert_webhook_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        """Takes a comma-separated list of names, with a port where it is not the usual one."""
        return [part.strip().lower() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
