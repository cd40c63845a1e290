"""The task that hands queued mails to the mail server. No request ever waits for it."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge
from service_kit.database import Database, T
from service_kit.errors import ServiceError
from service_kit.waiting import pause_after, wait_at_most

from auth_server.mail.delivery import MailDelivery
from auth_server.mail.rendering import MailRenderer, envelope_address
from auth_server.mail.schemas import MailPostponed, MailRefused, MailServerUnavailable, QueueState, WaitingMail
from auth_server.mail.smtp import SmtpConnection, SmtpServer

POLL_SECONDS = 1.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0  # so mails are on their way soon after the mail server returns
STOP_SECONDS = 3.0
log = structlog.get_logger(__name__)


class MailFigures:
    """What `/metrics` tells of mails."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.mails = Counter("mails", "Attempts by what became of them", ["template", "outcome"], registry=registry)
        self.server_failures = Counter("mail_server_failures", "Times the mail server was away", registry=registry)
        self.waiting = Gauge("mails_waiting", "Mails on their way", registry=registry)
        self.parked = Gauge("mails_parked", "Mails given up, with the reason in the database", registry=registry)

    def show(self, state: QueueState) -> None:
        """Sets the two gauges."""
        self.waiting.set(state.waiting)
        self.parked.set(state.parked)


class MailSender:
    """Owns the sending task; without a mail server there is none, and nothing is queued either.

    A mail that the server has taken is removed only afterwards, so a crash in between sends it twice.
    """

    def __init__(
        self,
        database: Database,
        server: SmtpServer | None,
        renderer: MailRenderer,
        figures: MailFigures,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._server = server
        self._renderer = renderer
        self._figures = figures
        self._now = now
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._failures = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def is_on(self) -> bool:
        """Whether there is a mail server."""
        return self._server is not None

    def start(self) -> None:
        """Begins to send in the background."""
        if self._server is not None:
            self._task = asyncio.create_task(self._run(self._server), name="mail-sender")

    def notify(self) -> None:
        """Says that a mail waits, so that it goes out now rather than within a second."""
        self._wake.set()

    async def stop(self) -> None:
        """Ends after the mail that is being sent, at the latest in three seconds; the queue keeps the rest."""
        self._stopping.set()
        self._wake.set()
        task, self._task = self._task, None
        if task is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(task, STOP_SECONDS)

    async def _run(self, server: SmtpServer) -> None:
        with contextlib.suppress(ServiceError):  # the figures of the last start's queue; the loop below tries again
            await self._show_state()
        while not self._stopping.is_set():
            try:
                await self._deliver_due(server)
            except MailServerUnavailable as error:
                self._failures += 1
                self._figures.server_failures.inc()
                log.warning("mail_server_unavailable", reason=str(error), failures=self._failures)
            except Exception as error:  # the task outlives any failure of its own database
                self._failures += 1
                log.error("mail_sending_failed", exc_info=error)
            await self._pause()

    async def _deliver_due(self, server: SmtpServer) -> None:
        """Sends what is due, over one connection for as long as it holds. Raises MailServerUnavailable."""
        if not await self._database.read(lambda session: MailDelivery(session, self._now()).has_due()):
            self._failures = 0
            return
        mail = await self._write(MailDelivery.claim)
        try:
            while mail is not None:
                async with server.connect() as connection:
                    while mail is not None and connection.is_open:
                        await self._deliver(connection, mail)
                        mail = None if self._stopping.is_set() else await self._write(MailDelivery.claim)
        finally:
            if mail is not None:  # nobody took it, for reasons that are not its own
                await asyncio.shield(self._give_back(mail.id))
            await self._show_state()

    async def _deliver(self, connection: SmtpConnection, mail: WaitingMail) -> None:
        """One attempt, and what follows from it. Raises MailServerUnavailable, with the mail still claimed."""
        try:
            message = self._renderer.render(mail, self._now())
        except Exception as error:  # a fault of ours: no later attempt would fare better
            log.error("mail_not_rendered", mail_id=mail.id, template=mail.template, exc_info=error)
            reason = f"It could not be written: {type(error).__name__}"
            await self._write(lambda delivery: delivery.park(mail.id, reason))
            self._count(mail, "parked", reason)
            return
        try:
            await connection.send(message, sender=self._renderer.sender, recipient=envelope_address(mail.recipient))
        except MailPostponed as error:
            reason = str(error)
            await self._write(lambda delivery: delivery.postpone(mail.id, reason))
            self._count(mail, "postponed", reason)
        except MailRefused as error:
            reason = str(error)
            is_parked = await self._write(lambda delivery: delivery.refuse(mail.id, reason))
            self._count(mail, "parked" if is_parked else "refused", reason)
        else:
            await self._write(lambda delivery: delivery.sent(mail.id))
            self._count(mail, "sent")
        self._failures = 0

    def _count(self, mail: WaitingMail, outcome: str, reason: str | None = None) -> None:
        self._figures.mails.labels(mail.template, outcome).inc()
        write = log.info if outcome == "sent" else log.warning
        write(f"mail_{outcome}", mail_id=mail.id, template=mail.template, reason=reason)

    async def _show_state(self) -> None:
        self._figures.show(await self._database.read(lambda session: MailDelivery(session, self._now()).state()))

    async def _give_back(self, mail_id: str) -> None:
        await self._write(lambda delivery: delivery.give_back(mail_id))

    async def _write(self, work: Callable[[MailDelivery], T]) -> T:
        return await self._database.write(lambda session: work(MailDelivery(session, self._now())))

    async def _pause(self) -> None:
        """Waits for news, or after failures for a growing time with jitter, so that senders do not come in step."""
        if not self._failures:
            await wait_at_most(self._wake, POLL_SECONDS)
            self._wake.clear()
            return
        pause_seconds = pause_after(
            self._failures, first_seconds=FIRST_PAUSE_SECONDS, longest_seconds=LONGEST_PAUSE_SECONDS
        )
        await wait_at_most(self._stopping, pause_seconds)
