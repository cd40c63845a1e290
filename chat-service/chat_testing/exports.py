"""What exports of other places look like."""

import io
import zipfile
from typing import Any

Json = dict[str, Any]
BEGUN = 1_700_000_000.5


def node(key: str, parent: str | None, role: str = "user", text: str = "", at: float = 0.0, **more: Any) -> Json:
    """A node of ChatGPT's mapping, as far as it matters."""
    message = {
        "id": key,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": BEGUN + at,
        "update_time": None,
        "content": {"content_type": "text", "parts": [text]},
        "status": "finished_successfully",
        "weight": 1.0,
        "metadata": {},
        "recipient": "all",
    }
    return {"id": key, "message": message | more, "parent": parent, "children": []}


EXCHANGE = (
    node("q", "system", "user", "Why are there tides?", 1),
    node("a", "q", "assistant", "Because of the moon.", 2, metadata={"model_slug": "gpt-4o"}),
)


def foreign(key: str, *nodes: Json, **more: Any) -> Json:
    """A conversation of ChatGPT's export: a root without a message, an empty system message, and these."""
    root: Json = {"id": "root", "message": None, "parent": None, "children": []}
    every = [root, node("system", "root", "system"), *(nodes or EXCHANGE)]
    return {
        "title": "Tides",
        "create_time": BEGUN,
        "update_time": BEGUN + 9,
        "mapping": {one["id"]: one for one in every},
        "current_node": every[-1]["id"],
        "conversation_id": key,
        "default_model_slug": "gpt-4o",
        "plugin_ids": None,
    } | more


def zipped(text: str | bytes, name: str = "conversations.json", **others: bytes) -> bytes:
    """A zip file with the conversations, and what else there is in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
        for other, content in others.items():
            archive.writestr(other, content)
    return buffer.getvalue()
