"""A stand-in for analytics-service that keeps what it is sent."""

import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


class FakeAnalytics:
    """Takes `POST /events`; answers 503 while `is_down`. `tokens` are the bearer tokens it has seen."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.tokens: set[str] = set()
        self.is_down = False
        self.app = Starlette(routes=[Route("/events", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> JSONResponse:
        if self.is_down:
            return JSONResponse({}, 503)
        events = json.loads(await request.body())["events"]
        self.tokens.add(request.headers["Authorization"].removeprefix("Bearer "))
        self.events += events
        return JSONResponse({"accepted": len(events), "duplicates": 0}, 202)

    def of_type(self, event_type: str) -> list[dict[str, Any]]:
        """The events of one type, in the order of their arrival."""
        return [event for event in self.events if event["event_type"] == event_type]
