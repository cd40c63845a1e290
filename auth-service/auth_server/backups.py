"""The command line for backups: `python -m auth_server.backups take FILE | check FILE | restore FILE`."""

import sys
from collections.abc import Sequence

from service_kit.backup_commands import run
from service_kit.backup_files import Manifest
from service_kit.backups import Installed
from service_kit.clock import utc_now
from sqlalchemy.orm import Session

from auth_server import __version__
from auth_server.audit.chain import ChainSigner
from auth_server.audit.schemas import OPERATOR
from auth_server.audit.service import Auditor
from auth_server.recovery.service import ResetLinks
from auth_server.rules import reset_rules, session_rules
from auth_server.sessions.service import SessionService
from auth_server.settings import AuthSettings


def installed() -> Installed:
    """auth-service as its settings say."""
    settings = AuthSettings()

    def finish(session: Session, manifest: Manifest) -> None:
        """Nobody stays signed in: who was signed out, and which token was spent, since the backup is not known."""
        SessionService(session, session_rules(settings, utc_now)).end_everybodys()
        ResetLinks(session, reset_rules(settings, utc_now)).end_everybodys()
        auditor = Auditor(ChainSigner(settings.auth_secret_key.get_secret_value()), OPERATOR)
        auditor.record(session, "database.restored", detail={"taken_at": manifest.taken_at})

    return Installed.of(settings, __version__, finish)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code."""
    return run("auth_server.backups", installed, arguments)


if __name__ == "__main__":
    sys.exit(main())
