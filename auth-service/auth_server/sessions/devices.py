"""A short text for the device of a sign-in, for people to recognise. Never trusted for anything."""

LONGEST_DEVICE = 100
UNKNOWN_DEVICE = "Unknown device"
# The first that is in the text counts: Edge and Opera say that they are Chrome, and Chrome that it is Safari.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(user_agent: str | None) -> str:
    """`Firefox on Linux` for a browser, the name and version of any other program, or `Unknown device`."""
    text = "".join(character for character in user_agent or "" if character.isprintable()).strip()
    browser = next((name for mark, name in _BROWSERS if mark in text), None)
    if browser is None:
        return text.partition(" ")[0][:LONGEST_DEVICE] or UNKNOWN_DEVICE
    system = next((name for mark, name in _SYSTEMS if mark in text), None)
    return f"{browser} on {system}" if system else browser
