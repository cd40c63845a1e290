"""What a PromQL expression asks for: its selectors, where they stand, and the labels that its result has."""

from collections.abc import Iterator
from dataclasses import dataclass

import promql_parser as promql

RATES = frozenset({"rate", "irate", "increase", "resets", "changes"})
OF_THE_SCRAPE = frozenset({"job", "instance"})  # labels that Prometheus adds
GRAFANA_VARIABLES = {"$__rate_interval": "5m", "$job": ".+"}


@dataclass(frozen=True, slots=True)
class Selector:
    """One series selector. `functions` are the calls around it, the innermost first; `labels` what it asks for."""

    metric: str
    labels: frozenset[str]
    functions: tuple[str, ...]

    @property
    def is_rate(self) -> bool:
        """Whether it is looked at as a rate."""
        return bool(RATES.intersection(self.functions))


def parse(text: str) -> promql.Expr:
    """The expression, with a dashboard's variables filled in. Raises ValueError."""
    for name, value in GRAFANA_VARIABLES.items():
        text = text.replace(name, value)
    return promql.parse(text)


def selectors(expression: promql.Expr, functions: tuple[str, ...] = ()) -> Iterator[Selector]:
    """All selectors of the expression."""
    match expression:
        case promql.VectorSelector():
            labels = frozenset(matcher.name for matcher in expression.matchers.matchers)
            assert expression.name is not None, "a selector names its metric"
            yield Selector(expression.name, labels, functions)
        case promql.MatrixSelector():
            yield from selectors(expression.vector_selector, functions)
        case promql.Call():
            for argument in expression.args:
                yield from selectors(argument, (expression.func.name, *functions))
        case promql.AggregateExpr() | promql.ParenExpr() | promql.SubqueryExpr() | promql.UnaryExpr():
            yield from selectors(expression.expr, functions)
        case promql.BinaryExpr():
            yield from selectors(expression.lhs, functions)
            yield from selectors(expression.rhs, functions)


def grouped_by(expression: promql.Expr) -> Iterator[tuple[frozenset[str], tuple[str, ...]]]:
    """The labels of every `by (…)`, with the metrics below it."""
    match expression:
        case promql.AggregateExpr():
            if expression.modifier is not None:
                assert expression.modifier.type == promql.AggModifierType.By, "aggregations name the labels that stay"
                metrics = tuple(selector.metric for selector in selectors(expression.expr))
                yield frozenset(expression.modifier.labels), metrics
            yield from grouped_by(expression.expr)
        case promql.Call():
            for argument in expression.args:
                yield from grouped_by(argument)
        case promql.ParenExpr() | promql.SubqueryExpr() | promql.UnaryExpr():
            yield from grouped_by(expression.expr)
        case promql.BinaryExpr():
            yield from grouped_by(expression.lhs)
            yield from grouped_by(expression.rhs)


def result_labels(expression: promql.Expr, labels_of: dict[str, frozenset[str]]) -> frozenset[str]:
    """The labels that a series of the result has; `labels_of` are those of each metric."""
    match expression:
        case promql.VectorSelector():
            return labels_of.get(expression.name or "", frozenset()) | OF_THE_SCRAPE
        case promql.MatrixSelector():
            return result_labels(expression.vector_selector, labels_of)
        case promql.AggregateExpr() if str(expression.op) in ("topk", "bottomk"):
            return result_labels(expression.expr, labels_of)
        case promql.AggregateExpr():
            return frozenset(expression.modifier.labels) if expression.modifier is not None else frozenset()
        case promql.Call():
            gone = {"le"} if expression.func.name == "histogram_quantile" else set()
            return frozenset().union(*(result_labels(one, labels_of) for one in expression.args)) - gone
        case promql.BinaryExpr():
            return result_labels(expression.lhs, labels_of) or result_labels(expression.rhs, labels_of)
        case promql.ParenExpr() | promql.SubqueryExpr() | promql.UnaryExpr():
            return result_labels(expression.expr, labels_of)
    return frozenset()
