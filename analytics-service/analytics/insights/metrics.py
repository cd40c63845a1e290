"""Figures as people read them, made of whole numbers that were added up; and the metrics that a series may show."""

from collections.abc import Mapping

from analytics.cuts import Measure
from analytics.insights.schemas import Durations, Figures, Quantiles
from analytics.rollups.sketches import Sketch, seconds_at
from analytics.times import MICROSECONDS_PER_SECOND

NANO = 1_000_000_000
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
DURATION_METRICS = {
    f"{measure.name.lower()}_{name}": (measure, share) for measure in Measure for name, share in QUANTILES.items()
}
# The sums that a figure is made of, where it is not of the one with its own name.
_MADE_OF = {
    "messages": ("questions", "answers"),
    "failed_answers": ("answers_failed",),
    "failed_share": ("answers_failed", "answers"),
    "cost_usd": ("cost_nano_usd",),
    "avg_answer_seconds": ("answer_us", "timed_answers"),
    "avg_first_token_seconds": ("first_token_us", "timed_first_tokens"),
    "error_rate": ("requests_5xx", "requests"),
    "avg_response_seconds": ("request_us", "requests"),
    "conversations": ("conversations_created",),
}
FIGURE_METRICS = tuple(Figures.model_fields)
ADDED_METRICS = tuple(name for name, field in Figures.model_fields.items() if field.annotation in (int, float))
ACTIVE_PEOPLE = "active_people"
METRICS = (*FIGURE_METRICS, *DURATION_METRICS, ACTIVE_PEOPLE)


def figures_of(sums: Mapping[str, int]) -> Figures:
    """The figures of these sums, which are named as in FIGURES; one that is missing is nought."""

    def of(name: str) -> int:
        return sums.get(name, 0)

    return Figures(
        messages=of("questions") + of("answers"),
        questions=of("questions"),
        answers=of("answers"),
        failed_answers=of("answers_failed"),
        failed_share=_divided(of("answers_failed"), of("answers")),
        prompt_tokens=of("prompt_tokens"),
        completion_tokens=of("completion_tokens"),
        total_tokens=of("total_tokens"),
        cost_usd=of("cost_nano_usd") / NANO,
        priced_answers=of("priced_answers"),
        avg_answer_seconds=_seconds(of("answer_us"), of("timed_answers")),
        avg_first_token_seconds=_seconds(of("first_token_us"), of("timed_first_tokens")),
        requests=of("requests"),
        requests_4xx=of("requests_4xx"),
        requests_5xx=of("requests_5xx"),
        error_rate=_divided(of("requests_5xx"), of("requests")),
        avg_response_seconds=_seconds(of("request_us"), of("requests")),
        registrations=of("registrations"),
        sign_ins=of("sign_ins"),
        conversations=of("conversations_created"),
        conversations_deleted=of("conversations_deleted"),
        thumbs_up=of("thumbs_up"),
        thumbs_down=of("thumbs_down"),
    )


def sums_for(metric: str) -> tuple[str, ...]:
    """The sums, by the names of FIGURES, that one of FIGURE_METRICS is made of."""
    return _MADE_OF.get(metric, (metric,))


def metric_of(sums: Mapping[str, int], metric: str) -> float | None:
    """One of FIGURE_METRICS."""
    value = getattr(figures_of(sums), metric)
    return None if value is None else float(value)


def durations_of(found: Mapping[tuple[str, Measure], Sketch], subject: str) -> Durations:
    """The quantiles of a subject."""
    by_measure = {measure.name.lower(): _quantiles(found.get((subject, measure), Sketch())) for measure in Measure}
    return Durations(**by_measure)


def _quantiles(sketch: Sketch) -> Quantiles:
    return Quantiles(**{name: seconds_at(sketch, share) for name, share in QUANTILES.items()})


def _divided(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _seconds(microseconds: int, count: int) -> float | None:
    return microseconds / MICROSECONDS_PER_SECOND / count if count else None
