"""The rules on mails that go out, within the caller's transaction: whose turn it is, and what follows an attempt."""

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy.orm import Session

from auth_server.db.mail import QueuedMail
from auth_server.mail.repository import MailRepository
from auth_server.mail.schemas import MailTemplate, QueueState, WaitingMail

CLAIM = timedelta(minutes=5)  # longer than connecting and one sending can take: after a crash it is sent again
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=15)
MOST_REFUSALS = 3  # some servers refuse for good what they take an hour later
PARKED_KEPT = timedelta(days=30)
LONGEST_REASON = 255


class MailDelivery:
    """Every mail is sent at least once, or parked with the reason."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._mails = MailRepository(session)
        self._now = now

    def has_due(self) -> bool:
        """Whether a mail may be sent at this moment."""
        return self._mails.has_due(self._now)

    def claim(self) -> WaitingMail | None:
        """Takes on the mail that has been due longest; None when none is. Those that come too late are parked."""
        while (mail := self._mails.due(self._now)) is not None:
            if mail.good_until > self._now:
                mail.next_attempt_at = self._now + CLAIM
                mail.attempts += 1
                return WaitingMail(mail.id, cast(MailTemplate, mail.template), mail.recipient, mail.context or {})
            self._park(mail, f"Too late to be sent: {mail.reason or 'nobody sent it'}")
        return None

    def sent(self, mail_id: str) -> None:
        """The mail server has taken it: nothing of it is kept, least of all its link."""
        self._mails.remove(mail_id)

    def give_back(self, mail_id: str) -> None:
        """Nobody tried, or the mail server was away: it is due again at once, and this was no attempt."""
        if (mail := self._mails.by_id(mail_id)) is not None:
            mail.attempts -= 1
            mail.next_attempt_at = self._now

    def postpone(self, mail_id: str, reason: str) -> None:
        """It is due again after a time that grows with each attempt."""
        if (mail := self._mails.by_id(mail_id)) is not None:
            self._delay(mail, reason)

    def refuse(self, mail_id: str, reason: str) -> bool:
        """The same for a mail that was refused for good; the third time parks it. Answers whether it did."""
        mail = self._mails.by_id(mail_id)
        if mail is None:
            return False
        mail.refusals += 1
        if mail.refusals >= MOST_REFUSALS:
            self._park(mail, reason)
            return True
        self._delay(mail, reason)
        return False

    def park(self, mail_id: str, reason: str) -> None:
        """Keeps the mail, with the reason, out of the queue."""
        if (mail := self._mails.by_id(mail_id)) is not None:
            self._park(mail, reason)

    def state(self) -> QueueState:
        """How many mails wait and are parked."""
        return self._mails.state()

    def _delay(self, mail: QueuedMail, reason: str) -> None:
        mail.reason = reason[:LONGEST_REASON]
        delay = FIRST_DELAY * 2 ** min(mail.attempts - 1, 10)
        mail.next_attempt_at = self._now + min(delay, LONGEST_DELAY)

    def _park(self, mail: QueuedMail, reason: str) -> None:
        mail.reason = reason[:LONGEST_REASON]
        mail.parked_at = self._now
        mail.context = None
        self._mails.forget_parked(before=self._now - PARKED_KEPT)
