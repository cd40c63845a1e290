"""Figures that senders report of themselves, and the two rules about them that everybody has.

Revision: 0008, after 0007.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
RULES = sa.table(
    "alert_rules",
    *(sa.column(name, sa.String) for name in ("id", "name", "figure", "comparison", "subject")),
    *(sa.column(name, sa.Integer) for name in ("window_minutes", "for_minutes", "cut")),
    sa.column("threshold", sa.Float),
    sa.column("is_enabled", sa.Boolean),
    *(sa.column(name, UtcDateTime) for name in ("created_at", "updated_at")),
)
FIGURES = "'open_circuits', 'budget_used_day_percent', 'budget_used_month_percent'"


def upgrade() -> None:
    op.add_column("senders", sa.Column("figures", sa.Text, nullable=False, server_default="[]"))
    op.bulk_insert(RULES, _rules())


def downgrade() -> None:
    # Rules about figures that the version before does not know would stop all others.
    of_these = f"SELECT id FROM alert_rules WHERE figure IN ({FIGURES})"  # noqa: S608 - no name from outside
    for table in ("alert_standings", "alert_notices"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE rule_id IN ({of_these})"))  # noqa: S608
    op.execute(sa.text(f"DELETE FROM alert_rules WHERE figure IN ({FIGURES})"))  # noqa: S608
    with op.batch_alter_table("senders") as senders:
        senders.drop_column("figures")


def _rules() -> list[dict[str, Any]]:
    """Without providers in a file, or without a budget, there is no figure, and nothing fires."""
    chosen = [("Provider left alone", "open_circuits", 0.0), ("Budget of the month", "budget_used_month_percent", 80.0)]
    return [
        {
            "id": f"00000000-0000-7000-8000-00000000000{number}",
            "name": name,
            "figure": figure,
            "comparison": "above",
            "threshold": threshold,
            "window_minutes": 1,
            "for_minutes": 0,
            "cut": 0,
            "subject": "",
            "is_enabled": True,
            "created_at": MADE_AT,
            "updated_at": MADE_AT,
        }
        for number, (name, figure, threshold) in enumerate(chosen, start=6)
    ]
