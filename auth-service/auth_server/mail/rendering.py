"""Mails as they are read: the only importer of Jinja2."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path

import email_validator
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from auth_server import PRODUCT_NAME
from auth_server.mail.schemas import WaitingMail

TEMPLATES = Path(__file__).with_name("templates")
RECOVERY_PATH = "/forgot-password"


class MailRenderer:
    """Writes text and HTML from the same context. Nothing in a mail is loaded from anywhere."""

    def __init__(self, *, sender: str, page_address: str) -> None:
        self._name, self.sender = parseaddr(sender)
        self._page_address = page_address
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["moment"] = _moment

    def render(self, mail: WaitingMail, now: datetime) -> EmailMessage:
        """The mail. Its id is the same at each attempt, so that a second delivery can be told from a second mail.

        Raises: jinja2.TemplateError, KeyError or ValueError for what cannot be written.
        """
        context = mail.context | {
            "product": PRODUCT_NAME,
            "page_address": self._page_address,
            "recovery_address": self._page_address + RECOVERY_PATH,
            "link": self._page_address + mail.context.get("path", ""),
        }
        text = self._templates.get_template(f"{mail.template}.txt")
        subject = "".join(text.blocks["subject"](text.new_context(context))).strip()
        message = EmailMessage()
        message["Subject"] = subject
        message["From"] = sender = Address(self._name or PRODUCT_NAME, addr_spec=envelope_address(self.sender))
        message["To"] = envelope_address(mail.recipient)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back
        message.set_content(text.render(context).lstrip(), cte="quoted-printable")
        html = self._templates.get_template(f"{mail.template}.html").render(context, subject=subject)
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        return message


def envelope_address(address: str) -> str:
    """The address as every mail server can read it, where there is such a form (RFC 5890 for its domain)."""
    found = email_validator.validate_email(address, check_deliverability=False, globally_deliverable=False)
    return found.ascii_email or found.normalized


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
