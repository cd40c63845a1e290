"""The settings of auth-service."""

import os
from email.utils import parseaddr
from pathlib import Path
from typing import ClassVar, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict
from service_kit.settings import ServiceSettings, env_files

from auth_server.factors.relying_party import is_domain
from auth_server.mail.schemas import SmtpSecurity
from auth_server.users.names import EmailAddress, Username, check_email

SERVICE_FOLDER = Path(__file__).resolve().parent.parent
DEFAULT_PUBLIC_URL = "http://localhost:3000"
DEFAULT_ADMIN_PASSWORD = "admin123"  # noqa: S105 - the documented first password, refused in production


class AuthSettings(ServiceSettings):
    """Every variable is named, with its unit and default, in `.env.example`."""

    service_folder: ClassVar[Path] = SERVICE_FOLDER
    service_name: ClassVar[str] = "auth-service"

    model_config = SettingsConfigDict(env_file=env_files(SERVICE_FOLDER), env_file_encoding="utf-8")

    port: int = Field(default=8001, ge=0, le=65535)
    log_directory: Path | None = SERVICE_FOLDER.parent / "logs"
    analytics_service_url: str = Field(default="http://127.0.0.1:8002", pattern=r"^https?://")
    chat_service_url: str = Field(default="http://127.0.0.1:8000", pattern=r"^https?://")

    access_token_expire_minutes: int = Field(default=43_200, ge=1, le=5_256_000)
    session_idle_days: float = Field(default=7, gt=0, le=3_650)
    session_absolute_days: float = Field(default=30, gt=0, le=3_650)
    sign_in_back_off: bool = True
    registrations_per_hour: int = Field(default=120, ge=0)
    refreshes_per_minute: int = Field(default=120, ge=0)
    password_resets_per_hour: int = Field(default=60, ge=0)
    api_keys_per_user: int = Field(default=20, ge=1, le=1_000)
    api_key_maximum_days: float | None = Field(default=None, gt=0, le=36_500)
    registration_open: bool = True
    webauthn_rp_id: str = Field(default="", max_length=253)
    admin_username: Username = "admin"
    admin_password: SecretStr = SecretStr(DEFAULT_ADMIN_PASSWORD)
    admin_email: EmailAddress = "admin@example.com"

    bcrypt_rounds: int = Field(default=12, ge=4, le=16)
    password_hash_threads: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=64)
    password_queue_length: int = Field(default=128, ge=0, le=10_000)

    public_url: str = Field(default=DEFAULT_PUBLIC_URL, pattern=r"^https?://")
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: SmtpSecurity = "starttls"
    smtp_from: str = ""
    password_reset_minutes: int = Field(default=60, ge=5, le=1_440)
    password_reset_mails_per_hour: int = Field(default=3, ge=1, le=100)

    @field_validator("analytics_service_url", "chat_service_url", "public_url")
    @classmethod
    def _without_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("webauthn_rp_id")
    @classmethod
    def _require_host_name(cls, value: str) -> str:
        if value and not is_domain(value.lower()):
            raise ValueError("must be a host name such as chat.example.org, without scheme and port")
        return value.lower()

    @field_validator("smtp_from")
    @classmethod
    def _is_a_mailbox(cls, value: str) -> str:
        """`name@host` or `Name <name@host>`."""
        if value and not value.isprintable():
            raise ValueError("must be one line")
        if value:
            check_email(parseaddr(value)[1])
        return value

    @model_validator(mode="after")
    def _refuse_mail_that_would_not_arrive(self) -> Self:
        if not self.smtp_host:
            return self
        if not self.smtp_from:
            raise ValueError("SMTP_FROM must be set where SMTP_HOST is: the address that mails come from")
        if self.environment == "production" and self.public_url == DEFAULT_PUBLIC_URL:
            raise ValueError("PUBLIC_URL must be set in production where SMTP_HOST is: the links of mails lead there")
        return self

    @model_validator(mode="after")
    def _refuse_default_admin_in_production(self) -> Self:
        if self.environment == "production" and self.admin_password.get_secret_value() == DEFAULT_ADMIN_PASSWORD:
            raise ValueError("ADMIN_PASSWORD must be changed from its default in production")
        return self
