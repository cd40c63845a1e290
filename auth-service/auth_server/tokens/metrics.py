"""What `/metrics` tells of sign-ins: how many, by which way, and how they ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from prometheus_client import CollectorRegistry, Counter
from service_kit.errors import ServiceError

Way = Literal["password", "second_factor", "passkey", "refresh"]


class SignInMetrics:
    """`outcome` is `succeeded` or the code of the error that was answered; there are a dozen."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._sign_ins = Counter(
            "sign_ins", "Tries to get tokens, by what became of them.", ["way", "outcome"], registry=registry
        )

    @contextmanager
    def attempt(self, way: Way) -> Iterator[None]:
        """Counts what is tried in the block."""
        outcome = "internal_error"
        try:
            yield
            outcome = "succeeded"
        except ServiceError as error:
            outcome = error.code
            raise
        finally:
            self._sign_ins.labels(way, outcome).inc()
