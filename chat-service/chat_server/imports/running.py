"""An import that somebody follows while it goes on; it does not wait for them."""

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO

from service_kit.errors import ServiceError

from chat_server.imports.schemas import ImportFailure, ImportProgress, ImportReport
from chat_server.imports.service import PersonImport

Step = ImportProgress | ImportReport | ImportFailure


class RunningImport:
    """One import, and how far it is."""

    def __init__(self, imports: PersonImport, user_id: str, file: BinaryIO, key: str | None) -> None:
        self._news = asyncio.Event()
        self._progress: ImportProgress | None = None
        self._task = asyncio.create_task(imports.run(user_id, file, self._tell, key=key))
        self._task.add_done_callback(lambda _: self._news.set())

    def cancel(self) -> None:
        """Ends it where it is."""
        self._task.cancel()

    async def begun(self) -> None:
        """Returns once the file is read. Raises what was wrong with it."""
        try:
            await self._news.wait()
        except asyncio.CancelledError:
            self._task.cancel()
            raise
        if self._task.done():
            self._task.result()

    async def steps(self) -> AsyncIterator[Step]:
        """The newest progress whenever there is any, then the report, or why it broke off."""
        while not self._task.done():
            await self._news.wait()
            self._news.clear()
            progress, self._progress = self._progress, None
            if progress is not None and not self._task.done():
                yield progress
        try:
            yield self._task.result()
        except ServiceError as error:
            yield ImportFailure(code=error.code, detail=error.detail)

    def _tell(self, progress: ImportProgress) -> None:
        self._progress = progress
        self._news.set()
