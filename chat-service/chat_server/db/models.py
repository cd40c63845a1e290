"""The tables. Rows are read and written by the repositories alone."""

from datetime import datetime

from service_kit.columns import UtcDateTime
from sqlalchemy import BigInteger, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chat_server.db.base import Base

ID_LENGTH = 36
_IS_STREAMING = text("status = 'streaming'")
_IN_FOLDER = text("folder IS NOT NULL")


class Conversation(Base):
    """A person's conversation; `activity_at` is its newest message's time, or its own before the first.

    `leaf_id` is the last message of the branch that is shown; what leads to it is found from parent to parent.
    `is_title_settled`: its person has chosen the title, or the model has been asked for one; else it may still change.
    `persona_id` and `persona_name` tell what it began with, though that may be gone: nothing is read from there.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        # What came from elsewhere comes once.
        Index("uq_conversations_imported", "user_id", "import_key", unique=True),
        Index("ix_conversations_of_user", "user_id", "is_archived", "activity_at", "id"),
        Index(
            "ix_conversations_pinned",
            "user_id",
            "is_archived",
            "activity_at",
            "id",
            sqlite_where=text("is_pinned = 1"),
            postgresql_where=text("is_pinned"),
        ),
        Index(
            "ix_conversations_in_folder",
            "user_id",
            "folder",
            "is_archived",
            "activity_at",
            "id",
            sqlite_where=_IN_FOLDER,
            postgresql_where=_IN_FOLDER,
        ),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    is_title_settled: Mapped[bool]
    model: Mapped[str | None] = mapped_column(String(200))
    system_prompt: Mapped[str | None] = mapped_column(Text)
    is_archived: Mapped[bool]
    is_pinned: Mapped[bool]
    folder: Mapped[str | None] = mapped_column(String(100))
    message_count: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_message_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    activity_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leaf_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    cost_nano_usd: Mapped[int] = mapped_column(BigInteger)
    import_key: Mapped[str | None] = mapped_column(String(100))
    temperature: Mapped[float | None] = mapped_column(Float)
    persona_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    persona_name: Mapped[str | None] = mapped_column(String(100))


class Persona(Base):
    """A named system prompt with a model and a temperature; None is what is set for all. `user_id` made it."""

    __tablename__ = "personas"
    __table_args__ = (
        Index("ix_personas_of_user", "user_id", "id"),
        Index("ix_personas_shared", "id", sqlite_where=text("is_shared = 1"), postgresql_where=text("is_shared")),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(String(300))
    system_prompt: Mapped[str | None] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(String(200))
    temperature: Mapped[float | None] = mapped_column(Float)
    is_shared: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConversationTag(Base):
    """A tag of a conversation: `name` as it was written, `folded_name` as it is compared; `user_id` its owner's."""

    __tablename__ = "conversation_tags"
    __table_args__ = (Index("ix_conversation_tags_of_user", "user_id", "folded_name", "conversation_id"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    folded_name: Mapped[str] = mapped_column(String(200), primary_key=True)  # folded, 50 characters can be 150
    name: Mapped[str] = mapped_column(String(50))
    user_id: Mapped[str] = mapped_column(String(64))


class Message(Base):
    """A message. `position` counts 1, 2, 3… in its conversation, in the order of writing, over all branches.

    `parent_id` is what it follows, None for what begins a conversation; several with one parent are its branches.

    `piece_lengths` (comma-separated, in characters) are the deltas that `content` was sent in, so that a resume
    after any of them is exact even after a restart. `heartbeat_at` is set while the row is `streaming`, and
    `stop_asked_at` once another process than its writer was asked to end it. `context` is what the model saw for an
    answer, as JSON (`messages.context`); `reasoning` is what it thought before that, which no model is ever sent again.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "position"),
        UniqueConstraint("conversation_id", "client_id"),
        Index("ix_messages_children", "conversation_id", "parent_id"),
        # At most one answer is written in a conversation at a time, whichever process asks.
        Index(
            "uq_messages_streaming",
            "conversation_id",
            unique=True,
            sqlite_where=_IS_STREAMING,
            postgresql_where=_IS_STREAMING,
        ),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))
    content: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    model: Mapped[str | None] = mapped_column(String(200))
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    total_tokens: Mapped[int | None]
    finish_reason: Mapped[str | None] = mapped_column(String(50))
    client_id: Mapped[str | None] = mapped_column(String(300))
    in_reply_to: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    parent_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    error: Mapped[str | None] = mapped_column(Text)
    seq: Mapped[int]
    piece_lengths: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stop_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    feedback_rating: Mapped[str | None] = mapped_column(String(10))
    feedback_comment: Mapped[str | None] = mapped_column(Text)
    context: Mapped[str | None] = mapped_column(Text)
    cost_nano_usd: Mapped[int | None] = mapped_column(BigInteger)
    is_cost_estimated: Mapped[bool]
    reasoning: Mapped[str | None] = mapped_column(Text)
    reasoning_seconds: Mapped[float | None] = mapped_column(Float)


class SearchEntry(Base):
    """A message that has ended and can be found: its number in the full-text index. Triggers alone write it.

    `is_unspaced`: on SQLite, it has letters or emoji that FTS5 may not part from a word beside them.
    """

    __tablename__ = "search_entries"
    __table_args__ = (
        UniqueConstraint("message_id"),
        Index("ix_search_entries_of_user", "user_id", "number"),
        Index(
            "ix_search_entries_unspaced",
            "user_id",
            "number",
            sqlite_where=text("is_unspaced = 1"),
            postgresql_where=text("is_unspaced"),
        ),
        {"sqlite_autoincrement": True},  # a number is never given twice: pages go by it
    )

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    user_id: Mapped[str] = mapped_column(String(64))
    is_unspaced: Mapped[bool]


class Share(Base):
    """A conversation as it was when it was shared, under an unguessable token; it goes with its conversation.

    The token is kept as it is, because its owner is shown the link again; whoever reads this table reads the
    conversations themselves. `snapshot` is a JSON list of messages, loaded only where it is asked for.
    """

    __tablename__ = "shares"
    __table_args__ = (Index("ix_shares_of_user", "user_id", "created_at", "token"),)

    token: Mapped[str] = mapped_column(String(43), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), unique=True)
    user_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    author_name: Mapped[str | None] = mapped_column(String(100))
    message_count: Mapped[int]
    snapshot: Mapped[str] = mapped_column(Text, deferred=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ErasedPerson(Base):
    """Somebody who was erased, known by a code alone, and how much of theirs is gone so far."""

    __tablename__ = "erased_people"

    person_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversations: Mapped[int]
    messages: Mapped[int]
    personas: Mapped[int]
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OutboxEvent(Base):
    """An event on its way to analytics; see `service_kit.outbox`."""

    __tablename__ = "outbox_events"

    event_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    parked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    parked_reason: Mapped[str | None] = mapped_column(String(200))


class IdempotencyKey(Base):
    """The first answer to a request with an Idempotency-Key; see `service_kit.idempotency`."""

    __tablename__ = "idempotency_keys"

    scope: Mapped[str] = mapped_column(String(150), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
