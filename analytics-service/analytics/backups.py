"""The command line for backups: `python -m analytics.backups take FILE | check FILE | restore FILE`."""

import sys
from collections.abc import Sequence

from service_kit.backup_commands import run
from service_kit.backups import Installed

from analytics import __version__
from analytics.settings import AnalyticsSettings


def installed() -> Installed:
    """analytics-service as its settings say."""
    settings = AnalyticsSettings()
    return Installed(
        service=settings.service_name,
        version=__version__,
        folder=settings.service_folder,
        database_url=settings.resolved_database_url,
        secret=settings.auth_secret_key.get_secret_value(),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code."""
    return run("analytics.backups", installed, arguments)


if __name__ == "__main__":
    sys.exit(main())
