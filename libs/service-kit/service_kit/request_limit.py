"""Limits how many requests someone sends to a service as a whole, and tells everyone where they stand."""

from fastapi.security.utils import get_authorization_scheme_param
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.client_address import client_group
from service_kit.errors import CredentialsRefused
from service_kit.problems import problem_response
from service_kit.rate_limits import Limit, RateLimited, RateLimiter
from service_kit.request_context import QUIET_ROUTES
from service_kit.tokens import TokenCodec

LIMIT_HEADER = "RateLimit-Limit"


class RequestLimitMiddleware:
    """Counts by user where the token holds, else by address; the other services and probes are not counted.

    The signature is enough here: whether the session behind it still holds is asked later, and by the route.
    """

    def __init__(self, app: ASGIApp, limiter: RateLimiter, codec: TokenCodec, per_minute: int) -> None:
        self._app = app
        self._limiter = limiter
        self._codec = codec
        self._limit = Limit("requests", per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = self._key(scope)
        standing = None if key is None else await self._limiter.hit(self._limit, key)
        if standing is None:
            await self._app(scope, receive, send)
            return
        if not standing.is_allowed:
            error = RateLimited(standing)
            refusal = problem_response(error.status, error.code, error.detail, headers=error.headers)
            await refusal(scope, receive, send)
            return

        async def send_with_standing(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if LIMIT_HEADER not in headers:  # a route's own, narrower limit
                    headers.update(standing.headers)
            await send(message)

        await self._app(scope, receive, send_with_standing)

    def _key(self, scope: Scope) -> str | None:
        """Who is counted; None for what is not."""
        if scope["type"] != "http" or scope["path"] in QUIET_ROUTES or scope["method"] == "OPTIONS":
            return None
        scheme, token = get_authorization_scheme_param(Headers(scope=scope).get("authorization"))
        if scheme.lower() == "bearer" and token and (user_id := self._user_of(token)) is not None:
            return f"user:{user_id}" if user_id else None
        client = scope.get("client")
        return f"address:{client_group(client[0]) if client else ''}"

    def _user_of(self, token: str) -> str | None:
        """The user's id; empty for one of our services, None for a token that does not hold."""
        try:
            return self._codec.verify(token, "access").user_id
        except CredentialsRefused:
            return "" if self._is_service(token) else None

    def _is_service(self, token: str) -> bool:
        try:
            self._codec.verify(token, "service")
        except CredentialsRefused:
            return False
        return True
