"""What a person sees of the device of a sign-in."""

import pytest
from auth_server.sessions.devices import LONGEST_DEVICE, device_of

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


class TestDeviceOf:
    @pytest.mark.parametrize(
        ("user_agent", "device"),
        [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0 Safari/537.36", "Chrome on Windows"),
            (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
            (f"Mozilla/5.0 (Linux; Android 15; Pixel) {WEBKIT} Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604",
                "Safari on iPhone",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) AppleWebKit/605 Version/18 Safari/605", "Safari on macOS"),
            ("Firefox/1", "Firefox"),
            ("curl/8.9.1", "curl/8.9.1"),
            ("python-httpx/0.28 (+https://example.org)", "python-httpx/0.28"),
            ("x" * 5_000, "x" * LONGEST_DEVICE),
            ("\x00\x1b[31mcurl/8", "[31mcurl/8"),
            ("", "Unknown device"),
            ("  ", "Unknown device"),
            (None, "Unknown device"),
        ],
    )
    def test_is_short_and_readable(self, user_agent: str | None, device: str) -> None:
        assert device_of(user_agent) == device
