"""A real SMTP server for tests: keeps what it takes, and refuses or goes away as it is told to."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from support.processes import free_port
from support.waiting import eventually

HOST = "127.0.0.1"
SENDER = "no-reply@convoai.test"


class MailServer:
    """Listens between `restore` and `sever`, on one event loop, always on the same port.

    `answers`: what a recipient is answered instead of being taken, until it is removed. `hangs_up`: the connection
    ends once a mail's content came, with nothing taken. `username`: whoever sends must sign in with it.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, is_tls_from_the_start: bool = False) -> None:
        self.port = free_port()
        self.received: list[EmailMessage] = []
        self._received_by: dict[str, list[EmailMessage]] = {}
        self.attempts = 0
        self.answers: dict[str, str] = {}
        self.hangs_up = False
        self.username = ""
        self.password = ""
        self._tls = tls
        self._is_tls_from_the_start = is_tls_from_the_start
        self._server: asyncio.Server | None = None
        self._transports: set[asyncio.BaseTransport] = set()

    @property
    def settings(self) -> dict[str, str]:
        """What auth-service must be told to send here."""
        return {"SMTP_HOST": HOST, "SMTP_PORT": str(self.port), "SMTP_SECURITY": "none", "SMTP_FROM": SENDER}

    async def restore(self) -> None:
        """Listen, again or for the first time."""
        loop = asyncio.get_running_loop()
        tls = self._tls if self._is_tls_from_the_start else None
        self._server = await loop.create_server(self._session, HOST, self.port, ssl=tls)

    def sever(self) -> None:
        """Break every connection and refuse new ones until `restore`."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for transport in self._transports:
            if isinstance(transport, asyncio.Transport):
                transport.abort()
        self._transports.clear()

    def mails_to(self, address: str) -> list[EmailMessage]:
        """What came for the address, the oldest first."""
        return self._received_by.get(address, [])

    async def mail_to(self, address: str, *, subject: str = "", number: int = 1) -> EmailMessage:
        """The mail of that number to the address, of those with the text in their subject, once it is here."""

        async def look() -> EmailMessage | None:
            found = [mail for mail in self.mails_to(address) if subject in mail["Subject"]]
            return found[number - 1] if len(found) >= number else None

        return await eventually(look)

    def _session(self) -> SMTP:
        # Named, because the name of this machine may take the resolver seconds.
        return SMTP(
            self,
            hostname="mail.convoai.test",
            enable_SMTPUTF8=True,
            tls_context=None if self._is_tls_from_the_start else self._tls,
            require_starttls=self._tls is not None and not self._is_tls_from_the_start,
            auth_required=bool(self.username),
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, credentials: object
    ) -> AuthResult:
        expected = LoginPassword(self.username.encode(), self.password.encode())
        return AuthResult(success=credentials == expected, handled=False)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd finds what to call by its name
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if server.transport is not None:
            self._transports.add(server.transport)
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.attempts += 1
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.hangs_up and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
            return "451 Gone"
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        self.received.append(mail)
        for address in envelope.rcpt_tos:
            self._received_by.setdefault(address, []).append(mail)
        return "250 Taken"


@asynccontextmanager
async def running_mail_server(
    *, tls: ssl.SSLContext | None = None, is_tls_from_the_start: bool = False
) -> AsyncIterator[MailServer]:
    """A mail server for as long as the block lasts."""
    server = MailServer(tls=tls, is_tls_from_the_start=is_tls_from_the_start)
    await server.restore()
    try:
        yield server
    finally:
        server.sever()


def text_of(mail: EmailMessage) -> str:
    """The mail as a program without HTML shows it."""
    return _part(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    """The mail as most programs show it."""
    return _part(mail, "html")


def link_of(mail: EmailMessage) -> str:
    """The one link with a token; the same in text and HTML."""
    links: set[str] = set(re.findall(r"https?://\S+#token=[\w-]+", text_of(mail) + html_of(mail)))
    (link,) = links
    return link


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    content: str = body.get_content()
    return content.replace("\r\n", "\n")
