"""The migrations make the tables that the code works with, and take them away again."""

from pathlib import Path

import auth_server.db.administration
import auth_server.db.api_keys
import auth_server.db.mail
import auth_server.db.models
import auth_server.db.recovery  # noqa: F401 - fills the metadata
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from auth_server.db.base import Base
from auth_server.settings import SERVICE_FOLDER
from service_kit.database import create_database_engine
from service_kit.migrations import upgrade_to_head
from sqlalchemy import inspect


class TestMigrations:
    def test_make_the_tables_of_the_models(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/auth.db"
        upgrade_to_head(SERVICE_FOLDER, url)
        engine = create_database_engine(url)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []
        engine.dispose()

    def test_the_way_back_leaves_nothing(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/auth.db"
        upgrade_to_head(SERVICE_FOLDER, url)
        config = Config()
        config.set_main_option("script_location", str(SERVICE_FOLDER / "migrations"))
        config.attributes["database_url"] = url
        command.downgrade(config, "base")
        engine = create_database_engine(url)
        assert inspect(engine).get_table_names() == ["alembic_version"]
        engine.dispose()
