"""Rollups by every cut, sketches, cohorts, and a place for events that cannot be read.

What was counted until now is counted anew from the events, all of which are still there: the old sums go, and a row
in `progress` tells the service to replay the events before it serves.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FIGURES = (
    "questions",
    "answers",
    "answers_complete",
    "answers_stopped",
    "answers_interrupted",
    "answers_failed",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "cost_nano_usd",
    "priced_answers",
    "answer_us",
    "timed_answers",
    "first_token_us",
    "timed_first_tokens",
    "requests",
    "requests_4xx",
    "requests_5xx",
    "request_us",
    "registrations",
    "sign_ins",
    "conversations_created",
    "conversations_deleted",
    "thumbs_up",
    "thumbs_down",
)
OLD_DAILY_FIGURES = (
    "active_users",
    "registrations",
    "sign_ins",
    "conversations_created",
    "conversations_deleted",
    "messages",
    "total_tokens",
    "api_requests",
    "api_errors",
    "api_response_us",
)
NEW_TABLES = ("figures", "sketches", "active_people", "active_counts", "cohorts", "people", "parked_events", "progress")


def upgrade() -> None:
    for name in ("daily_active_users", "daily_totals", "counted_users", "counted_conversations"):
        op.drop_table(name)
    op.execute(sa.text("DELETE FROM totals"))
    _widen_events()
    _create_sums()
    _create_people()
    op.create_table(
        "parked_events",
        sa.Column("digest", sa.String(64), nullable=False),
        *(sa.Column(name, sa.String(255), nullable=False) for name in ("source", "field", "reason")),
        sa.Column("event_text", sa.Text, nullable=False),
        sa.Column("is_complete", sa.Boolean, nullable=False),
        sa.Column("parked_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_parked_events"),
    )
    op.create_index("ix_parked_events_parked_at", "parked_events", ["parked_at", "digest"])
    op.create_table(
        "progress",
        sa.Column("work", sa.String(32), nullable=False),
        sa.Column("position", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("work", name="pk_progress"),
    )
    begun = "INSERT INTO progress (work, position) SELECT 'replay', '' WHERE EXISTS (SELECT 1 FROM events)"
    op.execute(sa.text(begun))


def _widen_events() -> None:
    for column in (
        sa.Column("provider", sa.String(255)),
        sa.Column("cost_nano_usd", sa.BigInteger),
        sa.Column("message_at", UtcDateTime),
        sa.Column("rating", sa.String(8)),
        sa.Column("previous", sa.String(8)),
    ):
        op.add_column("events", column)
    op.create_index("ix_events_occurred_at", "events", ["occurred_at"])
    is_there = sa.text("message_at IS NOT NULL")
    op.create_index("ix_events_message_at", "events", ["message_at"], sqlite_where=is_there, postgresql_where=is_there)


def _create_sums() -> None:
    key = (
        ("cut", sa.SmallInteger),
        ("grain", sa.SmallInteger),
        ("slot", sa.Integer),
        ("subject", sa.String(800)),
    )
    op.create_table(
        "figures",
        *(sa.Column(name, type_, nullable=False) for name, type_ in key),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in FIGURES),
        sa.PrimaryKeyConstraint(*(name for name, _ in key), name="pk_figures"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_figures_subject", "figures", ["cut", "subject", "grain", "slot"])
    op.create_table(
        "sketches",
        *(sa.Column(name, type_, nullable=False) for name, type_ in key),
        sa.Column("measure", sa.SmallInteger, nullable=False),
        sa.Column("buckets", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint(*(name for name, _ in key), "measure", name="pk_sketches"),
    )
    op.create_index("ix_sketches_subject", "sketches", ["cut", "subject", "measure", "grain", "slot"])


def _create_people() -> None:
    period = (("grain", sa.SmallInteger), ("slot", sa.Integer))
    op.create_table(
        "active_people",
        *(sa.Column(name, type_, nullable=False) for name, type_ in period),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("grain", "slot", "user_id", name="pk_active_people"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_active_people_user_id", "active_people", ["user_id", "grain"])
    op.create_table(
        "active_counts",
        *(sa.Column(name, type_, nullable=False) for name, type_ in period),
        sa.Column("people", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("grain", "slot", name="pk_active_counts"),
    )
    op.create_table(
        "cohorts",
        sa.Column("registered_week", sa.Integer, nullable=False),
        sa.Column("active_week", sa.Integer, nullable=False),
        sa.Column("people", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("registered_week", "active_week", name="pk_cohorts"),
    )
    op.create_table(
        "people",
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("registered_week", sa.Integer),
        sa.Column("first_event_at", UtcDateTime),
        sa.Column("last_event_at", UtcDateTime),
        sa.PrimaryKeyConstraint("user_id", name="pk_people"),
    )
    op.create_table(
        "counted_conversations",
        sa.Column("conversation_id", sa.String(255), nullable=False),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_counted_conversations"),
    )
    op.create_index("ix_counted_conversations_user_id", "counted_conversations", ["user_id"])


def downgrade() -> None:
    """To empty sums: the version before counts what comes from then on."""
    for name in ("counted_conversations", *reversed(NEW_TABLES)):
        op.drop_table(name)
    op.execute(sa.text("DELETE FROM totals"))
    op.drop_index("ix_events_message_at", "events")
    op.drop_index("ix_events_occurred_at", "events")
    with op.batch_alter_table("events") as events:
        for name in ("previous", "rating", "message_at", "cost_nano_usd", "provider"):
            events.drop_column(name)
    _create_old()


def _create_old() -> None:
    op.create_table(
        "daily_totals",
        sa.Column("day", sa.Date, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in OLD_DAILY_FIGURES),
        sa.PrimaryKeyConstraint("day", name="pk_daily_totals"),
    )
    for name, column in (("counted_users", "user_id"), ("counted_conversations", "conversation_id")):
        op.create_table(
            name,
            sa.Column(column, sa.String(255), nullable=False),
            sa.PrimaryKeyConstraint(column, name=f"pk_{name}"),
        )
    op.create_table(
        "daily_active_users",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("day", "user_id", name="pk_daily_active_users"),
    )
    op.create_index("ix_daily_active_users_user_id", "daily_active_users", ["user_id"])
