"""The command line for backups: `python -m analytics.backups take FILE | check FILE | restore FILE`."""

import sys
from collections.abc import Sequence

from service_kit.backup_commands import run
from service_kit.backups import Installed

from analytics import __version__
from analytics.settings import AnalyticsSettings


def installed() -> Installed:
    """analytics-service as its settings say."""
    return Installed.of(AnalyticsSettings(), __version__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code."""
    return run("analytics.backups", installed, arguments)


if __name__ == "__main__":
    sys.exit(main())
