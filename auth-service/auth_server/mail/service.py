"""The queue of mails, within the caller's transaction: what is added is sent if, and only if, that commits."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from pydantic import JsonValue
from service_kit.clock import new_id
from sqlalchemy.orm import Session

from auth_server.db.mail import QueuedMail
from auth_server.mail.repository import MailRepository
from auth_server.mail.schemas import CONTEXTS, MailTemplate

GOOD_FOR = timedelta(days=2)  # an older notice would worry more than it tells
MAIL_CLOCK = "mail_clock"  # in the `info` of every session: what time it is, where a mail server is configured


class MailQueue:
    """Where there is no mail server nothing is queued: `add` then does nothing, and no row is left."""

    def __init__(self, session: Session) -> None:
        self._clock: Callable[[], datetime] | None = session.info.get(MAIL_CLOCK)
        self._mails = MailRepository(session)

    @property
    def is_on(self) -> bool:
        """Whether mails are sent at all."""
        return self._clock is not None

    def add(
        self, template: MailTemplate, *, to: str, context: Mapping[str, JsonValue], good_for: timedelta = GOOD_FOR
    ) -> None:
        """Queues a mail, which is given up when it could not be sent within `good_for`.

        Raises: ValueError when the context is not what the template needs (`mail/schemas.py`).
        """
        names = CONTEXTS[template]
        if not names.required <= context.keys() <= names.required | names.optional:
            raise ValueError(f"the context of {template} needs {sorted(names.required)}, got {sorted(context)}")
        if self._clock is None:
            return
        now = self._clock()
        self._mails.add(
            QueuedMail(
                id=new_id(),
                template=template,
                recipient=to,
                context=dict(context),
                created_at=now,
                good_until=now + good_for,
                next_attempt_at=now,
                attempts=0,
                refusals=0,
            )
        )

    def forget(self, address: str) -> None:
        """Drops whatever waits or is parked for the address: its user is deleted."""
        self._mails.forget_recipient(address)
