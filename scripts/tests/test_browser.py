"""The browser for the tests is the one that the page's script names; without one the run ends with its sentence."""

from pathlib import Path

import pytest
from launcher import browser
from launcher.browser import ensure_browser
from launcher.problems import LauncherError

from .fakes import RecordingConsole


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that stands for Node and answers as the script would."""
    program = tmp_path / "node"
    monkeypatch.setattr(browser, "find_node", lambda: str(program))
    monkeypatch.setattr(browser, "ensure_node_modules", lambda *_arguments: None)
    monkeypatch.setattr(browser, "FRONTEND", tmp_path)
    return program


def answer(program: Path, script: str) -> None:
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


class TestEnsureBrowser:
    def test_it_is_the_one_the_script_names(self, node: Path) -> None:
        answer(node, """printf '{"executable": "/opt/chromium", "env": {}}'""")

        assert ensure_browser(RecordingConsole()) == "/opt/chromium"

    def test_none_is_said_with_the_scripts_sentence(self, node: Path) -> None:
        answer(node, "echo 'CHROMIUM names nothing that starts.' >&2; exit 1")

        with pytest.raises(LauncherError, match=r"^CHROMIUM names nothing that starts\.$"):
            ensure_browser(RecordingConsole())
