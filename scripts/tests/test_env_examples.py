"""The .env.example of each tier: every variable of every settings class is named, with its real default."""

import re
from pathlib import Path

import pytest
from analytics.settings import AnalyticsSettings
from auth_server.settings import AuthSettings
from chat_server.settings import ChatSettings
from launcher.paths import ROOT
from launcher.services import SERVICES
from service_kit.settings import ServiceSettings

CLASSES: dict[str, type[ServiceSettings]] = {
    "auth-service": AuthSettings,
    "chat-service": ChatSettings,
    "analytics-service": AnalyticsSettings,
}
LAUNCHER_VARIABLES = {"CONVOAI_HOST", *(service.port_variable for service in SERVICES)}
COMPOSE_VARIABLES = {"GATEWAY_TRUSTED_PROXIES"}
PEERS = {"AUTH_SERVICE_URL", "ANALYTICS_SERVICE_URL", "CHAT_SERVICE_URL"}


def shown(path: Path) -> dict[str, str]:
    """Variable → value as the file shows it, whether the line is switched off or not."""
    lines = re.findall(r"(?m)^#?([A-Z][A-Z0-9_]+)=(.*)$", path.read_text(encoding="utf-8"))
    return {name: value.strip().strip('"') for name, value in lines}


def variables(settings: type[ServiceSettings]) -> set[str]:
    return {name.upper() for name in settings.model_fields}


class TestServiceTiers:
    @pytest.mark.parametrize("folder", CLASSES)
    def test_every_variable_is_named_in_its_tier_or_the_root(self, folder: str) -> None:
        named = shown(ROOT / folder / ".env.example").keys() | shown(ROOT / ".env.example").keys()

        assert variables(CLASSES[folder]) - named == set()

    @pytest.mark.parametrize("folder", CLASSES)
    def test_no_variable_is_named_that_nothing_reads(self, folder: str) -> None:
        assert shown(ROOT / folder / ".env.example").keys() - variables(CLASSES[folder]) - PEERS == set()

    @pytest.mark.parametrize("folder", CLASSES)
    def test_the_shown_values_are_the_defaults(self, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
        settings = CLASSES[folder]
        fixed = {name.upper() for name, field in settings.model_fields.items() if field.default_factory is None}
        values = {name: value for name, value in shown(ROOT / folder / ".env.example").items() if value}
        for name in variables(settings):
            monkeypatch.delenv(name, raising=False)
        expected = settings(_env_file=None)  # type: ignore[call-arg]
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        found = settings(_env_file=None)  # type: ignore[call-arg]

        for name in values.keys() & fixed:
            assert getattr(found, name.lower()) == getattr(expected, name.lower()), name


class TestRootTier:
    def test_every_variable_is_read_by_a_service_or_the_launcher(self) -> None:
        read = LAUNCHER_VARIABLES | COMPOSE_VARIABLES | PEERS
        read |= {name for settings in CLASSES.values() for name in variables(settings)}

        assert shown(ROOT / ".env.example").keys() - read == set()

    def test_the_launchers_variables_are_named_with_their_defaults(self) -> None:
        named = shown(ROOT / ".env.example")

        assert named.keys() >= LAUNCHER_VARIABLES
        assert {service.port_variable: str(service.default_port) for service in SERVICES}.items() <= named.items()

    def test_what_only_containers_are_told_is_passed_on_by_compose(self) -> None:
        text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")

        assert {name for name in COMPOSE_VARIABLES if f"${{{name}:-}}" in text} == COMPOSE_VARIABLES

    def test_only_the_secret_is_switched_on(self) -> None:
        text = (ROOT / ".env.example").read_text(encoding="utf-8")

        assert re.findall(r"(?m)^[A-Z_0-9]+=.*$", text) == ["AUTH_SECRET_KEY="]
