"""Reports every answered request to analytics: one append to a bounded buffer, after the answer."""

from service_kit.request_context import AnsweredRequest
from service_kit.request_events import RequestEventBuffer


class AnalyticsMiddleware:
    """The `on_answered` hook of the application, which is made before the buffer that it fills."""

    def __init__(self) -> None:
        self._buffer: RequestEventBuffer | None = None

    def report_to(self, buffer: RequestEventBuffer) -> None:
        """Sets where requests are noted from now on."""
        self._buffer = buffer

    def __call__(self, request: AnsweredRequest) -> None:
        if self._buffer is not None:
            self._buffer.add(request)
