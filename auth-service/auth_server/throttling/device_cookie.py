"""The cookie of a device that someone has signed in from (OWASP, «device cookies»). It signs nobody in."""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode

from service_kit.keys import derive_key

_FORM = re.compile(r"(?P<device>[A-Za-z0-9_-]{22})\.(?P<mac>[A-Za-z0-9_-]{43})", re.ASCII)
DEVICE_BYTES = 16


class DeviceCookieSigner:
    """Makes and reads `<device>.<mac>`, where the MAC binds the device to one user."""

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "device-cookie")

    def new(self, user_id: str) -> str:
        """The cookie of a device that this user has just signed in from."""
        device = secrets.token_urlsafe(DEVICE_BYTES)
        return f"{device}.{self._mac(device, user_id)}"

    def device_of(self, cookie: str | None, user_id: str) -> str | None:
        """The device, if the cookie was made for this user; in constant time."""
        match = _FORM.fullmatch(cookie or "")
        if match is None or not hmac.compare_digest(match["mac"], self._mac(match["device"], user_id)):
            return None
        return match["device"]

    def _mac(self, device: str, user_id: str) -> str:
        code = hmac.digest(self._key, f"{device}.{user_id}".encode(), "sha256")
        return urlsafe_b64encode(code).rstrip(b"=").decode()
