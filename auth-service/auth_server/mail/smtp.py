"""The mail server: the only importer of aiosmtplib."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from auth_server.mail.schemas import MailPostponed, MailRefused, MailServerUnavailable, SmtpSecurity

ANSWER_SECONDS = 30.0  # for each step; RFC 5321, section 4.5.3.2 would allow minutes
SENDING_SECONDS = 90.0
FIRST_PERMANENT_CODE = 500
_ADDRESS = re.compile(r"\S+@\S+")


class SmtpConnection:
    """One conversation with the mail server, for as many mails as it takes."""

    def __init__(self, client: SMTP) -> None:
        self._client = client

    @property
    def is_open(self) -> bool:
        """Whether the mail server still listens."""
        return self._client.is_connected

    async def send(self, message: EmailMessage, *, sender: str, recipient: str) -> None:
        """Hands the mail over; the server has taken it when this returns.

        Raises: MailRefused, MailPostponed; MailServerUnavailable when it takes nothing from our address.
        """
        try:
            async with asyncio.timeout(SENDING_SECONDS):
                await self._client.send_message(message, sender=sender, recipients=[recipient])
        except SMTPSenderRefused as error:  # SMTP_FROM or a quota: no other mail would fare better
            raise MailServerUnavailable(_reason(error)) from error
        except SMTPRecipientsRefused as error:
            raise _refusal(error.recipients[0]) from error
        except SMTPResponseException as error:
            raise _refusal(error) from error
        except (SMTPNotSupported, ValueError) as error:  # an address that this server cannot write to
            raise MailRefused(_reason(error)) from error
        except (SMTPException, OSError) as error:
            self._client.close()
            raise MailPostponed(_reason(error)) from error


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed over. Certificates are verified against the system's."""

    host: str
    port: int
    security: SmtpSecurity
    username: str = ""
    password: str = field(default="", repr=False)

    @contextlib.asynccontextmanager
    async def connect(self) -> AsyncIterator[SmtpConnection]:
        """A conversation for as long as the block lasts. Raises MailServerUnavailable."""
        client = SMTP(
            hostname=self.host,
            port=self.port,
            username=self.username or None,
            password=self.password or None,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            timeout=ANSWER_SECONDS,
        )
        try:
            await client.connect()
        except (SMTPException, OSError, ValueError) as error:
            raise MailServerUnavailable(_reason(error)) from error
        try:
            yield SmtpConnection(client)
            with contextlib.suppress(SMTPException, OSError):
                await client.quit()
        finally:
            client.close()


def _refusal(error: SMTPResponseException) -> MailRefused | MailPostponed:
    kind = MailRefused if error.code >= FIRST_PERMANENT_CODE else MailPostponed
    return kind(_reason(error))


def _reason(error: Exception) -> str:
    """What the mail server said, in one line and without the address, because it goes to the log."""
    text = f"{error.code} {error.message}" if isinstance(error, SMTPResponseException) else str(error)
    return _ADDRESS.sub("<address>", " ".join(text.split())) or type(error).__name__
