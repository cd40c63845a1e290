"""Shows that answers are still being written, and charges those whose writers are gone."""

from collections.abc import Callable, Sequence

import structlog
from service_kit.database import Database
from service_kit.rounds import Rounds

from chat_server.budgets.service import BudgetService

KEEP_SECONDS = 10.0  # a reservation is held for three times as long: nothing is stuck for a minute
log = structlog.get_logger(__name__)


class ReservationKeeper(Rounds):
    """One task, for the answers whose ids `being_written` tells: those of this process."""

    def __init__(self, database: Database, being_written: Callable[[], Sequence[str]]) -> None:
        super().__init__("reservation-keeper", KEEP_SECONDS, failure="reservations_not_kept")
        self._database = database
        self._being_written = being_written

    async def _round(self) -> None:
        await self.keep()

    async def keep(self) -> None:
        """Holds what is being written here; then charges what nobody holds any more."""
        answer_ids = self._being_written()
        if answer_ids:
            await self._database.write(lambda session: BudgetService(session).hold(answer_ids))
        if await self._database.read(lambda session: BudgetService(session).has_left_behind()):
            count = await self._database.write(lambda session: BudgetService(session).charge_left_behind())
            log.warning("reservations_left_behind", answers=count)
