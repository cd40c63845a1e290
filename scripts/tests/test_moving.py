"""migrate-to-postgres: what each service's own command is given."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from launcher import cli, moving
from launcher.paths import ROOT

ADDRESSES = ["--auth", "postgresql://h/a", "--chat", "postgresql://h/c", "--analytics", "postgresql://h/e"]


@pytest.fixture
def codes() -> dict[str, int]:
    """The exit codes of services' commands that are not 0."""
    return {}


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, codes: dict[str, int]) -> list[list[str]]:
    """The commands that were run: the folder's name, then the words behind `python -m`."""
    found: list[list[str]] = []

    def run(words: list[str], *, cwd: Path, check: bool, **_: Any) -> subprocess.CompletedProcess[str]:
        found.append([cwd.name, *words[2:]])
        return subprocess.CompletedProcess(words, codes.get(cwd.name, 0))

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(moving, "ensure_environment", lambda *_: None)
    monkeypatch.setattr(cli, "raise_on_signals", lambda: None)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return found


class TestMigrateToPostgres:
    def test_runs_each_services_own_command_in_its_folder(self, ran: list[list[str]]) -> None:
        assert cli.main(["migrate-to-postgres", *ADDRESSES]) == 0
        assert ran == [
            ["auth-service", "auth_server.commands", "move-database", "--to", "postgresql://h/a"],
            ["chat-service", "chat_server.commands", "move-database", "--to", "postgresql://h/c"],
            ["analytics-service", "analytics.commands", "move-database", "--to", "postgresql://h/e"],
        ]
        assert all((ROOT / folder).is_dir() for folder, *_ in ran)

    @pytest.mark.parametrize("flag", ["--dry-run", "--verify", "--restart", "--replace-nul"])
    def test_hands_its_options_on(self, ran: list[list[str]], flag: str) -> None:
        assert cli.main(["migrate-to-postgres", "--chat", "sqlite:////x.db", flag]) == 0
        assert ran == [["chat-service", "chat_server.commands", "move-database", "--to", "sqlite:////x.db", flag]]

    def test_one_that_fails_does_not_hide_behind_the_next(self, ran: list[list[str]], codes: dict[str, int]) -> None:
        codes["auth-service"] = 1
        assert cli.main(["migrate-to-postgres", *ADDRESSES]) == 1
        assert len(ran) == 3

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ([], "Say where to"),
            (["--auth", "sqlite:////x.db", "--chat", "sqlite:////x.db"], "Each service needs a database of its own"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, ran: list[list[str]], capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
    ) -> None:
        assert cli.main(["migrate-to-postgres", *arguments]) == 1
        assert capsys.readouterr().err.startswith(sentence)
        assert ran == []

    def test_one_source_for_all_is_refused(
        self, ran: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", "sqlite:////one.db")
        assert cli.main(["migrate-to-postgres", *ADDRESSES]) == 1
        assert "DATABASE_URL is set in this shell" in capsys.readouterr().err
        assert cli.main(["migrate-to-postgres", "--auth", "postgresql://h/a"]) == 0
        assert len(ran) == 1
