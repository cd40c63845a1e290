"""Asks running services over HTTP how they are; never through a proxy."""

import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass

_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


@dataclass(frozen=True)
class Answer:
    """`status` is None when nothing answered; `text` then says why, else it holds the start of the body."""

    status: int | None
    text: str

    @property
    def is_ok(self) -> bool:
        return self.status == 200

    @property
    def reason(self) -> str:
        """What a person should read: a problem document's detail where there is one."""
        try:
            document = json.loads(self.text)
        except json.JSONDecodeError:
            document = None
        detail = document.get("detail") if isinstance(document, dict) else None
        return str(detail) if detail else (self.text if self.status is None else f"answered {self.status}")


def ask(url: str, limit_seconds: float = 3.0) -> Answer:
    try:
        with _open(url, timeout=limit_seconds) as response:
            return Answer(response.status, response.read(10_000).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read(10_000).decode("utf-8", "replace"))
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        return Answer(None, "does not answer" if isinstance(reason, ConnectionRefusedError) else str(reason))
