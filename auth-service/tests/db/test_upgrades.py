"""Whoever upgrades from any released schema keeps every row."""

from pathlib import Path

from auth_server.settings import SERVICE_FOLDER
from support.databases import new_database_url
from support.upgrades import Upgrade


class TestUpgrade:
    def test_keeps_every_row_of_every_table(self, tmp_path: Path) -> None:
        """On SQLite 0005 replaced `roles`, to which every user's row refers: no upgrade from before it succeeded."""
        assert Upgrade(SERVICE_FOLDER, new_database_url(tmp_path / "auth.db")).lost() == []
