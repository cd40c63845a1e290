"""The three tiers, and what production refuses."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict
from service_kit.settings import DEVELOPMENT_SECRET, ServiceSettings

GOOD_SECRET = SecretStr("a-secret-of-the-tests-with-enough-bytes")
VARIABLES = ("ENVIRONMENT", "HOST", "PORT", "LOG_LEVEL", "AUTH_SECRET_KEY", "CORS_ORIGINS", "DATABASE_URL", "TUNING")


@pytest.fixture
def settings_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[ServiceSettings]:
    """A service's settings class in an empty repository, with nothing in the process environment."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "some-service"
    folder.mkdir()

    class SomeSettings(ServiceSettings):
        service_folder = folder
        service_name = "some-service"
        model_config = SettingsConfigDict(env_file=(tmp_path / ".env", folder / ".env"))

        tuning: str = "default"

    return SomeSettings


def _tuning(settings: ServiceSettings) -> str:
    return str(settings.model_dump()["tuning"])


class TestTiers:
    def test_defaults_need_no_file(self, settings_type: type[ServiceSettings]) -> None:
        settings = settings_type()
        assert (_tuning(settings), settings.environment) == ("default", "development")
        assert settings.auth_secret_key.get_secret_value() == DEVELOPMENT_SECRET

    def test_each_beats_the_one_below(
        self, settings_type: type[ServiceSettings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / ".env").write_text("TUNING=root\nLOG_LEVEL=warning\n")
        assert _tuning(settings_type()) == "root"
        (tmp_path / "some-service" / ".env").write_text("TUNING=service\n")
        assert (_tuning(settings_type()), settings_type().log_level) == ("service", "WARNING")
        monkeypatch.setenv("TUNING", "process")
        assert _tuning(settings_type()) == "process"

    def test_empty_values_count_as_absent(
        self, settings_type: type[ServiceSettings], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TUNING", "")
        monkeypatch.setenv("AUTH_SECRET_KEY", "")
        assert _tuning(settings_type()) == "default"
        assert settings_type().auth_secret_key.get_secret_value() == DEVELOPMENT_SECRET

    def test_other_services_variables_are_no_error(self, settings_type: type[ServiceSettings], tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("OPENAI_API_KEY=x\n")
        assert _tuning(settings_type()) == "default"

    def test_a_wrong_value_names_its_variable(
        self, settings_type: type[ServiceSettings], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PORT", "many")
        with pytest.raises(ValidationError, match="port"):
            settings_type()

    def test_a_wrong_value_shows_no_secret(
        self, settings_type: type[ServiceSettings], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The whole input, with every secret in it, was part of the message that a failed start logs."""
        monkeypatch.setenv("ENVIRONMENT", "production")
        monkeypatch.setenv("AUTH_SECRET_KEY", "hunter2")
        with pytest.raises(ValidationError) as failure:
            settings_type()
        assert "AUTH_SECRET_KEY" in str(failure.value)
        assert "hunter2" not in str(failure.value)

    def test_cannot_be_changed_afterwards(self, settings_type: type[ServiceSettings]) -> None:
        with pytest.raises(ValidationError):
            settings_type().port = 1


class TestCorsOrigins:
    @pytest.mark.parametrize(
        ("text", "origins"),
        [
            ("http://a", ["http://a"]),
            ("http://a, http://b/ ,", ["http://a", "http://b"]),
            ('["http://a","http://b"]', ["http://a", "http://b"]),
            ("*", ["*"]),
        ],
    )
    def test_are_a_list(
        self, settings_type: type[ServiceSettings], monkeypatch: pytest.MonkeyPatch, text: str, origins: list[str]
    ) -> None:
        monkeypatch.setenv("CORS_ORIGINS", text)
        assert settings_type().cors_origins == origins


class TestDatabaseUrl:
    def test_is_a_file_of_the_service_wherever_it_is_started(
        self, settings_type: type[ServiceSettings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir("/")
        expected = f"sqlite:///{(tmp_path / 'some-service/data/some-service.db').resolve().as_posix()}"
        assert settings_type().resolved_database_url == expected

    def test_is_what_was_configured(self, settings_type: type[ServiceSettings]) -> None:
        url = "postgresql+psycopg://user:password@host/name"
        assert settings_type(database_url=url).resolved_database_url == url


class TestProduction:
    def test_starts_with_a_good_secret(self, settings_type: type[ServiceSettings]) -> None:
        settings = settings_type(environment="production", auth_secret_key=GOOD_SECRET)
        assert settings.environment == "production"

    @pytest.mark.parametrize("secret", [None, DEVELOPMENT_SECRET, "short", "ü" * 15])
    def test_refuses_a_missing_default_or_short_secret(
        self, settings_type: type[ServiceSettings], secret: str | None
    ) -> None:
        given = {} if secret is None else {"auth_secret_key": SecretStr(secret)}
        with pytest.raises(ValidationError, match="AUTH_SECRET_KEY") as failure:
            settings_type.model_validate({"environment": "production", **given})
        assert DEVELOPMENT_SECRET not in str(failure.value)

    def test_refuses_any_origin(self, settings_type: type[ServiceSettings]) -> None:
        with pytest.raises(ValidationError, match="CORS_ORIGINS"):
            settings_type(environment="production", auth_secret_key=GOOD_SECRET, cors_origins=["*"])
