"""The rules on links for a new password, within the caller's transaction: made, checked, used, ended."""

import secrets
from datetime import timedelta

from sqlalchemy.orm import Session

from auth_server.db.recovery import PasswordReset
from auth_server.errors import AccountClosed, ResetLinkRefused
from auth_server.mail.service import MailQueue
from auth_server.recovery.repository import ResetRepository
from auth_server.recovery.rules import ResetRules
from auth_server.recovery.schemas import ResetLink
from auth_server.token_hash import token_hash
from auth_server.users.names import comparison_key
from auth_server.users.schemas import UserOut
from auth_server.users.service import UserService

PAGE_PATH = "/reset-password#token="  # a fragment reaches neither a server's log nor a referrer
TOKEN_BYTES = 32
EXPIRED_KEPT = timedelta(days=1)


class ResetLinks:
    """A link is used at most once, and none of a user outlives a change of the password."""

    def __init__(self, session: Session, rules: ResetRules) -> None:
        self._resets = ResetRepository(session)
        self._users = UserService(session)
        self._mails = MailQueue(session)
        self._rules = rules

    def mail(self, login: str) -> None:
        """Queues a link for the user of that name or address, whose earlier mailed ones then no longer hold.

        Does nothing when that is nobody, the account is closed, it had its share of mails for this hour, or no mail
        is sent here; nobody is told which.
        """
        user = self._users.recoverable(login) if self._mails.is_on else None
        if user is None:
            return
        now = self._rules.now()
        if self._resets.mailed_since(user.id, now - timedelta(hours=1)) >= self._rules.mails_per_hour:
            return
        self._resets.end_all(user.id, now, only_mailed=True)
        path, reset = self._make(user, email_key=comparison_key(user.email))
        context = {"username": user.username, "path": path, "expires_at": reset.expires_at.isoformat()}
        self._mails.add("password_reset", to=user.email, context=context, good_for=self._rules.lifetime)

    def make(self, user: UserOut) -> ResetLink:
        """A link for an administrator to hand over; the user's earlier ones then no longer hold.

        Raises: AccountClosed (409).
        """
        if not user.is_active:
            raise AccountClosed()
        self._resets.end_all(user.id, self._rules.now())
        path, reset = self._make(user, email_key=None)
        return ResetLink(link=self._rules.page_address + path, expires_at=reset.expires_at)

    def holder(self, token: str) -> UserOut:
        """The user whose link this is. Raises ResetLinkRefused (400), whatever the reason."""
        reset = self._resets.open(token_hash(token), self._rules.now())
        user = self._users.recoverable_by_id(reset.user_id) if reset else None
        if reset is None or user is None or reset.email_key not in (None, comparison_key(user.email)):
            raise ResetLinkRefused()
        return user

    def use(self, token: str) -> UserOut:
        """The same, and the link with all others of the user no longer holds. Two at once take turns on the user."""
        self.holder(token)  # locks the user; what follows sees what another transaction did meanwhile
        user = self.holder(token)
        self.end_all(user.id)
        return user

    def end_all(self, user_id: str) -> None:
        """Ends the user's links: the password was changed."""
        self._resets.end_all(user_id, self._rules.now())

    def end_everybodys(self) -> None:
        """Ends every link there is: the database is an older one again, in which used ones look unused."""
        self._resets.end_everybodys(self._rules.now())

    def _make(self, user: UserOut, *, email_key: str | None) -> tuple[str, PasswordReset]:
        now = self._rules.now()
        token = secrets.token_urlsafe(TOKEN_BYTES)
        reset = PasswordReset(
            token_hash=token_hash(token),
            user_id=user.id,
            email_key=email_key,
            created_at=now,
            expires_at=now + self._rules.lifetime,
        )
        self._resets.forget_expired(user.id, before=now - EXPIRED_KEPT)
        self._resets.add(reset)
        return PAGE_PATH + token, reset
