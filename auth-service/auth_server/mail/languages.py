"""The languages that mails are written in; a mail that has no version in one of them is in English."""

from typing import Literal

MailLanguage = Literal["en", "de"]
DEFAULT_LANGUAGE: MailLanguage = "en"


def language_of(preference: str) -> MailLanguage:
    """The one that fits what somebody prefers; `system` is known to the browser alone."""
    return "de" if preference == "de" else DEFAULT_LANGUAGE
