"""The settings of chat-service."""

from pathlib import Path
from typing import ClassVar, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict
from service_kit.settings import ServiceSettings, env_files

SERVICE_FOLDER = Path(__file__).resolve().parent.parent


class ChatSettings(ServiceSettings):
    """Every variable is named, with its unit and default, in `.env.example`."""

    service_folder: ClassVar[Path] = SERVICE_FOLDER
    service_name: ClassVar[str] = "chat-service"

    model_config = SettingsConfigDict(env_file=env_files(SERVICE_FOLDER), env_file_encoding="utf-8")

    port: int = Field(default=8000, ge=0, le=65535)
    auth_service_url: str = "http://localhost:8001"
    analytics_service_url: str = "http://localhost:8002"

    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: str = ""
    openai_model: str = "gpt-4"
    models_file: Path | None = None
    openai_temperature: float = Field(default=0.7, ge=0, le=2)
    openai_max_tokens: int = Field(default=500, ge=1, le=200_000)
    system_prompt: str = "You are a helpful AI assistant."
    context_messages: int = Field(default=10, ge=1, le=1_000)
    context_tokens: int = Field(default=0, ge=0, le=100_000_000)
    auto_titles: bool = True

    model_connect_seconds: float = Field(default=5.0, gt=0)
    model_first_byte_seconds: float = Field(default=60.0, gt=0)
    model_between_tokens_seconds: float = Field(default=30.0, gt=0)
    model_answer_seconds: float = Field(default=600.0, gt=0)
    embedded_ready_seconds: float = Field(default=30.0, gt=0)

    websocket_idle_seconds: float = Field(default=3_600.0, gt=0)
    sharing: bool = True
    shared_reads_per_minute: int = Field(default=120, ge=0)
    import_upload_bytes: int = Field(default=33_554_432, ge=1)
    import_unpacked_bytes: int = Field(default=134_217_728, ge=1)
    imports_per_hour: int = Field(default=20, ge=0)
    messages_per_minute: int = Field(default=60, ge=0)
    websockets_opened_per_minute: int = Field(default=300, ge=0)
    websockets_per_user: int = Field(default=500, ge=1)

    @property
    def resolved_models_file(self) -> Path | None:
        """The file of providers; a relative path is one from the service's folder, wherever it is started."""
        return self.service_folder / self.models_file if self.models_file is not None else None

    @model_validator(mode="after")
    def _refuse_key_in_url(self) -> Self:
        if "@" in self.openai_base_url:
            raise ValueError("OPENAI_BASE_URL must not carry credentials; put the key in OPENAI_API_KEY")
        return self
