"""Carries orders of erasure to one other service until it has confirmed each; that may take as long as it is away."""

import asyncio
import contextlib

import structlog
from service_kit.database import Database
from service_kit.erasures import ErasureOrder
from service_kit.waiting import pause_after, wait_at_most

from auth_server.audit.chain import ChainSigner
from auth_server.audit.schemas import ERASURE
from auth_server.audit.service import Auditor
from auth_server.erasures.neighbours import Neighbour, NeighbourFailed
from auth_server.erasures.service import Erasures

BATCH_SIZE = 50
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 10.0  # so a receipt is complete soon after the service returns
IDLE_SECONDS = 30.0  # another instance may have taken an order and died
log = structlog.get_logger(__name__)


class ErasureRelay:
    """One task. Orders are sent at least once, and the service answers a repeated one as it did the first time."""

    def __init__(self, database: Database, neighbour: Neighbour, signer: ChainSigner) -> None:
        self._database = database
        self._neighbour = neighbour
        self._auditor = Auditor(signer, ERASURE)
        self._wake = asyncio.Event()
        self._failures = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins, with what waits from earlier."""
        self._task = asyncio.create_task(self._run(), name=f"erasures-{self._neighbour.name}")

    def notify(self) -> None:
        """Says that there is a new order."""
        self._wake.set()

    async def stop(self) -> None:
        """Ends; what is under way is asked for again after the next start."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._neighbour.close()

    async def _run(self) -> None:
        while True:
            try:
                await self.deliver_once()
            except Exception as error:  # the relay outlives any failure of its own database
                log.error("erasures_not_delivered", service=self._neighbour.name, exc_info=error)
                self._failures += 1
            await self._pause()

    async def deliver_once(self) -> None:
        """Sends all that waits, the oldest first; stops at the first that fails because the service is away."""
        has_failed, after_id = False, ""
        while orders := await self._waiting(after_id):
            for order in orders:
                after_id = order.erasure_id
                try:
                    await self._deliver(order)
                except NeighbourFailed as failure:
                    has_failed = True
                    await self._note(order, failure)
                    if failure.is_away:
                        self._failures += 1
                        return
        self._failures = self._failures + 1 if has_failed else 0

    async def _waiting(self, after_id: str) -> list[ErasureOrder]:
        name = self._neighbour.name
        return await self._database.read(
            lambda session: Erasures(session).waiting(name, after_id=after_id, limit=BATCH_SIZE)
        )

    async def _deliver(self, order: ErasureOrder) -> None:
        report = await self._neighbour.erase(order)
        name = self._neighbour.name
        await self._database.write(
            lambda session: Erasures(session).confirm(order.erasure_id, name, report.erased, self._auditor)
        )
        log.info("erasure_confirmed", erasure_id=order.erasure_id, service=name)

    async def _note(self, order: ErasureOrder, failure: NeighbourFailed) -> None:
        name = self._neighbour.name
        log.warning("erasure_not_confirmed", erasure_id=order.erasure_id, service=name, reason=str(failure))
        await self._database.write(lambda session: Erasures(session).note_problem(order.erasure_id, name, str(failure)))

    async def _pause(self) -> None:
        """Waits for a new order, or after failures for a growing time with jitter, whatever comes."""
        if self._failures:
            pause_seconds = pause_after(
                self._failures, first_seconds=FIRST_PAUSE_SECONDS, longest_seconds=LONGEST_PAUSE_SECONDS
            )
            await asyncio.sleep(pause_seconds)
            return
        await wait_at_most(self._wake, IDLE_SECONDS)
        self._wake.clear()
