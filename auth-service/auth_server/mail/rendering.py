"""Mails as they are read: the only importer of Jinja2."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path

import email_validator
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context, select_autoescape
from jinja2.runtime import Context

from auth_server import PRODUCT_NAME
from auth_server.mail.languages import DEFAULT_LANGUAGE
from auth_server.mail.schemas import WaitingMail
from auth_server.mail.wording import as_text, header_line, moment, number

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
        self._templates.filters |= {"moment": _moment, "number": _number, "as_text": as_text}

    def render(self, mail: WaitingMail, now: datetime) -> EmailMessage:
        """The mail. Its id is the same at each attempt, so that a second delivery can be told from a second mail.

        Raises: jinja2.TemplateError, KeyError or ValueError for what cannot be written.
        """
        language = mail.context.get("language", DEFAULT_LANGUAGE)
        context = mail.context | {
            "language": language,
            "product": PRODUCT_NAME,
            "page_address": self._page_address,
            "recovery_address": self._page_address + RECOVERY_PATH,
            "link": self._page_address + mail.context.get("path", ""),
        }
        text = self._template(mail.template, language, "txt")
        subject = header_line("".join(text.blocks["subject"](text.new_context(context))))
        message = EmailMessage()
        message["Subject"] = subject
        message["From"] = sender = Address(self._name or PRODUCT_NAME, addr_spec=envelope_address(self.sender))
        message["To"] = envelope_address(mail.recipient)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back
        message.set_content(text.render(context).lstrip(), cte="quoted-printable")
        html = self._template(mail.template, language, "html").render(context, subject=as_text(subject))
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        return message

    def _template(self, name: str, language: str, form: str) -> Template:
        """The one in this language where there is one, else that in English."""
        return self._templates.select_template([f"{name}.{language}.{form}", f"{name}.{form}"])


def envelope_address(address: str) -> str:
    """The address as every mail server can read it, where there is such a form (RFC 5890 for its domain)."""
    found = email_validator.validate_email(address, check_deliverability=False, globally_deliverable=False)
    return found.ascii_email or found.normalized


@pass_context
def _moment(context: Context, text: str) -> str:
    return moment(text, context["language"])


@pass_context
def _number(context: Context, value: float) -> str:
    return number(value, context["language"])
