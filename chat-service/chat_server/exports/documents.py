"""What one conversation looks like as a document: Markdown, and HTML that stands alone; pure."""

import base64
import hashlib
import re
import unicodedata
from datetime import datetime
from html import escape
from typing import Protocol
from urllib.parse import quote

from chat_server.conversations.schemas import ConversationOut
from chat_server.exports.fences import open_fence, parts_of
from chat_server.messages.record import MessageRecord

STYLE = """
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem; font: 1rem/1.6 system-ui, sans-serif; }
header { margin-bottom: 2rem; }
h1 { margin: 0; font-size: 1.5rem; overflow-wrap: anywhere; }
.remark, time { color: GrayText; font-size: 0.85rem; }
article { margin: 1rem 0; padding: 0.75rem 1rem; border: 1px solid #8886; border-radius: 0.75rem; }
article.user { background: #8882; }
h2 { margin: 0; font-size: 0.9rem; }
p { margin: 0.5rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { overflow: auto; padding: 0.75rem; border-radius: 0.5rem; background: #8882; }
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# Nothing runs and nothing is fetched, whatever was said: only the one style above counts.
POLICY = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'"
BROKEN_OFF = "The export broke off before its end. Try again in a moment."
MARKDOWN_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")
UNSAFE_IN_NAMES = re.compile(r"[^\w.-]+")
LONGEST_NAME = 60


class Document(Protocol):
    """A form that is written piece by piece."""

    media_type: str
    extension: str

    def begin(self, conversation: ConversationOut, exported_at: datetime) -> str: ...

    def message(self, record: MessageRecord) -> str: ...

    def end(self, *, is_complete: bool) -> str: ...


class MarkdownDocument:
    """A heading for each message; what was said is in it as it was said."""

    media_type = "text/markdown"
    extension = "md"

    def begin(self, conversation: ConversationOut, exported_at: datetime) -> str:
        title = MARKDOWN_MARKS.sub(r"\\\1", " ".join(conversation.title.split()))
        return f"# {title}\n\n_Exported from ConvoAI on {_moment(exported_at)}_\n"

    def message(self, record: MessageRecord) -> str:
        # A block of code that nobody has closed would swallow what follows.
        fence = open_fence(record.content)
        content = f"{record.content}\n{fence}" if fence else record.content
        remark = _remark(record)
        name = MARKDOWN_MARKS.sub(r"\\\1", _speaker(record))
        return f"\n## {name}\n\n_{_moment(record.created_at)}{remark}_\n\n{content}\n"

    def end(self, *, is_complete: bool) -> str:
        return "" if is_complete else f"\n---\n\n**{BROKEN_OFF}**\n"


class HtmlDocument:
    """A page that stands alone: all text is escaped, nothing runs, and its policy forbids every other resource."""

    media_type = "text/html"
    extension = "html"

    def begin(self, conversation: ConversationOut, exported_at: datetime) -> str:
        title = escape(conversation.title)
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="robots" content="noindex, nofollow">\n<meta name="referrer" content="no-referrer">\n'
            f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
            f'<header>\n<h1 dir="auto">{title}</h1>\n<p class="remark">Exported from ConvoAI on '
            f"{_moment(exported_at)}</p>\n</header>\n<main>\n"
        )

    def message(self, record: MessageRecord) -> str:
        said = "\n".join(
            f'<pre dir="ltr"><code>{escape(part.text)}</code></pre>'
            if part.is_code
            else f'<p dir="auto">{escape(part.text.strip())}</p>'
            for part in parts_of(record.content)
            if part.is_code or part.text.strip()
        )
        moment = f'<time datetime="{record.created_at.isoformat()}">{_moment(record.created_at)}</time>'
        remark = f'<p class="remark">{escape(_remark(record).strip(", "))}</p>\n' if _remark(record) else ""
        heading = f"<h2>{escape(_speaker(record))} {moment}</h2>"
        return f'<article class="{record.role}">\n{heading}\n{said}\n{remark}</article>\n'

    def end(self, *, is_complete: bool) -> str:
        warning = "" if is_complete else f'<p class="remark"><strong>{BROKEN_OFF}</strong></p>\n'
        return f"</main>\n{warning}</body>\n</html>\n"


def content_disposition(title: str, extension: str) -> str:
    """The header that names the file after the conversation, for browsers of any age (RFC 6266)."""
    name = UNSAFE_IN_NAMES.sub("-", unicodedata.normalize("NFC", title)).strip("-.")[:LONGEST_NAME] or "conversation"
    plain = UNSAFE_IN_NAMES.sub("-", name.encode("ascii", "replace").decode().replace("?", "-")).strip("-.")
    return (
        f'attachment; filename="{plain or "conversation"}.{extension}"; '
        f"filename*=UTF-8''{quote(f'{name}.{extension}')}"
    )


def _speaker(record: MessageRecord) -> str:
    if record.role == "user":
        return "You"
    return f"Assistant ({record.model})" if record.model else "Assistant"


def _remark(record: MessageRecord) -> str:
    return "" if record.status == "complete" else f", {record.status}"


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
