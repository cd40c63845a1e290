"""Reads a conversation of ChatGPT's export: a mapping of nodes, each with its parent and perhaps a message; pure."""

import heapq
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import msgspec

from chat_server.conversations.schemas import DEFAULT_TITLE
from chat_server.imports.conversations import (
    LONGEST_ID,
    ImportedConversation,
    ImportedMessage,
    UnreadableConversation,
    moment,
)
from chat_server.messages.schemas import Role
from chat_server.texts import storable

TEXTS = ("text", "multimodal_text")
ROLES: Mapping[str, Role] = {"user": "user", "assistant": "assistant"}
LONGEST_MODEL = 200


class _Author(msgspec.Struct):
    role: str = ""


class _Content(msgspec.Struct):
    content_type: str = "text"
    parts: list[str | dict[str, object] | None] = []


class _Message(msgspec.Struct):
    author: _Author
    content: _Content | None = None
    create_time: float | None = None
    recipient: str | None = "all"
    metadata: dict[str, object] | None = None


class _Node(msgspec.Struct):
    message: _Message | None = None
    parent: str | None = None


class _Conversation(msgspec.Struct):
    mapping: dict[str, _Node]
    title: str | None = None
    create_time: float | None = None
    current_node: str | None = None
    conversation_id: str | None = None
    id: str | None = None
    is_archived: bool | None = None


_decoder = msgspec.json.Decoder(_Conversation)


def read_chatgpt(raw: msgspec.Raw | bytes, now: datetime) -> ImportedConversation:
    """The conversation with all branches; what is no text of one of the two is counted in `left_out`.

    Raises: UnreadableConversation when it is damaged.
    """
    try:
        found = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableConversation("damaged") from error
    key = found.conversation_id or found.id
    if not key or len(key) > LONGEST_ID:
        raise UnreadableConversation("without_id")
    begun_at = moment(found.create_time, now)
    tree = _Tree(found.mapping)
    messages = tree.messages(begun_at)
    return ImportedConversation(
        key=f"chatgpt:{key}",
        title=found.title or DEFAULT_TITLE,
        created_at=begun_at,
        messages=messages,
        shown_key=tree.kept(found.current_node),
        is_archived=bool(found.is_archived),
        left_out=tree.left_out,
    )


class _Tree:
    """The nodes of one conversation. What is left out gives its place to its children."""

    def __init__(self, nodes: Mapping[str, _Node]) -> None:
        self._nodes = nodes
        self._texts: dict[str, str] = {}
        self.left_out: Counter[str] = Counter()
        for key, node in nodes.items():
            if node.message is not None and (text := self._text(node.message)):
                self._texts[key] = text

    def kept(self, key: str | None) -> str | None:
        """The node, or the nearest above it that is kept. Raises UnreadableConversation when it goes in a circle."""
        seen: set[str] = set()
        while key is not None and key not in self._texts:
            if key in seen:
                raise UnreadableConversation("damaged")
            seen.add(key)
            node = self._nodes.get(key)
            key = node.parent if node is not None else None
        return key

    def messages(self, begun_at: datetime) -> list[ImportedMessage]:
        """Those that are kept in the order of writing, each behind its parent. Raises UnreadableConversation."""
        children: dict[str | None, list[str]] = {}
        parents: dict[str, str | None] = {}
        for key in self._texts:
            parents[key] = self.kept(self._nodes[key].parent)
            children.setdefault(parents[key], []).append(key)
        order = {key: number for number, key in enumerate(self._texts)}
        ready = [(self._time(key), order[key], key) for key in children.get(None, [])]
        heapq.heapify(ready)
        messages: list[ImportedMessage] = []
        times: dict[str | None, datetime] = {None: begun_at}
        while ready:
            _, _, key = heapq.heappop(ready)
            parent = parents[key]
            times[key] = moment(self._time(key), times[parent])
            messages.append(self._message(key, parent, times[key]))
            for child in children.get(key, []):
                heapq.heappush(ready, (self._time(child), order[child], child))
        if len(messages) != len(self._texts):
            raise UnreadableConversation("damaged")
        return messages

    def _time(self, key: str) -> float:
        message = self._nodes[key].message
        return message.create_time or 0.0 if message is not None else 0.0

    def _message(self, key: str, parent: str | None, at: datetime) -> ImportedMessage:
        message = self._nodes[key].message
        if message is None:
            raise UnreadableConversation("damaged")
        role = ROLES[message.author.role]
        named = (message.metadata or {}).get("model_slug")
        model = storable(named)[:LONGEST_MODEL] if isinstance(named, str) and named and role == "assistant" else None
        return ImportedMessage(key, parent, role, self._texts[key], at, model)

    def _text(self, message: _Message) -> str:
        """What was said; empty when it is none of the two's, or no text."""
        content = message.content
        if message.author.role not in ROLES or content is None:
            return self._left_out("tool" if message.author.role == "tool" else "")
        if (message.metadata or {}).get("is_visually_hidden_from_conversation"):
            return ""
        if content.content_type not in TEXTS or message.recipient not in (None, "all"):
            return self._left_out("thoughts" if content.content_type in ("thoughts", "reasoning_recap") else "tool")
        texts = [part for part in content.parts if isinstance(part, str)]
        self.left_out["attachments"] += sum(isinstance(part, dict) for part in content.parts)
        return storable("\n\n".join(text for text in texts if text.strip()))

    def _left_out(self, what: str) -> str:
        if what:
            self.left_out[what] += 1
        return ""
