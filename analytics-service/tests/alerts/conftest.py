"""Alerts are looked at, and people told, when a test says so."""

from datetime import timedelta

import pytest
from analytics import main


@pytest.fixture(autouse=True)
def _nothing_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "LOOK", timedelta(hours=1))
    monkeypatch.setattr(main, "NOTICE_SECONDS", 3_600.0)
