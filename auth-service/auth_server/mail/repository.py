"""The queries on queued mails."""

from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from auth_server.db.mail import QueuedMail
from auth_server.mail.schemas import QueueState


class MailRepository:
    """All SQL on `queued_mails`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, mail: QueuedMail) -> None:
        """Inserts the mail."""
        self._session.add(mail)

    def has_due(self, now: datetime) -> bool:
        """Whether a mail may be sent at this moment."""
        return self._session.scalar(self._due(now).with_only_columns(QueuedMail.id)) is not None

    def due(self, now: datetime) -> QueuedMail | None:
        """The mail that has been due longest, locked; one that another sender holds is passed over."""
        return self._session.scalar(self._due(now).with_for_update(skip_locked=True))

    def _due(self, now: datetime) -> Select[QueuedMail]:
        query = select(QueuedMail).where(QueuedMail.parked_at.is_(None), QueuedMail.next_attempt_at <= now)
        return query.order_by(QueuedMail.next_attempt_at, QueuedMail.id).limit(1)

    def by_id(self, mail_id: str) -> QueuedMail | None:
        """The mail of that id."""
        return self._session.get(QueuedMail, mail_id)

    def remove(self, mail_id: str) -> None:
        """Deletes the mail."""
        self._session.execute(delete(QueuedMail).where(QueuedMail.id == mail_id))

    def forget_recipient(self, address: str) -> None:
        """Deletes every mail to the address."""
        self._session.execute(delete(QueuedMail).where(QueuedMail.recipient == address))

    def forget_parked(self, *, before: datetime) -> None:
        """Deletes the mails that were parked before that time."""
        self._session.execute(delete(QueuedMail).where(QueuedMail.parked_at < before))

    def state(self) -> QueueState:
        """How many mails wait and are parked."""
        total, parked = self._session.execute(select(func.count(), func.count(QueuedMail.parked_at))).one()
        return QueueState(waiting=total - parked, parked=parked)
