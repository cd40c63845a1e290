"""Which mails there are, what each must be told, and what the sending task works with."""

from dataclasses import dataclass
from typing import Any, Literal

MailTemplate = Literal[
    "new_device", "password_changed", "factor_changed", "email_changed", "password_reset", "invitation", "alert"
]
SmtpSecurity = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Context:
    """The names that a template's context has. `at` and `expires_at` are times in ISO 8601 with their offset,
    `path` is a path of the page with its leading slash, and `change` a whole sentence. `language` is that of the mail;
    `rule` and `about` are texts that somebody else wrote, and `value` is null where a figure has none."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()


_ORIGIN = frozenset({"device", "address"})
CONTEXTS: dict[MailTemplate, Context] = {
    "new_device": Context(frozenset({"username", "at"}) | _ORIGIN),
    "password_changed": Context(frozenset({"username", "at"}), _ORIGIN),
    "factor_changed": Context(frozenset({"username", "at", "change"}), _ORIGIN),
    "email_changed": Context(frozenset({"username", "at"}), _ORIGIN),
    "password_reset": Context(frozenset({"username", "path", "expires_at"})),
    "alert": Context(
        frozenset(
            {"username", "at", "language", "rule", "figure", "about", "comparison", "threshold", "state", "value"}
        )
    ),
    "invitation": Context(frozenset({"invited_by", "path", "expires_at"})),
}


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """A mail that one sender has taken on."""

    id: str
    template: MailTemplate
    recipient: str
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many mails wait and are parked."""

    waiting: int
    parked: int


class MailServerUnavailable(Exception):
    """The mail server is away, or does not take anything from us: every mail has to wait."""


class MailPostponed(Exception):
    """This mail was not taken for now."""


class MailRefused(Exception):
    """This mail was refused for good, as far as the mail server can tell."""
