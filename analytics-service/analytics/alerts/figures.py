"""The figures that a rule may be about: those of the analytics page, and some that only alerts know."""

from analytics.alerts.reported import REPORTED
from analytics.cuts import MINUTE_CUTS, Cut
from analytics.insights.metrics import DURATION_METRICS, FIGURE_METRICS

SPEND_TODAY, SPEND_MONTH = "spend_today_usd", "spend_month_usd"
SINCE_EVENT = "minutes_since_event"
WINDOWED = (*FIGURE_METRICS, *DURATION_METRICS)  # of the last minutes, as many as the rule says
ALERT_FIGURES = (*WINDOWED, SPEND_TODAY, SPEND_MONTH, SINCE_EVENT, *REPORTED)
SUBJECT_CUTS = {cut.name.lower(): cut for cut in sorted(MINUTE_CUTS)}
CUT_NAMES = {cut: name for name, cut in SUBJECT_CUTS.items()}


def is_known(figure: str) -> bool:
    """Whether a rule may be about it."""
    return figure in ALERT_FIGURES


def cuts_of(figure: str) -> list[str]:
    """By what a rule may be cut that is about this figure."""
    return [name for name, cut in SUBJECT_CUTS.items() if cut in REPORTED.get(figure, MINUTE_CUTS)]


def needs_subject(cut: Cut) -> bool:
    """Whether a rule by this cut has to say of whom or what."""
    return cut is not Cut.ALL
