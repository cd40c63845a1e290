"""The wrappers for both systems, run for real where this system can."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from launcher.paths import ROOT

NAMES = {
    "setup-venv": "setup-venv",
    "start-all-services": "start-all",
    "stop-all-services": "stop-all",
    "check-services": "check-services",
    "start-auth-service": "start-auth",
    "start-chat-service": "start-chat",
    "start-analytics-service": "start-analytics",
    "start-frontend": "start-frontend",
    "run-tests": "run-tests",
    "setup-admin": "setup-admin",
    "list-admins": "list-admins",
    "backup": "backup",
    "restore": "restore",
    "migrate-to-postgres": "migrate-to-postgres",
}
SCRIPTS = ROOT / "scripts"


def run_copy(tmp_path: Path, path_entries: list[Path], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a wrapper from a copy of scripts/ in a folder with a space, with a PATH that has only what is given."""
    copy = tmp_path / "a copy" / "scripts"
    shutil.copytree(SCRIPTS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {"PATH": ":".join(map(str, path_entries)), "HOME": str(tmp_path)}
    command = ["/bin/sh", str(copy / "linux-mac" / "check-services.sh"), *arguments]
    return subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False)


def put_program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with dirname, which the wrappers need, and no Python."""
    folder = tmp_path / "tools"
    folder.mkdir()
    (folder / "dirname").symlink_to(shutil.which("dirname") or "")
    return folder


class TestUnixScripts:
    def test_there_are_exactly_these(self) -> None:
        assert {path.stem for path in (SCRIPTS / "linux-mac").iterdir()} == set(NAMES)

    @pytest.mark.parametrize(("name", "command"), NAMES.items())
    def test_each_calls_its_command(self, name: str, command: str) -> None:
        path = SCRIPTS / "linux-mac" / f"{name}.sh"
        text = path.read_text()

        assert os.access(path, os.X_OK)
        assert "set -eu\n" in text
        assert f'/../run.sh" {command} "$@"\n' in text

    def test_a_shim_that_fails_is_passed_over(self, tmp_path: Path, tools: Path) -> None:
        put_program(tools, "python3.13", "echo 'pyenv: command not found' >&2; exit 127")
        put_program(tools, "python3.12", "exit 1")
        put_program(tools, "python3", 'case "$1" in -c) exit 0 ;; *) echo "used: $*" ;; esac')

        done = run_copy(tmp_path, [tools])

        assert done.returncode == 0
        assert re.fullmatch(r"used: .*/a copy/scripts/convoai\.py check-services\n", done.stdout)

    def test_no_python_is_said_in_one_sentence(self, tmp_path: Path, tools: Path) -> None:
        done = run_copy(tmp_path, [tools])

        assert done.returncode == 1
        assert done.stderr.startswith("Python 3.11 or newer was not found: install it")
        assert done.stderr.count("\n") == 1

    def test_arguments_are_handed_on_whole(self, tmp_path: Path, tools: Path) -> None:
        put_program(tools, "python3", 'case "$1" in -c) exit 0 ;; *) shift; printf "<%s>" "$@" ;; esac')

        done = run_copy(tmp_path, [tools], "one two", "*")

        assert done.stdout == "<check-services><one two><*>"


class TestWindowsScripts:
    def test_there_are_exactly_these(self) -> None:
        assert {path.stem for path in (SCRIPTS / "windows").iterdir()} == set(NAMES)

    @pytest.mark.parametrize(("name", "command"), NAMES.items())
    def test_each_calls_its_command(self, name: str, command: str) -> None:
        text = (SCRIPTS / "windows" / f"{name}.bat").read_bytes().decode()

        assert f'call "%~dp0..\\run.bat" {command} %*\r\n' in text
        assert text.endswith("exit /b %errorlevel%\r\n")

    def test_lines_end_as_cmd_expects(self) -> None:
        for path in [SCRIPTS / "run.bat", *(SCRIPTS / "windows").iterdir()]:
            data = path.read_bytes()
            assert data.count(b"\n") == data.count(b"\r\n"), path
