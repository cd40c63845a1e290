"""The command line for backups: `python -m chat_server.backups take FILE | check FILE | restore FILE`."""

import sys
from collections.abc import Sequence

from service_kit.backup_commands import run
from service_kit.backups import Installed

from chat_server import __version__
from chat_server.settings import ChatSettings


def installed() -> Installed:
    """chat-service as its settings say."""
    return Installed.of(ChatSettings(), __version__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code."""
    return run("chat_server.backups", installed, arguments)


if __name__ == "__main__":
    sys.exit(main())
