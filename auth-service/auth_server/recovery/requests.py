"""Requests for a link by mail: taken at once, looked at behind the answer, so that it tells nothing."""

import asyncio
import contextlib
from functools import partial

import structlog
from service_kit.database import Database
from sqlalchemy.orm import Session

from auth_server.errors import ResetRequestsBusy
from auth_server.mail.sender import MailSender
from auth_server.recovery.rules import ResetRules
from auth_server.recovery.service import ResetLinks

MOST_WAITING = 1_000
STOP_SECONDS = 3.0
log = structlog.get_logger(__name__)


class ResetRequests:
    """Owns the task that looks at them, one after the other; those that wait are lost if the process is killed."""

    def __init__(self, database: Database, rules: ResetRules, mailer: MailSender) -> None:
        self._database = database
        self._rules = rules
        self._mailer = mailer
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look at what is taken."""
        self._task = asyncio.create_task(self._run(), name="reset-requests")

    def refuse_when_full(self) -> None:
        """Raises ResetRequestsBusy (503) when a thousand requests wait."""
        if self._waiting.qsize() >= MOST_WAITING:
            raise ResetRequestsBusy()

    async def take(self, login: str) -> None:
        """Notes the request; to be called when the answer is sent."""
        self._waiting.put_nowait(login)

    async def drained(self) -> None:
        """Returns when all that was taken is done."""
        await self._waiting.join()

    async def stop(self) -> None:
        """Finishes what was taken, for at most three seconds."""
        task, self._task = self._task, None
        if task is None:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.drained(), STOP_SECONDS)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _run(self) -> None:
        while True:
            login = await self._waiting.get()
            try:
                await self._database.write(partial(self._mail, login=login))
                self._mailer.notify()
            except Exception as error:  # the next request may fare better
                log.error("reset_request_failed", exc_info=error)
            finally:
                self._waiting.task_done()

    def _mail(self, session: Session, *, login: str) -> None:
        ResetLinks(session, self._rules).mail(login)
