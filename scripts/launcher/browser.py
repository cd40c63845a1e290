"""A Chromium for the tests. The page's own script finds or unpacks it; the tests ask the same script."""

import json
import subprocess

from launcher.console import Console
from launcher.frontend import ensure_node_modules
from launcher.paths import FRONTEND
from launcher.preflight import find_node
from launcher.problems import LauncherError


def ensure_browser(console: Console) -> str:
    """Make sure that there is one: without it the tests in a browser would be skipped.

    Returns: its path. Raises: LauncherError with the script's own sentence when there is none to be had.
    """
    node = find_node()
    ensure_node_modules(console, node)
    command = [node, str(FRONTEND / "scripts" / "chromium-path.mjs")]
    found = subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True, encoding="utf-8", check=False)
    if found.returncode != 0:
        raise LauncherError(found.stderr.strip() or "No Chromium could be found or unpacked for the tests.")
    executable: str = json.loads(found.stdout)["executable"]
    return executable


def show_browser(console: Console) -> int:
    """Print the path of the browser that the tests use. Returns: 0."""
    console.say(ensure_browser(console))
    return 0
