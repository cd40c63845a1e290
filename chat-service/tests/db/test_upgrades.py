"""Whoever upgrades from any released schema keeps every row."""

from pathlib import Path

from chat_server.settings import SERVICE_FOLDER
from support.databases import new_database_url
from support.upgrades import Upgrade


class TestUpgrade:
    def test_keeps_every_row_of_every_table(self, tmp_path: Path) -> None:
        """What can be searched is left out: triggers write it, and `test_migrations.py` looks at it."""
        upgrade = Upgrade(SERVICE_FOLDER, new_database_url(tmp_path / "chat.db"), left_out="search_")
        assert upgrade.lost() == []
