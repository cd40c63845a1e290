"""Webhooks of alert rules, and what they are to be told.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alert_rules", sa.Column("webhook_url", sa.String(2_000)))
    op.add_column("alert_rules", sa.Column("webhook_secret", sa.Text))
    op.create_table(
        "alert_notices",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("rule_id", sa.String(36), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("done_at", UtcDateTime),
        sa.Column("failure", sa.String(100)),
        sa.PrimaryKeyConstraint("id", name="pk_alert_notices"),
    )
    op.create_index("ix_alert_notices_due_at", "alert_notices", ["due_at"])
    op.create_index("ix_alert_notices_rule_id", "alert_notices", ["rule_id"])


def downgrade() -> None:
    op.drop_table("alert_notices")
    with op.batch_alter_table("alert_rules") as table:
        table.drop_column("webhook_secret")
        table.drop_column("webhook_url")
