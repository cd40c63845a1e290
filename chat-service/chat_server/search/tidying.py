"""Takes the words of deleted texts out of FTS5's files, where they stay until its segments are merged."""

import asyncio

from service_kit.database import Database
from service_kit.rounds import Rounds

from chat_server.search.repository import SearchRepository

TIDY_SECONDS = 60.0
PAGES_AT_ONCE = 200  # a few hundredths of a second, in which no other writer waits for longer


class SearchTidier(Rounds):
    """One task: each minute it merges the index if something was deleted. On PostgreSQL there is nothing to do.

    What is not merged when it ends is merged after the next start.
    """

    def __init__(self, database: Database) -> None:
        super().__init__("search-tidier", TIDY_SECONDS, failure="search_not_tidied", begins_with_pause=True)
        self._database = database
        self._alone = asyncio.Lock()

    async def _round(self) -> None:
        await self.tidy()

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
