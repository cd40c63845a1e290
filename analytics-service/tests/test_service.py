"""The service as a whole: its common routes, its settings and its schema."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from analytics import __version__
from analytics.db.tables import metadata
from analytics.settings import SERVICE_FOLDER, AnalyticsSettings
from fastapi import FastAPI
from pydantic import ValidationError
from service_kit.database import Database, create_database_engine
from service_kit.errors import DatabaseUnavailable
from service_kit.migrations import upgrade_to_head
from service_kit.settings import ServiceSettings
from sqlalchemy import inspect
from support.databases import change, new_database_url, rows_of

NO_FILES: dict[str, Any] = {"_env_file": None}
RULE = """
INSERT INTO alert_rules (id, name, figure, comparison, threshold, window_minutes, for_minutes, cut, subject, is_enabled,
                         created_at, updated_at, email)
VALUES ('{rule}', '{rule}', 'error_rate', 'above', 0.05, 10, 5, 0, '', TRUE, '2026-03-01', '{changed_at}', FALSE)
"""
ENTRY = """
INSERT INTO alert_changes (id, rule_id, rule_name, state, value, at)
VALUES ('{rule}', '{rule}', '{rule}', 'firing', 0.12, '2026-03-02')
"""


class TestCommonRoutes:
    async def test_it_says_who_it_is(self, client: httpx.AsyncClient) -> None:
        card = (await client.get("/")).json()
        assert card == {"name": "analytics-service", "version": __version__, "docs": "/docs"}
        health = (await client.get("/health")).json()
        assert (health["status"], health["service"]) == ("healthy", "analytics-service")

    async def test_it_is_ready_when_its_database_answers(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/ready")
        assert response.status_code == 200

    async def test_it_is_not_ready_when_its_database_does_not(
        self, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(_database: Database) -> None:
            raise DatabaseUnavailable()

        monkeypatch.setattr(Database, "ping", fail)
        response = await client.get("/ready")
        assert response.status_code == 503
        assert response.json()["code"] == "database_unavailable"

    async def test_the_page_may_read_it_from_its_own_address(
        self, client: httpx.AsyncClient, headers_for: Callable[[str], dict[str, str]]
    ) -> None:
        headers = headers_for("admin") | {"Origin": "http://localhost:3000"}
        response = await client.get("/analytics/summary", headers=headers)
        assert response.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"

    async def test_main_exports_the_application(self, monkeypatch: pytest.MonkeyPatch) -> None:
        namespace: dict[str, Any] = {}
        monkeypatch.setenv("AUTH_SECRET_KEY", "x" * 40)
        exec(compile((SERVICE_FOLDER / "main.py").read_text(), "main.py", "exec"), namespace)  # noqa: S102 - our file
        assert isinstance(namespace["app"], FastAPI)


class TestSettings:
    def test_the_database_is_in_the_service_folder_whatever_the_working_directory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("DATABASE_URL", raising=False)
        settings = AnalyticsSettings(**NO_FILES)
        expected = (SERVICE_FOLDER / "data" / "analytics-service.db").as_posix()
        assert settings.resolved_database_url == f"sqlite:///{expected}"
        assert (settings.port, settings.sqlite_synchronous) == (8002, "NORMAL")

    def test_production_refuses_the_development_secret(self) -> None:
        with pytest.raises(ValidationError, match="AUTH_SECRET_KEY"):
            AnalyticsSettings(**NO_FILES, environment="production")

    def test_the_example_files_name_every_variable(self) -> None:
        folders = (SERVICE_FOLDER, SERVICE_FOLDER.parent)  # what all services share is named at the root
        lines = [line for folder in folders for line in (folder / ".env.example").read_text().splitlines()]
        named = {line[1:].partition("=")[0] for line in lines if line.startswith("#") and "=" in line}
        assert {name.upper() for name in AnalyticsSettings.model_fields} <= named
        assert issubclass(AnalyticsSettings, ServiceSettings)


class TestMigrations:
    def test_they_make_the_tables_that_the_code_uses(self, tmp_path: Path) -> None:
        url = new_database_url(tmp_path / "analytics.db")
        upgrade_to_head(SERVICE_FOLDER, url)
        engine = create_database_engine(url)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []
        engine.dispose()

    def test_the_way_back_leaves_nothing(self, tmp_path: Path) -> None:
        url = new_database_url(tmp_path / "analytics.db")
        upgrade_to_head(SERVICE_FOLDER, url)
        config = Config(SERVICE_FOLDER / "alembic.ini")
        config.attributes["database_url"] = url
        command.downgrade(config, "base")
        engine = create_database_engine(url)
        assert inspect(engine).get_table_names() == ["alembic_version"]
        engine.dispose()

    def test_an_entry_of_alerts_gets_the_figure_of_its_rule_unless_that_was_changed_since(self, tmp_path: Path) -> None:
        url = new_database_url(tmp_path / "analytics.db")
        config = Config(SERVICE_FOLDER / "alembic.ini")
        config.attributes["database_url"] = url
        command.upgrade(config, "0009")
        for rule, changed_at in (("same", "2026-03-01"), ("changed", "2026-03-03")):
            change(url, RULE.format(rule=rule, changed_at=changed_at))
        for rule in ("same", "changed", "gone"):
            change(url, ENTRY.format(rule=rule))
        upgrade_to_head(SERVICE_FOLDER, url)
        kept = rows_of(url, "SELECT rule_id, figure FROM alert_changes ORDER BY rule_id")
        assert kept == [("changed", None), ("gone", None), ("same", "error_rate")]
