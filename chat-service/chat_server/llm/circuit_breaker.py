"""Leaves a provider alone for a while after it has failed several times in a row; pure but for its clock."""

import math
import time
from collections.abc import Callable

FAILURES = 5
PAUSE_SECONDS = 30.0


class CircuitBreaker:
    """Closed: all may ask. Open after `failures` in a row: nobody. After the pause one may try, and decides.

    Source: M. Nygard, Release It!, «Circuit Breaker».
    """

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        pause_seconds: float = PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_failures = failures
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._failures = 0
        self._open_until: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether the provider is being left alone at this moment."""
        return self._open_until is not None and self._clock() < self._open_until

    @property
    def wait_seconds(self) -> int:
        """Whole seconds until the next try, at least 1 while it is open, else 0."""
        if self._open_until is None or not self.is_open:
            return 0
        return max(1, math.ceil(self._open_until - self._clock()))

    def may_ask(self) -> bool:
        """Whether to ask now. The first after a pause is the try: until it is decided, the others wait a pause more."""
        if self.is_open:
            return False
        if self._open_until is not None:
            self._open_until = self._clock() + self._pause_seconds
        return True

    def note_success(self) -> None:
        """The provider has answered."""
        self._failures = 0
        self._open_until = None

    def note_failure(self) -> None:
        """The provider has failed. During a try that is enough to leave it alone again."""
        self._failures += 1
        if self._failures >= self._most_failures:
            self._open_until = self._clock() + self._pause_seconds
