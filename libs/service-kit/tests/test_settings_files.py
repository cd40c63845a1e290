"""Which files a service reads its settings from."""

from pathlib import Path

import pytest
from service_kit.settings import env_files

FOLDER = Path("/srv/convoai/chat-service")


class TestEnvFiles:
    def test_are_the_roots_and_then_the_services(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CONVOAI_ENV_FILES", raising=False)
        assert env_files(FOLDER) == (Path("/srv/convoai/.env"), FOLDER / ".env")

    def test_are_none_when_switched_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CONVOAI_ENV_FILES", "off")
        assert env_files(FOLDER) == ()
