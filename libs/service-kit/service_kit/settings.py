"""Settings in three tiers: process environment over `<service>/.env` over the root `.env`."""

import os
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

DEVELOPMENT_SECRET = "convoai-development-secret-never-use-in-production"  # noqa: S105 - refused in production
IPNetwork = IPv4Network | IPv6Network
MINIMUM_SECRET_BYTES = 32  # RFC 7518, section 3.2: an HS256 key is at least as long as its hash


class ServiceSettings(BaseSettings):
    """What every service reads. A service's own class adds to it and names its folder.

    Units are in the names (`_seconds`, `_bytes`). Raises pydantic's ValidationError, which names the variable.
    """

    service_folder: ClassVar[Path] = Path()
    service_name: ClassVar[str] = "service"

    model_config = SettingsConfigDict(
        extra="ignore", env_ignore_empty=True, frozen=True, populate_by_name=True, hide_input_in_errors=True
    )

    environment: Literal["development", "test", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_format: Literal["auto", "console", "json"] = "auto"
    log_directory: Path | None = None
    auth_secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    cors_origins: Annotated[list[str], NoDecode] = ["http://localhost:3000", "http://127.0.0.1:3000"]
    database_url: str = ""
    sqlite_synchronous: Literal["NORMAL", "FULL"] = "FULL"
    database_threads: int = Field(default=8, ge=1, le=64)
    redis_url: str = ""
    trusted_proxies: Annotated[list[IPNetwork], NoDecode] = []
    requests_per_minute: int = Field(default=1_200, ge=0)
    otel_exporter_otlp_endpoint: str = ""
    otel_exporter_otlp_headers: SecretStr = SecretStr("")
    otel_traces_sampler_arg: float = Field(default=1.0, ge=0.0, le=1.0)

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        """Takes a comma-separated list or JSON's, without trailing slashes."""
        if isinstance(value, str):
            value = [part.strip().strip("\"'") for part in value.strip().strip("[]").split(",")]
        return [str(origin).rstrip("/") for origin in value if origin] if isinstance(value, list) else value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        """Takes a comma-separated list of addresses and networks."""
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("redis_url")
    @classmethod
    def _check_redis_url(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://")):
            raise ValueError("REDIS_URL must begin with redis:// or rediss://, for Valkey too")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _refuse_unsafe_production(self) -> Self:
        if self.environment != "production":
            return self
        secret = self.auth_secret_key.get_secret_value()
        if secret == DEVELOPMENT_SECRET or len(secret.encode()) < MINIMUM_SECRET_BYTES:
            raise ValueError(
                "AUTH_SECRET_KEY must be set to at least 32 random bytes in production, "
                'for example: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        if "*" in self.cors_origins:
            raise ValueError("CORS_ORIGINS must name the page's addresses in production; * is refused")
        return self

    @property
    def resolved_database_url(self) -> str:
        """The database's URL; by default SQLite in `<service>/data/`, absolute whatever the working directory."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.service_folder / 'data' / f'{self.service_name}.db').resolve().as_posix()}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings


def env_files(service_folder: Path) -> tuple[Path, ...]:
    """The files of a service's settings, weakest first: the root's `.env`, then the service's.

    None with `CONVOAI_ENV_FILES=off`: then the process environment is all there is.
    """
    if os.environ.get("CONVOAI_ENV_FILES", "").lower() == "off":
        return ()
    return service_folder.parent / ".env", service_folder / ".env"


def sentence_of(error: ValidationError) -> str:
    """Which settings are not valid. The error's own text would show the rejected values, perhaps a secret."""
    names = ", ".join(str(item["loc"][0]).upper() if item["loc"] else str(item["msg"]) for item in error.errors())
    return f"The settings are not valid: {names}."
