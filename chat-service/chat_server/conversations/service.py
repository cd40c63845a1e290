"""The rules of conversations, inside one transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from service_kit.clock import new_id, utc_now
from service_kit.events import ConversationCreated, ConversationDeleted
from sqlalchemy.orm import Session

from chat_server.amounts import usd_of_nano
from chat_server.conversations.filters import ConversationFilter
from chat_server.conversations.labels import LabelRepository
from chat_server.conversations.repository import ConversationRepository
from chat_server.conversations.schemas import (
    DEFAULT_TITLE,
    ConversationCreate,
    ConversationOut,
    LabelCount,
    Labels,
)
from chat_server.db.models import Conversation
from chat_server.erasures.people import ErasedPeople
from chat_server.errors import ConversationNotFound
from chat_server.imports.conversations import ImportedConversation
from chat_server.outbox.writer import SOURCE, write_event
from chat_server.personas.service import PersonaService
from chat_server.texts import storable

LONGEST_MADE_TITLE = 60
LONGEST_TITLE = 200


class ConversationService:
    """What a person may do with their own conversations. Everybody else's answer ConversationNotFound (404)."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._conversations = ConversationRepository(session)
        self._labels = LabelRepository(session)

    def create(self, user_id: str, body: ConversationCreate) -> ConversationOut:
        """Stores a new conversation of this user and its event.

        Raises: CredentialsRefused (401) for somebody who was erased while their session was still remembered here;
        PersonaNotFound (404).
        """
        ErasedPeople(self._session).refuse(user_id)
        now, conversation_id = utc_now(), new_id()
        row = self._conversations.add(
            {
                "id": conversation_id,
                "user_id": user_id,
                **self._begun_with(user_id, body),
                "is_title_settled": body.title != DEFAULT_TITLE,
                "is_archived": False,
                "is_pinned": False,
                "message_count": 0,
                "cost_nano_usd": 0,
                "created_at": now,
                "updated_at": now,
                "activity_at": now,
            }
        )
        event = ConversationCreated(source=SOURCE, user_id=user_id, conversation_id=conversation_id)
        write_event(self._session, event)
        return _shown(row, [])

    def is_known(self, user_id: str, import_key: str) -> bool:
        """Whether the user has a conversation that came with this key, or that was exported from here under it."""
        return self._conversations.find_imported(user_id, import_key) is not None

    def bring_along(self, user_id: str, found: ImportedConversation) -> str:
        """Stores a conversation from elsewhere, still without its messages, and its event; answers its id."""
        conversation_id = new_id()
        last_at = max((message.created_at for message in found.messages), default=None)
        self._conversations.add(
            {
                "id": conversation_id,
                "user_id": user_id,
                "title": storable(" ".join(found.title.split()))[:LONGEST_TITLE] or _named_by_first_words(found),
                "is_title_settled": True,
                "system_prompt": found.system_prompt,
                "is_archived": found.is_archived,
                "is_pinned": found.is_pinned,
                "folder": found.folder,
                "message_count": len(found.messages),
                "created_at": found.created_at,
                "updated_at": last_at or found.created_at,
                "last_message_at": last_at,
                "activity_at": last_at or found.created_at,
                "cost_nano_usd": 0,
                "import_key": found.key,
            }
        )
        self._labels.set_tags(conversation_id, user_id, found.tags)
        write_event(self._session, ConversationCreated(source=SOURCE, user_id=user_id, conversation_id=conversation_id))
        return conversation_id

    def _begun_with(self, user_id: str, body: ConversationCreate) -> dict[str, Any]:
        """What the request names, and else what the persona has."""
        values = body.model_dump() | {"temperature": body.temperature, "persona_id": body.persona_id}
        named = body.model_dump(include=body.model_fields_set)
        return values if body.persona_id is None else values | self._taken_over(user_id, body.persona_id) | named

    def _taken_over(self, user_id: str, persona_id: str | None) -> dict[str, Any]:
        """What a conversation gets of a persona; of none, the defaults. Raises PersonaNotFound (404)."""
        persona = PersonaService(self._session).get(user_id, persona_id) if persona_id is not None else None
        values = {name: getattr(persona, name, None) for name in ("model", "system_prompt", "temperature")}
        return values | {"persona_id": persona_id, "persona_name": persona.name if persona is not None else None}

    def get(self, user_id: str, conversation_id: str) -> ConversationOut:
        """The conversation. Raises ConversationNotFound."""
        row = self._conversations.find(conversation_id, user_id)
        if row is None:
            raise ConversationNotFound()
        return self._all_shown([row])[0]

    def page(
        self, user_id: str, which: ConversationFilter, *, after: tuple[datetime, str] | None, limit: int
    ) -> tuple[list[ConversationOut], tuple[str, str] | None]:
        """At most `limit` conversations, newest activity first, and where the next page begins, if there is one."""
        rows = self._conversations.page(user_id, which, after=after, limit=limit + 1)
        last = rows[limit - 1] if len(rows) > limit else None
        following = (last.activity_at.isoformat(), last.id) if last is not None else None
        return self._all_shown(rows[:limit]), following

    def update(self, user_id: str, conversation_id: str, changes: dict[str, Any]) -> ConversationOut:
        """Applies the fields that the request named; activity stays as it was.

        Raises: ConversationNotFound, PersonaNotFound (404).
        """
        row = self.lock(user_id, conversation_id)
        if "persona_id" in changes:
            changes = self._taken_over(user_id, changes["persona_id"]) | changes
        tags = changes.pop("tags", None)
        for name in ("archived", "pinned"):
            if name in changes:
                changes[f"is_{name}"] = changes.pop(name)
        if "title" in changes:
            changes["is_title_settled"] = True
        changed = self._conversations.change(row.id, {**changes, "updated_at": utc_now()})
        if changed is None:
            raise ConversationNotFound()
        if tags is not None:
            self._labels.set_tags(row.id, user_id, tags)
        return self._all_shown([changed])[0]

    def labels(self, user_id: str, *, is_archived: bool) -> Labels:
        """The folders and tags of the user's conversations, and how many of these a list by each would show."""
        folders = self._labels.folders(user_id, is_archived=is_archived)
        tags = self._labels.tags(user_id, is_archived=is_archived)
        return Labels(
            folders=[LabelCount(name=name, count=count) for name, count in folders],
            tags=[LabelCount(name=name, count=count) for name, count in tags],
        )

    def _all_shown(self, rows: Sequence[Conversation]) -> list[ConversationOut]:
        tags = self._labels.tags_of([row.id for row in rows])
        return [_shown(row, tags.get(row.id, [])) for row in rows]

    def delete(self, user_id: str, conversation_id: str) -> None:
        """Removes the conversation with its messages. Raises ConversationNotFound."""
        row = self.lock(user_id, conversation_id)
        self._conversations.delete([row.id])
        write_event(self._session, ConversationDeleted(source=SOURCE, user_id=user_id, conversation_id=row.id))

    def oldest(self, user_id: str, *, after_id: str | None, limit: int) -> list[ConversationOut]:
        """At most `limit` of the user's conversations, archived ones too, the oldest first, following `after_id`."""
        rows = self._conversations.oldest(user_id, after_id=after_id, limit=limit)
        return self._all_shown(rows)

    def count(self, user_id: str) -> int:
        """How many conversations the user has."""
        return self._conversations.count(user_id)

    def erase(self, conversation_ids: Collection[str]) -> int:
        """Removes conversations of somebody who is erased, without an event: nobody did it to be counted for it."""
        return self._conversations.delete(conversation_ids)

    def lock(self, user_id: str, conversation_id: str) -> Conversation:
        """The row as it is now; nobody else changes it until this transaction ends. Raises ConversationNotFound."""
        row = self._conversations.lock(conversation_id, user_id)
        if row is None:
            raise ConversationNotFound()
        return row

    def begin_exchange(
        self, locked: Conversation, now: datetime, *, leaf_id: str, messages: int, first_words: str | None = None
    ) -> str | None:
        """Takes room for so many messages, shows the branch that ends with `leaf_id`, and moves to the top.

        The messages take the positions that follow `locked.message_count`. A conversation that has neither name nor
        messages is named after `first_words`. Returns: the title, if it is new.
        """
        title = None
        if first_words is not None and locked.title == DEFAULT_TITLE and locked.message_count == 0:
            title = made_title(first_words)
        self._conversations.set(
            locked.id,
            {
                "message_count": locked.message_count + messages,
                "last_message_at": now,
                "activity_at": now,
                "updated_at": now,
                "leaf_id": leaf_id,
                "title": title or locked.title,
            },
        )
        return title

    def settle_title(self, conversation_id: str, title: str | None) -> bool:
        """Gives the title that the model has made, or with None keeps the first words for good.

        Returns: whether it has the title now; not when its person has chosen one meanwhile, or it is gone.
        """
        return self._conversations.settle_title(conversation_id, title) and title is not None

    def leaf_id(self, user_id: str, conversation_id: str) -> str | None:
        """The last message of the branch that is shown; None before the first. Raises ConversationNotFound."""
        row = self._conversations.find(conversation_id, user_id)
        if row is None:
            raise ConversationNotFound()
        return row.leaf_id

    def show_leaf(self, conversation_id: str, leaf_id: str) -> None:
        """Shows the branch that ends with this message; the conversation stays where it is in the list."""
        self._conversations.set(conversation_id, {"leaf_id": leaf_id})

    def mark_activity(self, conversation_id: str, now: datetime, *, cost_nano_usd: int) -> None:
        """Moves the conversation to the top of its owner's list, and adds what the answer cost."""
        self._conversations.set(conversation_id, {"last_message_at": now, "activity_at": now})
        self.add_cost(conversation_id, cost_nano_usd)

    def add_cost(self, conversation_id: str, cost_nano_usd: int) -> None:
        """Adds what an answer cost; the conversation stays where it is in the list."""
        if cost_nano_usd:
            total = Conversation.cost_nano_usd + cost_nano_usd
            self._conversations.change(conversation_id, {"cost_nano_usd": total})


def _shown(row: Conversation, tags: Sequence[str]) -> ConversationOut:
    columns = {name: getattr(row, name) for name in Conversation.__table__.c.keys()}  # noqa: SIM118  # no mapping
    cost_usd = usd_of_nano(row.cost_nano_usd)
    return ConversationOut.model_validate({**columns, "tags": tags, "cost_usd": cost_usd})


def _named_by_first_words(found: ImportedConversation) -> str:
    return next((made_title(message.content) for message in found.messages if message.content.strip()), DEFAULT_TITLE)


def made_title(content: str) -> str:
    """A title from a first message: its first line, cut at a word's end near 60 characters."""
    line = " ".join(next((part for part in content.splitlines() if part.strip()), "").split())
    if len(line) <= LONGEST_MADE_TITLE:
        return line or DEFAULT_TITLE
    cut = line[:LONGEST_MADE_TITLE].rsplit(" ", 1)[0]
    return f"{cut.rstrip(',.;:')}…"
