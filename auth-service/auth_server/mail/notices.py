"""What people are told of changes to their account, within the transaction of the change."""

from datetime import datetime

from sqlalchemy.orm import Session

from auth_server.mail.schemas import MailTemplate
from auth_server.mail.service import MailQueue
from auth_server.sessions.schemas import SignInClient
from auth_server.users.schemas import UserOut


class Notices:
    """Goes to the address that the user had before the change: `user` is as they were."""

    def __init__(self, session: Session) -> None:
        self._mails = MailQueue(session)

    def new_device(self, user: UserOut, client: SignInClient, at: datetime) -> None:
        """Somebody signed in from where nobody signed in before."""
        self._tell("new_device", user, client, at)

    def password_changed(self, user: UserOut, client: SignInClient, at: datetime) -> None:
        """The password is another one."""
        self._tell("password_changed", user, client, at)

    def email_changed(self, user: UserOut, at: datetime) -> None:
        """The address is another one, which the old one must learn: the new one can ask for a new password."""
        self._mails.add("email_changed", to=user.email, context={"username": user.username, "at": at.isoformat()})

    def _tell(self, template: MailTemplate, user: UserOut, client: SignInClient, at: datetime) -> None:
        context = {"username": user.username, "at": at.isoformat(), "device": client.device, "address": client.address}
        self._mails.add(template, to=user.email, context=context)
