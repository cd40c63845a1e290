"""Takes the words of deleted texts out of FTS5's files, where they stay until its segments are merged."""

import asyncio
import contextlib

import structlog
from service_kit.database import Database

from chat_server.search.repository import SearchRepository

TIDY_SECONDS = 60.0
PAGES_AT_ONCE = 200  # a few hundredths of a second, in which no other writer waits for longer
log = structlog.get_logger(__name__)


class SearchTidier:
    """One task: each minute it merges the index if something was deleted. On PostgreSQL there is nothing to do."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._task: asyncio.Task[None] | None = None
        self._alone = asyncio.Lock()

    def start(self) -> None:
        """Begins."""
        self._task = asyncio.create_task(self._run(), name="search-tidier")

    async def stop(self) -> None:
        """Ends; what is not merged then is merged after the next start."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            try:
                await self.tidy()
            except Exception as error:  # the next round tries again
                log.error("search_not_tidied", exc_info=error)

    async def tidy(self) -> None:
        """Merges the index, in small transactions, until no word of a text is left that was deleted before."""
        async with self._alone:
            deletions = await self._database.read(lambda session: SearchRepository(session).leftovers())
            if deletions == 0:
                return
            pages = -PAGES_AT_ONCE
            while await self._merge(pages):
                pages = PAGES_AT_ONCE
            await self._database.write(lambda session: SearchRepository(session).forget_leftovers(deletions))

    async def _merge(self, pages: int) -> bool:
        return await self._database.write(lambda session: SearchRepository(session).merge(pages))
