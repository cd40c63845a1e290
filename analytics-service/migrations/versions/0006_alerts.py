"""Alerts: rules, how they stand, what became of them; and the answers that are kept for an Idempotency-Key.

Revision: 0006, after 0005.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    rules = _create_rules()
    op.create_table(
        "alert_standings",
        sa.Column("rule_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("clear_since", UtcDateTime),
        sa.Column("value", sa.Float),
        sa.Column("looked_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("rule_id", name="pk_alert_standings"),
    )
    op.create_table(
        "alert_changes",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("rule_id", sa.String(36), nullable=False),
        sa.Column("rule_name", sa.String(100), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("value", sa.Float),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_changes"),
    )
    op.create_index("ix_alert_changes_rule_id", "alert_changes", ["rule_id"])
    op.create_table(
        "idempotency_keys",
        sa.Column("scope", sa.String(150), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    op.bulk_insert(rules, _first_rules())


def downgrade() -> None:
    for table in ("idempotency_keys", "alert_changes", "alert_standings", "alert_rules"):
        op.drop_table(table)
    for table in ("figures", "sketches"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE grain = 4"))  # noqa: S608 - sums by the minute


def _create_rules() -> sa.Table:
    return op.create_table(
        "alert_rules",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("figure", sa.String(64), nullable=False),
        sa.Column("comparison", sa.String(8), nullable=False),
        sa.Column("threshold", sa.Float, nullable=False),
        sa.Column("window_minutes", sa.Integer, nullable=False),
        sa.Column("for_minutes", sa.Integer, nullable=False),
        sa.Column("cut", sa.SmallInteger, nullable=False),
        sa.Column("subject", sa.String(800), nullable=False),
        sa.Column("is_enabled", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_rules"),
    )


def _first_rules() -> list[dict[str, Any]]:
    """What nearly everybody wants to know; what depends on the installation is for administrators to switch on."""
    chosen = [
        ("Requests fail", "error_rate", 0.05, 10, 5, True),
        ("Answers fail", "failed_share", 0.2, 10, 5, True),
        ("Answers begin late", "first_token_p95", 15.0, 10, 10, True),
        ("No events", "minutes_since_event", 60.0, 1, 0, False),
        ("Spent today", "spend_today_usd", 50.0, 1, 0, False),
    ]
    return [
        {
            "id": f"00000000-0000-7000-8000-00000000000{number}",
            "name": name,
            "figure": figure,
            "comparison": "above",
            "threshold": threshold,
            "window_minutes": window,
            "for_minutes": lasting,
            "cut": 0,
            "subject": "",
            "is_enabled": is_enabled,
            "created_at": MADE_AT,
            "updated_at": MADE_AT,
        }
        for number, (name, figure, threshold, window, lasting, is_enabled) in enumerate(chosen, start=1)
    ]
