"""Figures that no event tells: what senders report of themselves, over all processes that still speak."""

from collections.abc import Iterator, Sequence

from service_kit.delivery_reports import SenderFigure

from analytics.cuts import Cut

OPEN_CIRCUITS = "open_circuits"
BUDGET_DAY, BUDGET_MONTH = "budget_used_day_percent", "budget_used_month_percent"
REPORTED = {
    OPEN_CIRCUITS: frozenset({Cut.ALL, Cut.PROVIDER}),
    BUDGET_DAY: frozenset({Cut.ALL}),
    BUDGET_MONTH: frozenset({Cut.ALL}),
}


class ReportedReadings:
    """`reports` are those of the processes, the last one first."""

    def __init__(self, reports: Sequence[Sequence[SenderFigure]]) -> None:
        self._reports = reports

    def value(self, figure: str, subject: str) -> float | None:
        """The figure of all, or of the subject; None where nobody reports it."""
        return self._open_circuits(subject) if figure == OPEN_CIRCUITS else self._newest(figure)

    def _open_circuits(self, provider: str) -> float | None:
        """Each process finds out for itself whom it leaves alone: one that does is enough."""
        worst: dict[str, float] = {}
        for told in self._told(OPEN_CIRCUITS):
            if provider in ("", told.subject):
                worst[told.subject] = max(told.value, worst.get(told.subject, 0.0))
        return sum(worst.values()) if worst else None

    def _newest(self, figure: str) -> float | None:
        """All processes read it in one database: who spoke last knows it best."""
        return next((told.value for told in self._told(figure)), None)

    def _told(self, figure: str) -> Iterator[SenderFigure]:
        return (told for report in self._reports for told in report if told.name == figure)
