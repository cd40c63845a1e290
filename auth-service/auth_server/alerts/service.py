"""Queues the mails about an alert, inside one transaction."""

from service_kit.alert_notices import AlertMailed, AlertNotice
from sqlalchemy.orm import Session

from auth_server.errors import NoMailServer
from auth_server.mail.languages import language_of
from auth_server.mail.service import MailQueue
from auth_server.users.directory import UserDirectory
from auth_server.users.schemas import ProfileOut


class AlertMails:
    """Goes to every active administrator, to each in their language."""

    def __init__(self, session: Session) -> None:
        self._mails = MailQueue(session)
        self._users = UserDirectory(session)

    def tell(self, notice: AlertNotice) -> AlertMailed:
        """Queues a mail to each. Raises NoMailServer (409)."""
        if not self._mails.is_on:
            raise NoMailServer()
        administrators = self._users.active_admins()
        for administrator in administrators:
            self._mails.add("alert", to=administrator.email, context=_context(notice, administrator))
        return AlertMailed(mails=len(administrators))


def _context(notice: AlertNotice, administrator: ProfileOut) -> dict[str, str | float | None]:
    return {
        "username": administrator.username,
        "language": language_of(administrator.preferences.language),
        "at": notice.at.isoformat(),
        "rule": notice.rule_name,
        "figure": notice.figure,
        "about": notice.subject,
        "comparison": notice.comparison,
        "threshold": notice.threshold,
        "state": notice.state,
        "value": notice.value,
    }
