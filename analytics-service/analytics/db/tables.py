"""The tables: events as they came, and the rollups kept with them. Core tables, since no row here is an object."""

from service_kit.columns import UtcDateTime
from service_kit.migrations import NAMING_CONVENTION
from sqlalchemy import BigInteger, Column, Date, Float, Index, Integer, MetaData, String, Table

metadata = MetaData(naming_convention=NAMING_CONVENTION)

# One column per field of the contract (section 6), empty where a type has no such field: the later pages and the
# export read them with the same SQL on both databases. There is no column that could hold a message's text.
events = Table(
    "events",
    metadata,
    Column("event_id", String(255), primary_key=True),
    Column("event_type", String(32), nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("source", String(255), nullable=False),
    Column("user_id", String(255), nullable=False),
    Column("conversation_id", String(255)),
    Column("message_id", String(255)),
    Column("role", String(16)),
    Column("model", String(255)),
    Column("prompt_tokens", Integer),
    Column("completion_tokens", Integer),
    Column("total_tokens", Integer),
    Column("response_time", Float),
    Column("time_to_first_token", Float),
    Column("status", String(16)),
    Column("endpoint", String(255)),
    Column("method", String(255)),
    Column("status_code", Integer),
    Index("ix_events_user_id", "user_id", "occurred_at"),  # for what there is of one person
)

# Sums over all time: one row, so that a summary costs the same after ten events and after ten million.
totals = Table(
    "totals",
    metadata,
    Column("scope", String(16), primary_key=True),
    Column("users", BigInteger, nullable=False),
    Column("conversations", BigInteger, nullable=False),
    Column("messages", BigInteger, nullable=False),
    Column("total_tokens", BigInteger, nullable=False),
)

# Sums per UTC day of `occurred_at`. Time is added up in whole microseconds: sums of floats depend on their order.
daily_totals = Table(
    "daily_totals",
    metadata,
    Column("day", Date, primary_key=True),
    Column("active_users", BigInteger, nullable=False),
    Column("registrations", BigInteger, nullable=False),
    Column("sign_ins", BigInteger, nullable=False),
    Column("conversations_created", BigInteger, nullable=False),
    Column("conversations_deleted", BigInteger, nullable=False),
    Column("messages", BigInteger, nullable=False),
    Column("total_tokens", BigInteger, nullable=False),
    Column("api_requests", BigInteger, nullable=False),
    Column("api_errors", BigInteger, nullable=False),
    Column("api_response_us", BigInteger, nullable=False),
)

# What was counted once already, under whatever event it comes again.
counted_users = Table("counted_users", metadata, Column("user_id", String(255), primary_key=True))
counted_conversations = Table(
    "counted_conversations", metadata, Column("conversation_id", String(255), primary_key=True)
)
daily_active_users = Table(
    "daily_active_users",
    metadata,
    Column("day", Date, primary_key=True),
    Column("user_id", String(255), primary_key=True),
    Index("ix_daily_active_users_user_id", "user_id"),
)

# People who were erased, known by a code alone, with how many events of theirs belong to nobody since.
erased_people = Table(
    "erased_people",
    metadata,
    Column("person_hash", String(64), primary_key=True),
    Column("events", BigInteger, nullable=False),
    Column("erased_at", UtcDateTime, nullable=False),
)
