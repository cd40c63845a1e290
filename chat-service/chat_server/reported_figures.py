"""What chat-service alone knows and alerts ask for: providers that are left alone, and how much of budgets is used."""

from collections.abc import Mapping

from service_kit.database import Database
from service_kit.delivery_reports import SenderFigure

from chat_server.budgets.service import BudgetService
from chat_server.llm.circuit_breaker import CircuitBreaker

OPEN_CIRCUITS = "open_circuits"
BUDGET_USED = {"day": "budget_used_day_percent", "month": "budget_used_month_percent"}


class ReportedFigures:
    """Of providers it tells their names as configured and nothing else, of budgets the platform's alone."""

    def __init__(self, database: Database, circuits: Mapping[str, CircuitBreaker]) -> None:
        self._database = database
        self._circuits = circuits

    async def read(self) -> list[SenderFigure]:
        """For each provider 1 while this process leaves it alone, else 0; and shares of the budgets that there are."""
        used = await self._database.read(lambda session: BudgetService(session).used_of_platform())
        return [
            *(
                SenderFigure(name=OPEN_CIRCUITS, subject=name, value=float(circuit.is_open))
                for name, circuit in self._circuits.items()
            ),
            *(SenderFigure(name=BUDGET_USED[period], value=100 * share) for period, share in used.items()),
        ]
