"""How words and numbers of others stand in a mail: on one line, as nothing but text, in the reader's language."""

from datetime import UTC, datetime

_NOT_A_LINK = "\u200c"  # shown as nothing, and no address to any program that makes links of addresses
_LINKING = frozenset(".:/@")


def one_line(text: str) -> str:
    """The text without line ends and other characters that are not shown: it cannot begin a header or turn around."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def header_line(text: str) -> str:
    """The same for a header, where Python would decode `=?utf-8?q?=0A…?=` and write what it stands for: a line end."""
    return one_line(text).replace("=?", "= ?")


def as_text(text: str) -> str:
    """One line, of which mail programs make no links."""
    return "".join(character + _NOT_A_LINK if character in _LINKING else character for character in one_line(text))


def moment(text: str, language: str) -> str:
    """A time in ISO 8601 as people read it."""
    at = datetime.fromisoformat(text).astimezone(UTC)
    if language == "de":
        return f"{at:%d.%m.%Y, %H:%M} UTC"
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def number(value: float, language: str) -> str:
    """With as many digits behind the point as matter, at most six."""
    text = f"{float(value):.6f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "de" else text
