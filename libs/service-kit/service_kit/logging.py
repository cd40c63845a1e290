"""Structured logs: for people on a terminal, JSON otherwise; to the stream and to a rotating file; no secrets."""

import logging
import logging.handlers
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

from service_kit.settings import ServiceSettings

FILE_BYTES = 10_000_000
FILE_COUNT = 5
HIDDEN = "[hidden]"
log = structlog.get_logger(__name__)
_SECRET_NAMES = re.compile(r"password|secret|token$|api_key|authorization|cookie", re.IGNORECASE)
_SECRET_TEXTS = re.compile(
    r"(?P<name>\btoken=|\bbearer[ .])[A-Za-z0-9_\-.~+/=%]+"
    r"|eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
    r"|\bsk-[A-Za-z0-9_-]{8,}"
    r"|cv[or]_[A-Za-z0-9][A-Za-z0-9_.-]{7,}",
    re.IGNORECASE,
)

Event = MutableMapping[str, Any]


def hide_secrets(text: str) -> str:
    """The text with every token, bearer value and API key replaced."""
    return _SECRET_TEXTS.sub(lambda match: f"{match['name'] or ''}{HIDDEN}", text)


def _hide_secrets_in_event(_logger: Any, _method: str, event: Event) -> Event:
    for name, value in event.items():
        if _SECRET_NAMES.search(name) and not isinstance(value, int | float):
            event[name] = HIDDEN
        elif isinstance(value, str):
            event[name] = hide_secrets(value)
    return event


def configure_logging(settings: ServiceSettings) -> None:
    """Takes over the root logger and uvicorn's, whose access log would show a socket's token."""
    common: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hide_secrets_in_event,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *common,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    is_terminal = sys.stderr.isatty() if settings.log_format == "auto" else settings.log_format == "console"
    handlers: list[logging.Handler] = [_stream_handler(common, is_terminal)]
    file_fault: OSError | None = None
    if settings.log_directory is not None:
        try:
            handlers.append(_file_handler(common, settings.log_directory, settings.service_name))
        except OSError as error:  # a read-only container: the stream has every line as well
            file_fault = error
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if getattr(handler, "is_convoai", False)]:
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.is_convoai = True  # type: ignore[attr-defined]
        root.addHandler(handler)
    root.setLevel(settings.log_level)
    _quieten_libraries(settings.log_level)
    if file_fault is not None:
        log.warning("log_file_unavailable", directory=str(settings.log_directory), reason=file_fault.strerror)


class _SecretFilter(logging.Filter):
    """Hides a socket's token in uvicorn's own records, for handlers that are not ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = hide_secrets(record.getMessage()), ()
        return True


def _quieten_libraries(log_level: str) -> None:
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
        logging.getLogger(name).setLevel(log_level)
        if not any(isinstance(present, _SecretFilter) for present in logging.getLogger(name).filters):
            logging.getLogger(name).addFilter(_SecretFilter())
    logging.getLogger("uvicorn.access").disabled = True  # our own line per request has the request id
    for name in ("httpx", "httpx2", "httpcore", "alembic", "openai", "websockets"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _stream_handler(common: list[Any], is_terminal: bool) -> logging.Handler:
    renderer = structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(common, renderer))
    return handler


def _file_handler(common: list[Any], directory: Path, service_name: str) -> logging.Handler:
    directory.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        directory / f"{service_name}.log", maxBytes=FILE_BYTES, backupCount=FILE_COUNT, encoding="utf-8"
    )
    handler.setFormatter(_formatter(common, structlog.processors.JSONRenderer()))
    return handler


def _formatter(common: list[Any], renderer: Any) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=common,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
