"""How tokens travel: to programs in the body, to the page in a cookie that no script can read."""

from urllib.parse import urlsplit

from fastapi import Request, Response

from auth_server.errors import OriginRefused
from auth_server.settings import AuthSettings
from auth_server.tokens.schemas import TokenOut, TokenPair

COOKIE_NAME = "convoai_refresh"
COOKIE_PATH = "/auth"
DEVICE_COOKIE_NAME = "convoai_device"
DEVICE_COOKIE_SECONDS = 365 * 86_400
PAGE_HEADER = "X-Requested-With"
PAGE_MARK = "convoai"


class TokenDelivery:
    """Tells the page from programs by a header that a browser lets no other site send without asking first (CORS).

    The cookie is looked at and set only with that header and from an allowed origin, so no other site can use it.
    Raises: OriginRefused (403) for the header from anywhere else.
    """

    def __init__(self, request: Request, response: Response, settings: AuthSettings) -> None:
        self._response = response
        self._origin = request.headers.get("origin", "").rstrip("/")
        self._is_page = request.headers.get(PAGE_HEADER, "").lower() == PAGE_MARK
        self._is_secure = (
            settings.environment == "production"
            or request.url.scheme == "https"
            or self._origin.startswith("https://")  # such a page cannot call a service that is not behind TLS itself
        )
        if self._is_page and not self._is_allowed(request, settings):
            raise OriginRefused()
        self._cookie = request.cookies.get(COOKIE_NAME)
        self._device_cookie = request.cookies.get(DEVICE_COOKIE_NAME)

    def _is_allowed(self, request: Request, settings: AuthSettings) -> bool:
        """`*` allows nobody here: a cookie is only for pages that are named, or that come from this very address."""
        host = request.headers.get("host")
        return bool(self._origin) and (self._origin in settings.cors_origins or urlsplit(self._origin).netloc == host)

    @property
    def refresh_cookie(self) -> str | None:
        """The page's refresh token."""
        return self._cookie if self._is_page else None

    @property
    def device_cookie(self) -> str | None:
        """What the page's browser was given at an earlier sign-in."""
        return self._device_cookie if self._is_page else None

    def answer(self, pair: TokenPair) -> TokenOut:
        """The body for the caller; for the page the refresh token goes into the cookie alone."""
        if self._is_page:
            self._set_cookie(COOKIE_NAME, pair.refresh_token, int(pair.refresh_lasts.total_seconds()))
            if pair.device_cookie is not None:
                self._set_cookie(DEVICE_COOKIE_NAME, pair.device_cookie, DEVICE_COOKIE_SECONDS)
        return TokenOut(
            access_token=pair.access_token,
            token_type="bearer",  # noqa: S106
            expires_in=int(pair.access_lasts.total_seconds()),
            refresh_token=None if self._is_page else pair.refresh_token,
        )

    def clear_cookie(self) -> None:
        """Takes the page's cookie away."""
        if self._is_page:
            self._set_cookie(COOKIE_NAME, "", 0)

    def _set_cookie(self, name: str, value: str, lasts_seconds: int) -> None:
        self._response.set_cookie(
            name,
            value,
            max_age=lasts_seconds,
            path=COOKIE_PATH,
            secure=self._is_secure,
            httponly=True,
            samesite="strict",
        )
