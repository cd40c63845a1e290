"""Whoever upgrades from any released schema keeps every event, and every row that is not made of events."""

from pathlib import Path

from analytics.settings import SERVICE_FOLDER
from support.databases import new_database_url
from support.upgrades import Upgrade

# Sums of the first schema, which had fewer cuts: the service makes them anew from the events at its next start.
FIRST_SUMS = ("daily_active_users", "daily_totals", "counted_users", "counted_conversations", "totals")


class TestUpgrade:
    def test_keeps_every_row_of_every_table(self, tmp_path: Path) -> None:
        upgrade = Upgrade(SERVICE_FOLDER, new_database_url(tmp_path / "analytics.db"), made_anew={"0003": FIRST_SUMS})
        assert upgrade.lost() == []
