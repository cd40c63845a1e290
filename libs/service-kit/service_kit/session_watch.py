"""Ends sockets and streams whose session or API key has ended: one task per process looks after all of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog

from service_kit.credentials import Credential, Subject
from service_kit.errors import RoleRequired, ServiceError
from service_kit.sessions import SessionCheck

LOOK_SECONDS = 1.0  # a session is asked about every five seconds, as its memory ends; this finds out that it has
QUESTIONS_AT_ONCE = 100  # which go to auth-service in one request
log = structlog.get_logger(__name__)


class OpenUse:
    """One open socket or stream. `limit` is where it can be ended."""

    def __init__(self, credential: Credential, roles: Collection[str] = ()) -> None:
        self.credential = credential
        self.roles = roles
        self._error: ServiceError | None = None
        self._limit: asyncio.Timeout | None = None

    def end(self, error: ServiceError) -> None:
        """Ends it, now or when it comes to its next `limit`; the first error counts."""
        if self._error is None:
            self._error = error
            if self._limit is not None:
                self._limit.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def limit(self) -> AsyncIterator[None]:
        """Breaks off what waits in the block when the session ends. Raises the error that `end` was given."""
        if self._error is not None:
            raise self._error
        try:
            async with asyncio.timeout(None) as self._limit:
                yield
        except TimeoutError as error:
            if self._error is None:
                raise
            raise self._error from error
        finally:
            self._limit = None


class SessionWatch:
    """Owns the open uses of this process."""

    def __init__(self, checker: SessionCheck) -> None:
        self._checker = checker
        self._uses: dict[Subject, set[OpenUse]] = {}
        self._room = asyncio.Semaphore(QUESTIONS_AT_ONCE)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look."""
        self._task = asyncio.create_task(self._run(), name="session-watch")

    async def stop(self) -> None:
        """Ends it; open uses stay open."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    @contextmanager
    def open(self, credential: Credential, roles: Collection[str] = ()) -> Iterator[OpenUse]:
        """A use of this session or key for as long as the block lasts. The caller has checked it already.

        With `roles` it ends with RoleRequired when the person has none of them any more.
        """
        subject = credential.subject
        use = OpenUse(credential, roles)
        self._uses.setdefault(subject, set()).add(use)
        try:
            yield use
        finally:
            self._uses[subject].discard(use)
            if not self._uses[subject]:
                del self._uses[subject]

    async def look(self) -> None:
        """Checks each session and key once, however many uses it has, and ends the uses of those that do not hold."""
        due = []
        for uses in self._uses.values():
            newest = max((use.credential for use in uses), key=lambda credential: credential.expires_at)
            # Requests beside the socket may keep the answer fresh: what it says of roles is looked at all the same.
            if self._checker.is_due(newest) or any(use.roles for use in uses):
                due.append(self._ask_about(newest, uses))
            elif self._checker.has_ended(newest):
                _end_all(uses, newest.refusal())
        await asyncio.gather(*due)

    async def _ask_about(self, newest: Credential, uses: set[OpenUse]) -> None:
        try:
            async with self._room:
                principal = await self._checker.check(newest)
        except ServiceError as error:
            _end_all(uses, error)
            return
        if without := [use for use in uses if use.roles and not principal.has_role(*use.roles)]:
            _end_all(without, RoleRequired())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except Exception as error:  # the watch outlives whatever goes wrong with one look
                log.error("session_watch_failed", exc_info=error)


def _end_all(uses: Collection[OpenUse], error: ServiceError) -> None:
    log.info("session_uses_ended", code=error.code, uses=len(uses))
    for use in uses:
        use.end(error)
