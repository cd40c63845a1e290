"""Events, and the rollups of the summary.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

DAILY_FIGURES = (
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


def upgrade() -> None:
    _create_events()
    op.create_table(
        "totals",
        sa.Column("scope", sa.String(16), nullable=False),
        *(_figure(name) for name in ("users", "conversations", "messages", "total_tokens")),
        sa.PrimaryKeyConstraint("scope", name="pk_totals"),
    )
    op.create_table(
        "daily_totals",
        sa.Column("day", sa.Date, nullable=False),
        *(_figure(name) for name in DAILY_FIGURES),
        sa.PrimaryKeyConstraint("day", name="pk_daily_totals"),
    )
    op.create_table(
        "counted_users",
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_counted_users"),
    )
    op.create_table(
        "counted_conversations",
        sa.Column("conversation_id", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_counted_conversations"),
    )
    op.create_table(
        "daily_active_users",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("day", "user_id", name="pk_daily_active_users"),
    )


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("event_id", sa.String(255), nullable=False),
        sa.Column("event_type", sa.String(32), nullable=False),
        sa.Column("occurred_at", UtcDateTime, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("conversation_id", sa.String(255)),
        sa.Column("message_id", sa.String(255)),
        sa.Column("role", sa.String(16)),
        sa.Column("model", sa.String(255)),
        sa.Column("prompt_tokens", sa.Integer),
        sa.Column("completion_tokens", sa.Integer),
        sa.Column("total_tokens", sa.Integer),
        sa.Column("response_time", sa.Float),
        sa.Column("time_to_first_token", sa.Float),
        sa.Column("status", sa.String(16)),
        sa.Column("endpoint", sa.String(255)),
        sa.Column("method", sa.String(255)),
        sa.Column("status_code", sa.Integer),
        sa.PrimaryKeyConstraint("event_id", name="pk_events"),
    )


def _figure(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def downgrade() -> None:
    for name in (
        "daily_active_users",
        "counted_conversations",
        "counted_users",
        "daily_totals",
        "totals",
        "events",
    ):
        op.drop_table(name)
