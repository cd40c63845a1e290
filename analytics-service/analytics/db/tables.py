"""The tables: events as they came, and the rollups kept with them. Core tables, since no row here is an object."""

from service_kit.columns import UtcDateTime
from service_kit.migrations import NAMING_CONVENTION
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

from analytics.cuts import FIGURES, LONGEST_SUBJECT

metadata = MetaData(naming_convention=NAMING_CONVENTION)

# One column per field of the contract (section 6), empty where a type has no such field: the recount and the export
# read them with the same SQL on both databases. There is no column that could hold a message's text.
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
    Column("provider", String(255)),
    Column("cost_nano_usd", BigInteger),
    Column("message_at", UtcDateTime),
    Column("rating", String(8)),
    Column("previous", String(8)),
    Index("ix_events_user_id", "user_id", "occurred_at"),  # for what there is of one person
    Index("ix_events_occurred_at", "occurred_at"),  # for the recount, day by day, and for what is old
)
# Thumbs count on their answer's day, which the recount has to find them by.
_message_at = events.c.message_at
Index(
    "ix_events_message_at",
    _message_at,
    sqlite_where=_message_at.is_not(None),
    postgresql_where=_message_at.is_not(None),
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


# Sums per cut, slot of time and subject: cuts.py; what counts as what: rollups/contributions.py.
figures = Table(
    "figures",
    metadata,
    Column("cut", SmallInteger, primary_key=True),
    Column("grain", SmallInteger, primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("subject", String(LONGEST_SUBJECT), primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in FIGURES),
    Index("ix_figures_subject", "cut", "subject", "grain", "slot"),
    sqlite_with_rowid=False,
)

# Durations as counts in logarithmic buckets: rollups/sketches.py.
sketches = Table(
    "sketches",
    metadata,
    Column("cut", SmallInteger, primary_key=True),
    Column("grain", SmallInteger, primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("subject", String(LONGEST_SUBJECT), primary_key=True),
    Column("measure", SmallInteger, primary_key=True),
    Column("buckets", LargeBinary, nullable=False),
    Index("ix_sketches_subject", "cut", "subject", "measure", "grain", "slot"),
)

# Who was active in which UTC day, ISO week and month, and how many people that are.
active_people = Table(
    "active_people",
    metadata,
    Column("grain", SmallInteger, primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("user_id", String(255), primary_key=True),
    Index("ix_active_people_user_id", "user_id", "grain"),
    sqlite_with_rowid=False,
)
active_counts = Table(
    "active_counts",
    metadata,
    Column("grain", SmallInteger, primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("people", BigInteger, nullable=False),
)
# How many of the people who registered in one week were active in another.
cohorts = Table(
    "cohorts",
    metadata,
    Column("registered_week", Integer, primary_key=True),
    Column("active_week", Integer, primary_key=True),
    Column("people", BigInteger, nullable=False),
)

# What was counted once already, under whatever event it comes again.
people = Table(
    "people",
    metadata,
    Column("user_id", String(255), primary_key=True),
    Column("registered_week", Integer),
    Column("first_event_at", UtcDateTime),
    Column("last_event_at", UtcDateTime),
)
counted_conversations = Table(
    "counted_conversations",
    metadata,
    Column("conversation_id", String(255), primary_key=True),
    Column("user_id", String(255), nullable=False),
    Index("ix_counted_conversations_user_id", "user_id"),
)

# People who were erased, known by a code alone, with how many events of theirs belong to nobody since.
erased_people = Table(
    "erased_people",
    metadata,
    Column("person_hash", String(64), primary_key=True),
    Column("events", BigInteger, nullable=False),
    Column("erased_at", UtcDateTime, nullable=False),
)

# Events that this version could not read, with the reason; the digest of the text keeps one that comes again single.
parked_events = Table(
    "parked_events",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("source", String(255), nullable=False),
    Column("field", String(255), nullable=False),
    Column("reason", String(255), nullable=False),
    Column("event_text", Text, nullable=False),
    Column("is_complete", Boolean, nullable=False),
    Column("parked_at", UtcDateTime, nullable=False),
    Index("ix_parked_events_parked_at", "parked_at", "digest"),
)

# What each process that sends events has last reported of them.
senders = Table(
    "senders",
    metadata,
    Column("source", String(255), primary_key=True),
    Column("instance", String(128), primary_key=True),
    *(
        Column(name, BigInteger, nullable=False)
        for name in ("waiting", "parked", "requests_waiting", "requests_dropped")
    ),
    Column("oldest_waiting_at", UtcDateTime),
    Column("is_in_trouble", Boolean, nullable=False),
    Column("last_error", String(200)),
    Column("last_error_at", UtcDateTime),
    Column("has_ended", Boolean, nullable=False),
    Column("heard_at", UtcDateTime, nullable=False),
    Column("figures", Text, nullable=False),  # JSON: what the process alone knows, for alerts
)
# How long events took to get here, by the quarter hour in which they did: a sketch each, for a day.
receipt_delays = Table(
    "receipt_delays",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("buckets", LargeBinary, nullable=False),
)

# Events that went because they were old: a part of the SHA-256 of their ids, so that none counts again.
removed_events = Table(
    "removed_events",
    metadata,
    Column("digest", LargeBinary(12), primary_key=True),
    sqlite_with_rowid=False,
)
# Whose a conversation is, where only removed events said so: for the day on which the person is erased.
removed_conversations = Table(
    "removed_conversations",
    metadata,
    Column("user_id", String(255), primary_key=True),
    Column("conversation_id", String(255), primary_key=True),
    sqlite_with_rowid=False,
)

# How far a work has come that goes on after a restart: `replay` through events by their ids, `kept_since` a UTC day,
# `alerts` and `alerts_forgotten` the time at which somebody did that last.
progress = Table(
    "progress",
    metadata,
    Column("work", String(32), primary_key=True),
    Column("position", String(255), nullable=False),
)

# What is watched, and how each watched figure stands; `alert_changes` is the history of it.
alert_rules = Table(
    "alert_rules",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("figure", String(64), nullable=False),
    Column("comparison", String(8), nullable=False),
    Column("threshold", Float, nullable=False),
    Column("window_minutes", Integer, nullable=False),
    Column("for_minutes", Integer, nullable=False),
    Column("cut", SmallInteger, nullable=False),
    Column("subject", String(LONGEST_SUBJECT), nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("webhook_url", String(2_000)),
    Column("webhook_secret", Text),  # sealed, bound to the rule
    Column("email", Boolean, nullable=False),
)
alert_standings = Table(
    "alert_standings",
    metadata,
    Column("rule_id", String(36), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("clear_since", UtcDateTime),
    Column("value", Float),
    Column("looked_at", UtcDateTime, nullable=False),
)
alert_changes = Table(
    "alert_changes",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("rule_id", String(36), nullable=False),
    Column("rule_name", String(100), nullable=False),
    Column("figure", String(64)),  # empty in entries from before it was kept
    Column("state", String(16), nullable=False),
    Column("value", Float),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_alert_changes_rule_id", "rule_id"),
)

# What webhooks and administrators are still to be told, and what came of it.
alert_notices = Table(
    "alert_notices",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("rule_id", String(36), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("failure", String(100)),
    Index("ix_alert_notices_due_at", "due_at"),
    Index("ix_alert_notices_rule_id", "rule_id"),
)

# The first answers to requests with an Idempotency-Key; see `service_kit.idempotency`.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("scope", String(150), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("answer", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)
